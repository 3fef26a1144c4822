"""What importing a file would do, and what pairing would: line by line, and the same for scripts."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Any, Final

from core.domain.account import Access
from core.domain.collection import Copy
from core.domain.importing import Match, State
from core.domain.pairing import Pair
from core.domain.release import Release
from core.services.importing import Imported, Looked
from core.services.pairing import Proposal
from core.text import count, counted, printable
from tui.import_words import why_unreadable

MOST: Final = 20
"""Rows of a kind that are listed; all of them are in the JSON."""

_SAYS: Final = {
    State.NEW: "new",
    State.ALSO: "new, as another copy of a release that is here",
    State.SAME: "the same as here",
    State.CHANGED: "changed",
    State.PROBABLE: "probably a copy that is here, as another pressing of the same artist, title and year",
}


def preview_lines(looked: Looked) -> Iterator[str]:
    """How many rows are what, and those of which something is to be known."""
    preview = looked.preview
    rows = counted(len(preview.matches) + len(preview.unreadable) + looked.paired, "row")
    into = f"{printable(looked.name)}, which has {counted(preview.here, 'copy', 'copies')}"
    new = f"the new collection {printable(looked.name)}"
    yield f"{printable(looked.file)}: {rows} for {into if looked.account else new}"
    if not (preview.matches or preview.unreadable or looked.paired):
        yield "  It is an empty collection: there is a header and no row."
    counts = {_SAYS[state]: number for state, number in preview.counts.items()}
    counts |= {
        "unreadable": len(preview.unreadable),
        "here and no longer in the file": len(preview.gone),
        "here and not found, as far as the file can be read: they stay": preview.unproved,
        "copies of the account with which it was paired: left out": looked.paired,
    }
    for says, number in counts.items():
        if number:
            yield f"  {count(number):>9}  {says}"
    yield from _details(looked)


def _details(looked: Looked) -> Iterator[str]:
    preview = looked.preview
    by_state = {state: [one for one in preview.matches if one.state is state] for state in State}
    if looked.account is not None:
        yield from _some("New", map(_row, [*by_state[State.NEW], *by_state[State.ALSO]]))
    yield from _some(
        "Changed", (f"{_row(one)}: {', '.join(map(printable, one.fields))}" for one in by_state[State.CHANGED])
    )
    yield from _some("Probably the same", map(probable_line, by_state[State.PROBABLE]))
    yield from _some("No longer in the file", map(_of_copy, preview.gone))
    yield from _some("Unreadable", map(why_unreadable, preview.unreadable))
    if preview.unread:
        yield f"Columns that say nothing to Runout: {printable(', '.join(preview.unread))}."
    if preview.missing:
        yield f"Columns that the file has not, so that what is here of them stays: {', '.join(preview.missing)}."


def _some(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The first of them under a title; how many more there are."""
    listed = list(lines)
    if listed:
        yield f"{title}:"
    yield from (f"  {line}" for line in listed[:MOST])
    if len(listed) > MOST:
        yield f"  and {count(len(listed) - MOST)} more (--json lists them all)"


def _row(match: Match) -> str:
    return f"line {count(match.row.line)}: {record(match.row.release)}"


def _of_copy(copy: Copy) -> str:
    return record(copy.release)


def probable_line(match: Match) -> str:
    """A row, and the copy that it probably is."""
    was = match.copy.release if match.copy else match.row.release
    return f"{_row(match)}, {_pressing(match.row.release)}; here {_pressing(was)}"


def record(release: Release) -> str:
    """A release in a few words."""
    artist, title = printable(release.artist) or "unknown", printable(release.title) or "unknown"
    return f"{artist} – {title} ({release.year or 'year unknown'})"


def _pressing(release: Release) -> str:
    """Which pressing it is: label, number, and Discogs' own number."""
    names = " ".join(map(printable, (*release.label_names, *release.numbers))).strip()
    return f"{names} [r{release.id}]" if names else f"[r{release.id}]"


