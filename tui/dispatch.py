"""Which function runs which command: one line each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Final

from core.config import Config
from tui import (
    backing_up,
    commands,
    connecting,
    covers,
    daemon,
    demo,
    dumping,
    duplicates,
    enriching,
    exporting,
    having,
    importing,
    leaving,
    listing,
    pairing,
    past,
    picking,
    playing,
    scheduling,
    standing,
    stats,
    syncing,
    viewing,
)

RUN: Final[Mapping[str | None, Callable[[Config, argparse.Namespace], int]]] = {
    None: lambda config, given: commands.browse(config, given.account, demo.plain),
    "connect": lambda config, given: connecting.connect(config, connecting.Options.of(given)),
    "disconnect": lambda config, given: leaving.disconnect(config, given.account, delete=given.delete, yes=given.yes),
    "privacy": lambda config, given: leaving.privacy(config, given.account, as_json=given.json),
    "keys": lambda config, _given: commands.rotate_keys(config),
    "list": lambda config, given: listing.list_copies(config, given.account, listing.Options.of(given)),
    "duplicates": lambda config, given: duplicates.list_duplicates(config, duplicates.Options.of(given)),
    "stats": lambda config, given: stats.stats(config, stats.Options.of(given)),
    "export": lambda config, given: exporting.export(config, exporting.Options.of(given)),
    "views": viewing.views,
    "have": lambda config, given: having.have(config, having.Options.of(given)),
    "import": lambda config, given: importing.import_file(config, importing.Options.of(given)),
    "pair": lambda config, given: pairing.pair(config, pairing.Options.of(given)),
    "random": lambda config, given: picking.random(config, picking.Options.of(given)),
    "played": lambda config, given: playing.played(config, playing.Options.of(given)),
    "sync": lambda config, given: syncing.sync(config, syncing.Options.of(given)),
    "changes": lambda config, given: past.changes(config, past.Options.of(given)),
    "history": lambda config, given: past.history(config, past.Options.of(given)),
    "status": lambda config, given: standing.status(config, given.account, as_json=given.json),
    "enrich": lambda config, given: enriching.enrich(config, enriching.Options.of(given)),
    "dump": dumping.dump,
    "covers": covers.covers,
    "demo": lambda config, given: demo.demo(config, demo.Options.of(given)),
    "backup": lambda config, given: backing_up.backup(config, given.file, as_json=given.json),
    "restore": lambda config, given: backing_up.restore(config, given.file, yes=given.yes, as_json=given.json),
    "daemon": lambda config, given: daemon.daemon(config, once=given.once),
    "settings": lambda config, given: scheduling.settings(config, given.account, given.sync_every, as_json=given.json),
    "budget": lambda config, given: commands.budget(config, as_json=given.json),
    "paths": lambda config, given: commands.paths(config, as_json=given.json),
}

WITHOUT_LOG: Final = frozenset({"demo", "paths"})
"""The demo has paths of its own; and where things are must be said even where nothing can be written."""
