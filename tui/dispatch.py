"""Which function runs which command: one line each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Final

from core.config import Config
from core.domain.progress import Word
from tui import commands, connecting, demo, leaving, listing

RUN: Final[Mapping[str | None, Callable[[Config, argparse.Namespace], int]]] = {
    None: lambda config, given: commands.browse(config, given.account, demo.plain),
    "connect": lambda config, given: connecting.connect(config, connecting.Options.of(given)),
    "disconnect": lambda config, given: leaving.disconnect(config, given.account, delete=given.delete, yes=given.yes),
    "privacy": lambda config, given: leaving.privacy(config, given.account, as_json=given.json),
    "keys": lambda config, _given: commands.rotate_keys(config),
    "list": lambda config, given: listing.list_copies(config, given.account, listing.Options.of(given)),
    "sync": lambda config, given: commands.sync(config, _word(given), given.account, as_json=given.json),
    "demo": lambda config, given: demo.demo(config, demo.Options.of(given)),
    "budget": lambda config, given: commands.budget(config, as_json=given.json),
    "paths": lambda config, given: commands.paths(config, as_json=given.json),
}

WITHOUT_LOG: Final = frozenset({"demo", "paths"})
"""The demo has paths of its own; and where things are must be said even where nothing can be written."""


def _word(given: argparse.Namespace) -> Word:
    return Word.ACCEPT if given.accept_removals else Word.KEEP if given.keep else Word.ASK
