"""Words about monthly dumps: how far an import is, what it brought, and what keeps a file from being one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from core import errors
from core.domain.dump import Checked, DatedBy, DumpPhase, DumpProgress, DumpReport, PastDump
from core.errors import Instead, RunoutError
from core.text import ago, count, counted, duration, printable

_MEGABYTE: Final = 1_000_000
_WANTED: Final = "Expected is discogs_YYYYMMDD_masters.xml.gz from data.discogs.com, packed or not"
_NOTHING_CHANGED: Final = "Nothing was changed"
_SHOWN: Final = 12
"""Digits of a checksum that tell it from another."""

_LARGE_FILES: Final = frozenset({"releases", "artists", "labels"})
"""The other dumps of a month."""

PHASES: Final = {
    DumpPhase.SKIPPING: "Looking for where it was stopped",
    DumpPhase.READING: "Reading",
    DumpPhase.PUBLISHING: "Publishing",
}


def dump_words(error: RunoutError) -> str:
    """What went wrong with a dump and what to do; empty for another error."""
    match error:
        case errors.DumpUnreadable(path, reason):
            return f"{_file(path)} cannot be read: {printable(reason)}. {_NOTHING_CHANGED}."
        case errors.NotMasters(path, found, name):
            return f"{_file(path)} {_instead(found, name)}. {_WANTED}. {_NOTHING_CHANGED}."
        case errors.DumpBroken(path, reason, byte, line, master):
            return (
                f"{_file(path)} is broken at {_place(byte, line, master)}: {printable(reason)}. {_NOTHING_CHANGED};"
                " fetch it again."
            )
        case errors.DumpCutOff(path, byte, line, master):
            return (
                f"{_file(path)} is cut off at {_place(byte, line, master)}. {_NOTHING_CHANGED}; fetch all of it and try"
                " again."
            )
        case errors.DumpDamaged(path, reason, packed, byte, line, master):
            return (
                f"{_file(path)} is damaged within its first {counted(packed, 'byte')} ({printable(reason)}), unpacked"
                f" at {_place(byte, line, master)}. {_NOTHING_CHANGED}; fetch it again."
            )
    return _others(error)


def _others(error: RunoutError) -> str:
    match error:
        case errors.ChecksumWrong(path, listed, found):
            return (
                f"{_file(path)} is not what was published: its SHA-256 begins with {printable(found[:_SHOWN])}, and"
                f" {printable(listed[:_SHOWN])} is listed. {_NOTHING_CHANGED}; fetch it again."
            )
        case errors.ChecksumUnusable(path, reason):
            return f"The list of checksums {printable(path)} does not help: {printable(reason)}. {_NOTHING_CHANGED}."
        case errors.DumpAhead(path, day):
            return (
                f"{_file(path)} would be of {said_day(day)}, which is yet to come. Check the clock of this machine, or"
                " say the day with --date."
            )
        case errors.DumpUnderWay(path):
            return f"{_file(path)} is being imported right now. Let that come to its end, or stop it, and try again."
        case errors.DumpTakenOver(path):
            file = _file(path, begins=False)
            return f"Another Runout has gone on with {file} meanwhile; this one has published nothing."
    return ""


def _file(path: str, *, begins: bool = True) -> str:
    if path == "-":
        return "What is piped in" if begins else "what is piped in"
    return printable(path) or "''"


def _place(byte: int, line: int, master: int | None) -> str:
    last = "before the first whole entry" if master is None else f"after master {master}"
    return f"byte {count(byte)}, line {count(line)}, {last}"


def _instead(found: Instead, name: str) -> str:
    match found:
        case Instead.OTHER_XML if name in _LARGE_FILES:
            return f"is the dump of {name}, not the one of masters"
        case Instead.OTHER_XML:
            return f"is XML of another kind ({printable(name)})"
        case Instead.PACKED:
            return f"is packed with {printable(name)}, which is not read here"
        case Instead.ENCODED:
            return f"is written in {printable(name)}, and not in UTF-8"
    return _INSTEAD.get(found, "is something else")


_INSTEAD: Final = {
    Instead.NOTHING: "is empty",
    Instead.NO_ENTRIES: "has no entries",
    Instead.TERMINAL: "is only a keyboard: nothing is piped in",
    Instead.WEB_PAGE: "is a web page, perhaps one that says to try again later",
    Instead.ZIP: "is a zip archive",
    Instead.DOCTYPE: "has a document type, which a dump never has",
    Instead.NO_XML: "is no XML",
}


def how_far(progress: DumpProgress) -> str:
    """A line on the way."""
    left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left)} left"
    return f"{bytes_read(progress)}: {what_was_found(progress)}{left}"


def bytes_read(progress: DumpProgress) -> str:
    """`201.3 of 593.0 MB (34 %)`; without the end of it, `201.3 MB`."""
    if not progress.total:
        return f"{progress.read / _MEGABYTE:,.1f} MB"
    part = int(100 * progress.read / progress.total)
    return f"{progress.read / _MEGABYTE:,.1f} of {progress.total / _MEGABYTE:,.1f} MB ({part} %)"


def what_was_found(progress: DumpProgress) -> str:
    """Entries that were read, and how many of them are kept."""
    return f"{counted(progress.entries, 'entry', 'entries')}, {count(progress.kept)} kept"


def stopped(progress: DumpProgress, *, is_pipe: bool) -> str:
    """That an import was ended before its end, and how it goes on."""
    way = "a pipe begins anew" if is_pipe else "the same command goes on from there"
    return f"Stopped after {bytes_read(progress)}, {what_was_found(progress)}. Nothing was published; {way}."


def summary(report: DumpReport) -> str:
    """What an import brought, in a line."""
    found = report.published
    what = counted(found.kept, "master")
    of = f"{what} of {counted(report.entries, 'entry', 'entries')}"
    newer = f", {count(found.newer)} known from a later day" if found.newer else ""
    changes = f"{count(found.added)} new, {count(found.changed)} changed, {count(found.same)} as before{newer}"
    return f"{said_day(report.day)}: {of}: {changes} ({duration(report.seconds)})."


def coverage(report: DumpReport) -> str:
    """Of how many releases the original year is known now; empty without any."""
    if not report.releases:
        return ""
    return f"The original year is known for {count(report.known)} of {counted(report.releases, 'release')}."


def notes(report: DumpReport) -> Iterator[str]:
    """What else is to be known of it, a sentence each."""
    if report.dated_by is DatedBy.FILE:
        yield f"The name does not say the day, so it is the file's: {said_day(report.day)}. --date says another."
    if report.dated_by is DatedBy.GUESS:
        yield f"A pipe does not say its day, so it is taken to be of {said_day(report.day)}. --date says another."
    if report.checked is Checked.AGREES:
        yield "Its SHA-256 is the one that is listed."
    if report.checked is Checked.NOT_LISTED:
        yield "The list of checksums beside it does not have this file, so it was not compared."
    if report.before is not None:
        yield f"This dump was imported before, on {said_day(report.before)}."
    if report.latest is not None:
        yield f"A later one, of {said_day(report.latest)}, was imported before: what that said stays."
    if report.unnumbered:
        yield f"Passed over: {counted(report.unnumbered, 'entry', 'entries')} without a usable number."
    if not report.everything and not report.published.kept:
        yield "None of it belongs to a record that is here. Sync first, or keep all of it with --all."


def past_line(dump: PastDump, now: datetime) -> str:
    """A dump that was imported, or is being imported, in a line."""
    extent = "all masters" if dump.everything else "masters of records here"
    if dump.published_at is not None:
        when = f"imported {ago(dump.published_at, now)}"
    else:
        part = "" if dump.part is None else f" at {int(100 * dump.part)} %"
        when = f"being imported{part}" if dump.is_underway else f"stopped{part}"
    kept = f"{count(dump.kept)} of {counted(dump.entries, 'entry', 'entries')}"
    return f"{said_day(dump.day)}  {when}: {kept}, {extent} ({printable(dump.name)})"


def said_day(day: date) -> str:
    """As a person writes it: `1 August 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
