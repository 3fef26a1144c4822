"""What the figures of the terminal need from other processes: what a collection holds, and somebody who writes to it.

`know` prints one JSON object about the published collection of the account that was used last: the first and the last
record in the terminal's order, how many match each text given, and what matching costs. `publish` writes the whole
collection again with other ratings, through the store and in one transaction, and again until its input ends; a line
for each time. `hold` has the turn of the enrichment until its input ends, and reads nothing. Settings come from the
environment.
"""

from __future__ import annotations

import asyncio
import json
import select
import sys
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.app import open_core
from core.config import Config, load
from core.domain.account import Account
from core.domain.changes import Changes
from core.domain.collection import Collection, Copy
from core.domain.ids import RunId
from core.domain.schedule import JobOutcome
from core.domain.view import View, view_of
from core.services.enrich import JOB as ENRICHMENT
from core.store.collections import CollectionRepository
from core.store.database import open_database
from core.store.jobs import JobRepository
from core.store.leases import RENEWED

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


async def hold() -> dict[str, Any]:
    """How often the turn was renewed."""
    run, renewed = RunId(str(uuid.uuid4())), 0
    async with open_database(load().paths.database) as database:
        jobs = JobRepository(database)
        async with database.tx() as tx:
            is_ours = await jobs.take(tx, ENRICHMENT, run, timedelta(seconds=30), datetime.now(UTC), is_forced=True)
        _say({"ready": is_ours})
        while is_ours and not (await asyncio.to_thread(select.select, [sys.stdin], [], [], RENEWED))[0]:
            async with database.tx() as tx:
                is_ours = await jobs.renew(tx, run)
            renewed += 1
        async with database.tx() as tx:
            await jobs.finish(tx, run, timedelta(seconds=30), JobOutcome.STOPPED, "", datetime.now(UTC))
    return {"renewed": renewed}


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


_OTHERS: Final = {"publish": publish, "hold": hold}

if __name__ == "__main__":
    _say(asyncio.run(know(["", *sys.argv[2:]]) if sys.argv[1] == "know" else _OTHERS[sys.argv[1]]()))
