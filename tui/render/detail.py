"""Everything known of one copy, as a text for the detail panel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD
from core.domain.release import Format, Release
from core.text import SOURCE_NOTICE, ago, counted, printable, printable_lines, without_number
from tui.render.rows import cell, wrapped

from rich.style import Style
from rich.text import Text

_LABEL: Final = 9


def detail(copy: Copy, collection: Collection, *, site_url: str, now: datetime, width: int = 44) -> Text:
    """The whole panel, broken into lines of a width in cells."""
    release = copy.release
    text = Text(overflow="fold")
    text.append(printable(release.title) + "\n", style="bold")
    text.append(printable(release.artist) + "\n\n")
    for name, value in _facts(copy, collection, now):
        text.append(cell(name, _LABEL) + " ", style="dim")
        lines = [line for paragraph in printable_lines(value) for line in wrapped(paragraph, width - _LABEL - 1)]
        text.append(f"\n{'':<{_LABEL}} ".join(lines) + "\n")
    owned = collection.by_release.get(release.id, ())
    if len(owned) > 1:
        text.append(f"\nYou own {counted(len(owned), 'copy', 'copies')} of this release:\n", style="bold")
        for other in owned:
            mark = "→" if other.instance_id == copy.instance_id else " "
            text.append(f" {mark} {_one_line(other, collection)}\n")
    address = f"{site_url.rstrip('/')}/release/{release.id}"
    text.append("\n")
    text.append(SOURCE_NOTICE, style=Style(link=address, underline=True))
    text.append(f"\n{address}", style="dim")
    return text


def _facts(copy: Copy, collection: Collection, now: datetime) -> Iterator[tuple[str, str]]:
    yield from _release_facts(copy.release)
    yield "Folder", collection.folder_of(copy) or "unknown"
    yield "Media", copy.media or "not graded"
    yield "Sleeve", copy.sleeve or "not graded"
    yield "Rating", "★" * copy.rating + "☆" * (5 - copy.rating) if copy.rating else "not rated"
    if copy.added:
        yield "Added", f"{copy.added:%Y-%m-%d} ({ago(copy.added, now)})"
    if copy.notes:
        yield "Notes", copy.notes
    for field in collection.fields:
        value = copy.value(field.id)
        if value and field.id not in (MEDIA_FIELD, SLEEVE_FIELD, NOTES_FIELD):
            yield field.name, value
    ids = [f"release {copy.release.id}", f"copy {copy.instance_id}"]
    if copy.release.master_id:
        ids.insert(1, f"master {copy.release.master_id}")
    yield "Discogs", ", ".join(ids)


def _release_facts(release: Release) -> Iterator[tuple[str, str]]:
    for artist in release.artists:
        if artist.variation and artist.variation != artist.name:
            yield "Artist", f"{without_number(artist.name)}, here as {artist.variation}"
    for label in release.labels:
        yield "Label", f"{label.shown} – {label.number}" if label.number else label.shown
    for form in release.formats:
        yield "Format", _format(form)
    yield "Year", str(release.year) if release.year else "unknown"
    yield "Genre", ", ".join(release.genres) or "unknown"
    if release.styles:
        yield "Style", ", ".join(release.styles)


def _format(form: Format) -> str:
    quantity = f"{form.quantity} × " if form.quantity not in ("", "1") else ""
    words = ", ".join((form.name, *form.descriptions))
    return f"{quantity}{words}" + (f" ({form.text})" if form.text else "")


def _one_line(copy: Copy, collection: Collection) -> str:
    facts = [collection.folder_of(copy), copy.media or "not graded", f"{copy.added:%Y-%m-%d}" if copy.added else ""]
    return printable(", ".join(fact for fact in facts if fact))
