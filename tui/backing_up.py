"""`runout backup` and `runout restore`: a copy of the database, and the way back."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from core.app import open_core, restoring
from core.config import Config
from core.domain.backup import Backup, Found, Restored
from core.errors import RunoutError
from core.text import printable
from tui.backup_words import contents, size
from tui.output import print_json, say, say_anyway
from tui.typed import ask
from tui.wording import FAILED, describe

from msgspec.structs import fields

_FACTS = tuple(field.name for field in fields(Backup))
_NOT_SAID = "Nothing was changed: add --yes, there is no terminal to ask in."


def backup(config: Config, file: Path | None, *, as_json: bool) -> int:
    """Make a copy of the database, and say where it is and what is in it."""

    async def act() -> Backup:
        async with open_core(config) as core:
            return await core.backup.make(_absolute(file) if file else None)

    try:
        made = asyncio.run(act())
    except RunoutError as error:
        if as_json:
            print_json(_as_dict(None, describe(error)))
        raise
    if as_json:
        print_json(_as_dict(made))
    else:
        sys.stdout.write(f"{printable(made.path)}: {size(made)}, {contents(made)}\n")
    return 0


def restore(config: Config, file: Path, *, yes: bool, as_json: bool) -> int:
    """Put a backup in the database's place; the old file is kept, and said where."""
    try:
        return _restore(config, _absolute(file), yes=yes, as_json=as_json)
    except RunoutError as error:
        if as_json:
            print_json(_restored_dict(None, describe(error)))
        raise


def _restore(config: Config, file: Path, *, yes: bool, as_json: bool) -> int:
    service = restoring(config)
    found = asyncio.run(service.look(file))
    if not yes:
        if not sys.stdin.isatty():
            say_anyway(_NOT_SAID)
            if as_json:
                print_json(_restored_dict(None, _NOT_SAID))
            return FAILED
        if not _is_wanted(config, found):
            say("Nothing was changed.")
            if as_json:
                print_json(_restored_dict(None, "Nothing was changed."))
            return 0
    done = asyncio.run(service.restore(file))
    for line in _said(done):
        say(line)
    if done.locked:
        say_anyway(_locked(done.locked))
    if as_json:
        print_json(_restored_dict(done))
    return 0


def _is_wanted(config: Config, found: Found) -> bool:
    say_anyway(f"{printable(found.backup.path)} has {contents(found.backup)}.")
    if found.locked:
        say_anyway(_locked(found.locked))
    answer = ask(f"Put it in the place of {printable(str(config.paths.database))}, which is kept aside? [y/N] ")
    return answer.strip().casefold() in ("y", "yes")


def _said(done: Restored) -> list[str]:
    lines = [f"Restored from {printable(done.backup.path)}: {contents(done.backup)}."]
    if done.aside:
        lines.append(f"What was there before is kept in {printable(done.aside)}.")
    return lines


def _locked(names: tuple[str, ...]) -> str:
    whose = ", ".join(map(printable, names))
    return f"The credential of {whose} in it does not open with the key that is here: run `runout connect` after it."


def _absolute(file: Path) -> Path:
    return file.expanduser().absolute()


def _as_dict(made: Backup | None, *errors: str) -> dict[str, Any]:
    return {name: getattr(made, name, None) for name in _FACTS} | {"errors": list(errors)}


def _restored_dict(done: Restored | None, *errors: str) -> dict[str, Any]:
    told = {name: getattr(done.backup if done else None, name, None) for name in _FACTS}
    locked = list(done.locked) if done else []
    return told | {"aside": (done.aside or None) if done else None, "locked": locked, "errors": list(errors)}
