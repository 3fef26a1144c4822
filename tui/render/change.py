"""One change with what was before and after it, and one run with all that is known of it, as texts to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.domain.changes import Action, Change, Entry, Result, Who, whole_copy
from core.domain.collection import Collection, Copy
from core.domain.ids import FolderId, Shelf
from core.domain.progress import PastRun
from core.text import counted, printable
from tui.render.export import shown_format
from tui.render.past import differences, field_name, reasons, run_line, what, when, whose

from rich.text import Text

_WHO: Final = {
    Who.DISCOGS: "found on Discogs",
    Who.PERSON: "by your word",
    Who.JOB: "done by itself",
}


def change_heading(entry: Entry) -> str:
    """Of which record a change tells."""
    return whose(entry) or f"The {entry.shelf}"


def change_text(entry: Entry, names: Collection) -> Text:
    """All that is known of a change. Nothing in it is markup."""
    change = entry.change
    text = Text()
    _fact(text, "What", _what(entry, names))
    _fact(text, "When", when(entry.at))
    _fact(text, "Who", _WHO[change.who])
    _fact(text, "Shelf", str(entry.shelf))
    if change.result is not Result.DONE:
        _fact(text, "Result", str(change.result))
    if change.reason:
        _fact(text, "Reason", printable(change.reason))
    whole = _whole(change)
    if whole is not None:
        text.append("\nBefore\n" if change.action is Action.REMOVED else "\nAfter\n", "bold")
        for name, value in _facts(whole, entry.shelf, names):
            _fact(text, name, value)
    else:
        for name, was, is_now in differences(change, names):
            text.append(f"\n{name[:1].upper()}{name[1:]}\n", "bold")
            _fact(text, "Before", was)
            _fact(text, "After", is_now)
    return text


def run_text(run: PastRun) -> Text:
    """All that is known of a run."""
    line = run_line(run)
    text = Text(f"{line[:1].upper()}{line[1:]}.\n")
    _fact(text, "Began", when(run.started_at))
    if run.finished_at is not None:
        _fact(text, "Found dead" if run.crashed else "Ended", when(run.finished_at))
    if run.copies is not None:
        of = ("copy", "copies") if run.shelf is Shelf.COLLECTION else ("want", "wants")
        _fact(text, "Here then", counted(run.copies, *of))
    for reason in reasons(run):
        text.append(f"\n{reason}\n")
    return text


def _what(entry: Entry, names: Collection) -> str:
    """The edits stand below, in full."""
    changed = [name for name, _was, _is_now in differences(entry.change, names)]
    return f"{', '.join(changed)} changed" if changed else what(entry, names)


def _whole(change: Change) -> Copy | None:
    written = change.after if change.action is Action.ADDED else change.before
    return whole_copy(written) if written and change.action in (Action.ADDED, Action.REMOVED) else None


def _facts(copy: Copy, shelf: Shelf, names: Collection) -> Iterator[tuple[str, str]]:
    release = copy.release
    yield "Artist", printable(release.artist) or "unknown"
    yield "Title", printable(release.title) or "unknown"
    yield "Label", printable(", ".join(release.label_names)) or "unknown"
    yield "Number", printable(", ".join(release.numbers)) or "none"
    yield "Format", printable("; ".join(map(shown_format, release.formats))) or "unknown"
    yield "Year", str(release.year) if release.year else "unknown"
    if shelf is Shelf.COLLECTION:
        yield "Folder", _folder(copy.folder_id, names)
    yield "Rating", str(copy.rating) if copy.rating else "none"
    yield "Added on", when(copy.added) if copy.added else "unknown"
    for field in copy.fields:
        if value := printable(field.value):
            name = field_name(field.field_id, names)
            yield f"{name[:1].upper()}{name[1:]}", value


def _folder(folder: FolderId | None, names: Collection) -> str:
    if folder is None:
        return "unknown"
    return printable(names.folder_names.get(folder, "")) or f"folder {folder}"


def _fact(text: Text, name: str, value: str) -> None:
    text.append(f"{name}: ", "dim").append(f"{value}\n")
