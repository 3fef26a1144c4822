"""The feed and the history in words, a line for each row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from core.domain.changes import Action, Change, Edit, Entry, Result, Who, fields_changed, whole_copy
from core.domain.collection import Collection
from core.domain.conditions import short_grade
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, FieldId, FolderId, Shelf
from core.domain.progress import AskedBy, Kind, PastRun, SyncOutcome
from core.domain.release import Release
from core.text import count, counted, duration, printable
from tui.wording import describe

import msgspec
from msgspec import UNSET, UnsetType

_HIDDEN: Final = frozenset({"folded", "thumb", "cover_image"})
"""Facts of a release that nobody reads."""

_NAMES: Final = {"master_id": "master", "id": "release"}
BY: Final = {
    AskedBy.PERSON: "you",
    AskedBy.SCHEDULE: "schedule",
    AskedBy.LOOK: "a look",
    AskedBy.CONNECT: "connecting",
}
"""Who or what asked for a run."""

_FIELDS: Final = {MEDIA_FIELD: "media", SLEEVE_FIELD: "sleeve", NOTES_FIELD: "notes"}
"""What the fields are called of whose names nothing is known, as of a wantlist."""

_LOOKED: Final = {Kind.PROBE: "looked for what is new in", Kind.READ: "read a few copies of", Kind.WALK: "read"}
_LONGEST: Final = 60


def whose(entry: Entry) -> str:
    """Of which record a row tells: artist and title."""
    release = release_of(entry)
    return f"{printable(release.artist) or '?'} - {printable(release.title) or '?'}" if release else ""


def release_of(entry: Entry) -> Release | None:
    """Of which release a row tells, as it is called now or else as it was when it went."""
    change = entry.change
    written = {Action.ADDED: change.after, Action.REMOVED: change.before}.get(change.action)
    return entry.release or (whole_copy(written).release if written else None)


def what(entry: Entry, names: Collection) -> str:
    """What happened, in a few words; `names` has those of folders and fields."""
    change = entry.change
    match change.action:
        case Action.FIRST:
            return _first(change, entry.shelf)
        case Action.ADDED:
            return "added" if entry.shelf is Shelf.COLLECTION else "wanted"
        case Action.REMOVED:
            gone = "gone" if entry.shelf is Shelf.COLLECTION else "wanted no longer"
            return f"{gone}, by your word" if change.who is Who.PERSON else gone
        case Action.MISSED:
            return "no longer shown by Discogs; waits for your word"
        case Action.KEPT:
            return "no longer shown by Discogs; kept by your word"
        case Action.PICTURED:
            return "pictures: new addresses"
    found = "; ".join(f"{name}: {was} → {is_now}" for name, was, is_now in differences(change, names, in_short=True))
    return (found or "edited") + ("" if change.result is Result.DONE else f" ({change.result})")


def when(moment: datetime) -> str:
    """Minutes, by the clock of whoever reads it."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def differences(change: Change, names: Collection, *, in_short: bool = False) -> Iterator[tuple[str, str, str]]:
    """What an edit has changed: the name of it, how it was, and how it is now. Safe to show."""
    before, after = Edit.of(change.before), Edit.of(change.after)
    cut = _LONGEST if in_short else None
    if not isinstance(after.folder_id, UnsetType):
        yield "folder", _folder(before.folder_id, names), _folder(after.folder_id, names)
    if not isinstance(after.rating, UnsetType):
        yield "rating", _rating(before.rating), _rating(after.rating)
    if not isinstance(after.added, UnsetType):
        yield "date added", _moment(before.added), _moment(after.added)
    if not isinstance(after.fields, UnsetType) and not isinstance(before.fields, UnsetType):
        for field, *values in fields_changed(before.fields, after.fields):
            is_grade = in_short and field in (MEDIA_FIELD, SLEEVE_FIELD)
            was, is_now = (_shown(short_grade(value) if is_grade else value, "nothing", cut) for value in values)
            yield field_name(field, names), was, is_now
    if not isinstance(after.release, UnsetType) and not isinstance(before.release, UnsetType):
        for name in after.release:
            if name not in _HIDDEN:
                fact = before.release.get(name)
                yield _NAMES.get(name, name), _fact(fact, cut), _fact(after.release[name], cut)


def field_name(field: FieldId, names: Collection) -> str:
    """What a field is called by its owner, else by us."""
    given = next((printable(one.name) for one in names.fields if one.id == field), "")
    return given or _FIELDS.get(field, f"field {field}")


def run_line(run: PastRun) -> str:
    """How a run went: what was looked at, why, how it ended and what it cost."""
    parts = [f"{_LOOKED[run.kind]} the {run.shelf} ({BY[run.by]})", ended(run)]
    changes = [
        f"{count(number)} {name}"
        for name, number in (
            ("added", run.added),
            ("changed", run.changed),
            ("removed", run.removed),
            ("skipped", run.skipped),
            ("unseen", run.unseen),
        )
        if number
    ]
    if changes:
        parts.append(", ".join(changes))
    elif run.outcome is SyncOutcome.DONE:
        parts.append("nothing new")
    if run.finished_at is not None and not run.crashed:
        spent = (run.finished_at - run.started_at).total_seconds()
        parts.append(f"{counted(run.requests, 'request')} in {duration(max(0.0, spent))}")
    return "; ".join(parts)


def reasons(run: PastRun) -> tuple[str, ...]:
    """Why a run did not end well, a sentence each."""
    return tuple(describe(problem, shelf=run.shelf) for problem in run.problems)


def ended(run: PastRun) -> str:
    """How a run ended, in a word or three."""
    if run.crashed:
        return "crashed"
    return str(run.outcome) if run.outcome else "goes on"


def _first(change: Change, shelf: Shelf) -> str:
    copies = int(msgspec.json.decode(change.after)["copies"]) if change.after else 0
    things = ("copy", "copies") if shelf is Shelf.COLLECTION else ("want", "wants")
    return f"the first {counted(copies, *things)} arrived" if copies else "first read: it was empty"


def _folder(folder: int | UnsetType | None, names: Collection) -> str:
    if folder is None or folder is UNSET:
        return "unknown"
    return printable(names.folder_names.get(FolderId(folder), "")) or f"folder {folder}"


def _rating(rating: int | UnsetType | None) -> str:
    return str(rating) if isinstance(rating, int) else "none"


def _moment(moment: datetime | UnsetType | None) -> str:
    return when(moment) if isinstance(moment, datetime) else "unknown"


def _fact(value: Any, cut: int | None) -> str:  # noqa: ANN401 - JSON
    """A fact of a release: of lists of things, what they are called."""
    if isinstance(value, list):
        return _shown(", ".join(_thing(one) if isinstance(one, dict) else str(one) for one in value), "nothing", cut)
    return _shown(value, "unknown", cut)


def _thing(one: dict[str, Any]) -> str:
    """An artist, a label with its number, or a format with all that is said of it."""
    named = [one.get("name"), one.get("variation") and f"as {one['variation']}", one.get("catno"), one.get("text")]
    quantity = one.get("quantity", "1")
    return " ".join(str(part) for part in (*_many(quantity), *named, *one.get("descriptions", ())) if part)


def _many(quantity: object) -> tuple[str, ...]:
    return () if quantity in ("", "1") else (f"{quantity} x",)


def _shown(value: object, nothing: str, cut: int | None) -> str:
    text = printable(str(value if value is not None else "")).strip() or nothing
    return text if cut is None or len(text) <= cut else f"{text[: cut - 1]}…"
