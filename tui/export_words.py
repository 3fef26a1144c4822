"""Words for what keeps records from being written to a file, and for what was written."""

from __future__ import annotations

from pathlib import Path

from core import errors
from core.domain.exporting import Kind
from core.domain.ids import Shelf
from core.errors import RunoutError
from core.text import SOURCE_NOTICE, count, counted, printable
from tui.shelf_words import THINGS

NAMES: dict[Kind, str] = {
    Kind.CSV: "CSV, as Discogs exports it, and more columns",
    Kind.JSON: "JSON, one document",
    Kind.JSONL: "JSON Lines, a record a line",
    Kind.MARKDOWN: "Markdown, a table to read",
}
"""What each kind is, in a few words."""

_ENDS = {".csv": Kind.CSV, ".json": Kind.JSON, ".jsonl": Kind.JSONL, ".ndjson": Kind.JSONL}
_ENDS |= {".md": Kind.MARKDOWN, ".markdown": Kind.MARKDOWN}
_KILO = 1_000


def export_words(error: RunoutError) -> str:
    """What went wrong and what to do; empty when the error is of another kind."""
    match error:
        case errors.ExportExists(path):
            return f"There is a file {printable(path)} already, and it stays. Add --force to replace it."
        case errors.ExportNotWritten(path, reason):
            return f"{printable(path)} cannot be written ({printable(reason)}). Nothing was left behind."
    return ""


def kind_of(name: str) -> Kind | None:
    """What the end of a file's name stands for; None when it says nothing."""
    return _ENDS.get(Path(name).suffix.casefold())


def written_words(records: int, size: int, path: str, shelf: Shelf) -> str:
    """That a file was written."""
    return f"{counted(records, *THINGS[shelf])} written to {printable(path)} ({_in_bytes(size)})."


def source_words(source: str) -> str:
    """Where the data in a file are from that says nothing of it."""
    return f"{SOURCE_NOTICE} {printable(source)}"


def _in_bytes(size: int) -> str:
    if size < _KILO:
        return counted(size, "byte")
    return f"{count(round(size / _KILO))} kB" if size < _KILO**2 else f"{size / _KILO**2:.1f} MB"