def hints(looked: Looked) -> Iterator[str]:
    """What to know of others who have most of the releases already."""
    for one in looked.elsewhere:
        name, has = printable(one.account.username), f"has {count(one.releases)} of these releases already"
        if one.account.access is not Access.LOCAL:
            pair = f"runout pair {shlex.quote(printable(looked.name))} --account {shlex.quote(name)}"
            yield f"{name}, which is read from Discogs, {has}. Afterwards `{pair}` takes out what would be here twice."
        elif looked.account is None:
            yield f"{name}, which came from a file, {has}: with `--as {shlex.quote(name)}` it is updated instead."


def import_object(looked: Looked | None, done: Imported | None, *errors: str) -> dict[str, Any]:
    """The same for scripts: what was found, and what was done; null for what is not known."""
    preview = looked.preview if looked else None
    counts = {state.name.casefold(): preview.counts[state] if preview else None for state in State}
    return {
        "account": looked.name if looked else None,
        "file": looked.file if looked else None,
        "rows": len(preview.matches) if preview else None,
        **counts,
        "unreadable": len(preview.unreadable) if preview else None,
        "gone": len(preview.gone) if preview else None,
        "paired": looked.paired if looked else None,
        "imported": done is not None,
        **{name: getattr(done, name, None) for name in ("copies", "added", "removed", "kept")},
        "differing": [_as_object(one) for one in preview.matches if one.state in _TOLD] if preview else [],
        "missing": [_release_object(copy.release) for copy in preview.gone] if preview else [],
        "unreadable_rows": [why_unreadable(row) for row in preview.unreadable] if preview else [],
        "errors": list(errors),
    }


_TOLD: Final = (State.CHANGED, State.PROBABLE, State.ALSO)


def _as_object(match: Match) -> dict[str, Any]:
    return {
        "line": match.row.line,
        "state": match.state.name.casefold(),
        "fields": list(match.fields),
        **_release_object(match.row.release),
        "here": match.copy.release.id if match.copy else None,
    }


def _release_object(release: Release) -> dict[str, Any]:
    return {"release_id": release.id, "artist": release.artist, "title": release.title, "year": release.year}


def pairing_lines(proposal: Proposal) -> Iterator[str]:
    """Which copies would be taken out, and which would stay."""
    pairs, rest = proposal.pairing.pairs, proposal.pairing.rest
    local, name = printable(proposal.local.username), printable(proposal.account.username)
    yield f"{local}, from a file: {counted(len(pairs) + len(rest), 'copy', 'copies')}"
    differing = [pair for pair in pairs if pair.differs]
    yield f"  {count(len(pairs) - len(differing)):>9}  found again among the copies of {name}, alike in everything"
    yield f"  {count(len(differing)):>9}  found again, and not alike"
    yield f"  {count(len(rest)):>9}  not found: they stay in {local}"
    yield from _some(
        "Found again, and not alike", (f"{record(one.ours.release)}: {_differs(one)}" for one in differing)
    )
    yield from _some("Not found", map(_of_copy, rest))
    if proposal.account.access is Access.PUBLIC:
        yield f"Of {name} nobody sees folders, grades and notes: those of the copies in pairs are lost here."


def _differs(pair: Pair) -> str:
    return ", ".join(pair.differs)


def pairing_object(proposal: Proposal | None, *errors: str, done: bool = False) -> dict[str, Any]:
    """The same for scripts."""
    pairing = proposal.pairing if proposal else None
    return {
        "collection": proposal.local.username if proposal else None,
        "account": proposal.account.username if proposal else None,
        "paired": done,
        "pairs": [
            {**_release_object(one.ours.release), "instance_id": one.theirs.instance_id, "differs": list(one.differs)}
            for one in (pairing.pairs if pairing else ())
        ],
        "rest": [_release_object(copy.release) for copy in (pairing.rest if pairing else ())],
        "errors": list(errors),
    }
