"""`runout import`: a collection from a file. It is said what would be done, and done when somebody agrees."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Final

from core.app import Core, open_core
from core.config import Config
from core.domain.deciding import Said
from core.domain.importing import Preview, is_most, is_to_be_asked
from core.errors import RunoutError
from core.services.importing import Imported, Looked
from core.text import count, counted, printable
from tui.import_lines import hints, import_object, preview_lines, probable_line
from tui.output import print_json, say, say_anyway
from tui.typed import answer_to
from tui.wording import FAILED, NEEDS_WORD, describe

from msgspec import Struct

_NOT_SAID: Final = "Nothing was imported: add --yes, there is no terminal to ask in."
_NO_ROW: Final = "No row of it can be read, so nothing was imported."
_NOT_WANTED: Final = "Nothing was imported."
_YES: Final = frozenset({"y", "yes"})


class Options(Struct, frozen=True):
    """What was asked for on the command line."""

    file: Path
    name: str = ""
    yes: bool = False
    dry_run: bool = False
    accept_removals: bool = False
    as_json: bool = False

    @classmethod
    def of(cls, given: argparse.Namespace) -> Options:
        """The options of a parsed command line. Whose collection it is to be may be said as elsewhere."""
        return cls(
            given.file, given.as_name or given.account, given.yes, given.dry_run, given.accept_removals, given.json
        )


def import_file(config: Config, options: Options) -> int:
    """Look at a file, say what is in it, and import it unless it is only to be looked at."""
    try:
        return asyncio.run(_import(config, options))
    except RunoutError as error:
        if options.as_json:
            print_json(import_object(None, None, describe(error)))
        raise


async def _import(config: Config, options: Options) -> int:
    """What a run gives back asyncio may put into words for itself: so it gives back no more than a number."""
    async with open_core(config) as core:
        looked = await core.importing.look(options.file.expanduser(), options.name)
        if not options.as_json:
            sys.stdout.write("".join(f"{line}\n" for line in preview_lines(looked)))
            sys.stdout.flush()
        for hint in hints(looked):
            say(hint)
        if options.dry_run:
            return _ended(looked, options)
        if looked.preview.unreadable and not looked.preview.matches:
            say_anyway(_NO_ROW)
            return _ended(looked, options, _NO_ROW, code=FAILED)
        if not (options.yes or sys.stdin.isatty()):
            say_anyway(_NOT_SAID)
            return _ended(looked, options, _NOT_SAID, code=FAILED)
        said = _agreed(looked.preview, options) if options.yes else await _asked(looked, options)
        if said is None:
            say(_NOT_WANTED)
            return _ended(looked, options, _NOT_WANTED)
        return await _carry_out(core, looked, said, options)


async def _carry_out(core: Core, looked: Looked, said: Said, options: Options) -> int:
    done = await core.importing.carry_out(looked, said)
    name = printable(done.account.username)
    if not options.as_json:
        changes = f"{count(done.added)} added, {count(done.changed)} changed, {count(done.removed)} removed"
        sys.stdout.write(f"{name}: {counted(done.copies, 'copy', 'copies')}: {changes}.\n")
        if looked.account is None:
            missing = "pictures and tracklists" if looked.export.header.is_ours else "genres and pictures"
            say(f"`runout` opens it. What is missing in a file, as {missing}, is not known of it.")
    if not done.kept:
        return _ended(looked, options, done=done)
    kept = f"{counted(done.kept, 'copy', 'copies')} of {name} that {'is' if done.kept == 1 else 'are'} not in the file"
    told = f"{kept} {'stays' if done.kept == 1 else 'stay'}; with --accept-removals they go."
    say_anyway(told)
    return _ended(looked, options, told, done=done, code=NEEDS_WORD if options.yes else 0)


def _agreed(preview: Preview, options: Options) -> Said:
    """Yes to everything, but for a file in which most of what is here is missing."""
    removals = options.accept_removals or not is_most(len(preview.gone), preview.here)
    return Said(frozenset(match.row.line for match in preview.probable), removals)


async def _asked(looked: Looked, options: Options) -> Said | None:
    """What there is to say, from whoever sits in front of it; None when it is not to be imported."""
    preview = looked.preview
    same = await _same(preview)
    gone = len(preview.gone) + len(preview.probable) - len(same)
    removals = options.accept_removals or not is_to_be_asked(gone, preview.here)
    if gone and not removals:
        them = counted(gone, "copy", "copies")
        removals = await _is_yes(f"Let {them} go that {'is' if gone == 1 else 'are'} not in the file? [y/N] ")
    return Said(same, removals) if await _is_yes("Import? [y/N] ") else None


async def _same(preview: Preview) -> frozenset[int]:
    """The lines of those rows that are copies that are here: one by one, or all at once."""
    same: set[int] = set()
    probable = preview.probable
    for at, match in enumerate(probable):
        say_anyway(probable_line(match))
        more = ", [a]ll of them, n[o]ne" if len(probable) - at > 1 else ""
        answer = (await answer_to(f"Is it the same copy? [y]es, [n]o{more} ")).strip().casefold()
        if answer in ("a", "all"):
            return frozenset((*same, *(one.row.line for one in probable[at:])))
        if answer in ("o", "none"):
            break
        if answer in _YES:
            same.add(match.row.line)
    return frozenset(same)


async def _is_yes(question: str) -> bool:
    return (await answer_to(question)).strip().casefold() in _YES


def _ended(looked: Looked, options: Options, *errors: str, done: Imported | None = None, code: int = 0) -> int:
    if options.as_json:
        print_json(import_object(looked, done, *errors))
    return code
