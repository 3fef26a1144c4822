"""`runout doctor`: looks at everything that Runout stands on, and says for each what to do."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import zoneinfo
from collections.abc import AsyncIterator, Iterator

from core.app import open_core
from core.config import Config, find_paths, load
from core.domain.health import Check, Health
from core.errors import ConfigError, DirectoryUnusable, RunoutError
from core.logs import log_to_file
from core.services.doctor import sqlite
from tui.output import print_json
from tui.render.diagnosis import as_json, line_of
from tui.surroundings import Surroundings
from tui.wording import FAILED

_OLDEST_PYTHON = (3, 11)
_SMALLEST = (80, 24)


def doctor(account: str, *, as_object: bool) -> int:
    """Examine everything; 1 when something is broken."""
    checks = asyncio.run(_all(account))
    if as_object:
        print_json({"checks": [as_json(check) for check in checks], "broken": _broken(checks)})
    else:
        sys.stdout.write("".join(f"{line_of(check)}\n" for check in checks))
    return FAILED if _broken(checks) else 0


def _broken(checks: list[Check]) -> int:
    return sum(check.health is Health.BROKEN for check in checks)


async def _all(account: str) -> list[Check]:
    return [check async for check in _examined(account)]


async def _examined(account: str) -> AsyncIterator[Check]:
    for check in _machine():
        yield check
    is_known = True
    try:
        config = load()
    except ConfigError as error:
        is_known = False
        yield Check("config", Health.BROKEN, error=error)
        try:
            config = Config(paths=find_paths())
        except ConfigError:
            return
    else:
        yield Surroundings.of(config).config()
    with contextlib.suppress(DirectoryUnusable):
        log_to_file(config.paths.log, config.log.level)
    around = Surroundings.of(config)
    yield around.key()
    yield around.records()
    try:
        async with open_core(config) as core:
            async for check in core.doctor.examine(account, ask=is_known):
                yield check
    except RunoutError as error:
        yield Check("database", Health.BROKEN, {"path": str(config.paths.database)}, error)


def _machine() -> Iterator[Check]:
    python = sys.version_info[:3]
    is_well = Health.WELL if python >= _OLDEST_PYTHON else Health.BROKEN
    yield Check("python", is_well, {"version": ".".join(map(str, python))})
    yield sqlite()
    zones = len(zoneinfo.available_timezones())
    yield Check("time zones", Health.WELL if zones else Health.NOTE, {"zones": zones})
    yield _terminal()


def _terminal() -> Check:
    size = shutil.get_terminal_size()
    facts = {
        "is_terminal": sys.stdout.isatty(),
        "name": os.environ.get("TERM", ""),
        "columns": size.columns,
        "lines": size.lines,
        "encoding": sys.stdout.encoding or "",
        "colours": "NO_COLOR" not in os.environ and os.environ.get("TERM", "") not in ("", "dumb"),
    }
    small = facts["is_terminal"] and (size.columns, size.lines) < _SMALLEST
    foreign = "utf" not in str(facts["encoding"]).casefold()
    return Check("terminal", Health.NOTE if small or foreign else Health.WELL, facts)
