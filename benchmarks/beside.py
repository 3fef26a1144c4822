"""What the figures of the terminal need from other processes: what a collection holds, and somebody who writes to it.

`know` prints one JSON object about the published collection of the account that was used last: the first and the last
record in the terminal's order, how many match each text given, and what matching costs. `publish` writes the whole
collection again with other ratings, through the store and in one transaction, and again until its input ends; a line
for each time. Settings come from the environment.
"""

from __future__ import annotations

import asyncio
import json
import select
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.app import open_core
from core.config import Config, load
from core.domain.account import Account
from core.domain.changes import Changes
from core.domain.collection import Collection, Copy
from core.domain.view import View, view_of
from core.store.collections import CollectionRepository
from core.store.database import open_database

from msgspec.structs import replace

_ROUNDS = 3


async def know(texts: Sequence[str]) -> dict[str, Any]:
    """The first and the last record, records by text, and CPU seconds of each match; the first text is empty."""
    _account, collection = await _opened(load())
    view = view_of(collection)
    first = _timed(view, texts[1])
    matches = [_timed(view, text) for _ in range(_ROUNDS) for text in texts if text]
    return {
        "first": _named(view.copies[0]),
        "last": _named(view.copies[-1]),
        "counts": {text: len(_filtered(view, text).copies) for text in texts},
        "first_match": first,
        "matches": matches,
    }


async def publish() -> dict[str, Any]:
    """How often everything was written."""
    config = load()
    account, collection = await _opened(config)
    _say({"ready": True})
    rounds = 0
    async with open_database(config.paths.database) as database:
        repository = CollectionRepository(database)
        while not select.select([sys.stdin], [], [], 0)[0]:
            rounds += 1
            copies = tuple(replace(copy, rating=(rounds + copy.instance_id) % 5 + 1) for copy in collection.copies)
            async with database.tx() as tx:
                await repository.apply(tx, account.id, Changes(changed=copies))
            _say({"rounds": rounds})
    return {"rounds": rounds}


async def _opened(config: Config) -> tuple[Account, Collection]:
    async with open_core(config) as core:
        account = await core.library.account()
        assert account is not None  # noqa: S101 - one was connected before
        return account, await core.library.collection(account)


def _timed(view: View, text: str) -> float:
    begun = time.process_time()
    _filtered(view, text)
    return time.process_time() - begun


def _filtered(view: View, text: str) -> View:
    return view.filtered(text, datetime.now(UTC).date())


def _named(copy: Copy) -> tuple[str, str]:
    return copy.release.artist, copy.release.title


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    work = know(["", *sys.argv[2:]]) if sys.argv[1] == "know" else publish()
    _say(asyncio.run(work))
