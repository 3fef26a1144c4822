"""Everything known of one copy, as a text for the detail panel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, Shelf
from core.domain.release import Format, Release
from core.text import SOURCE_NOTICE, ago, counted, joined_credit, printable, printable_lines, without_number
from tui.render.links import broken, linked
from tui.render.rows import cell, wrapped

from rich.style import Style
from rich.text import Text

_LABEL: Final = 9

_NEXT: Final = Text("\n")
_BELOW: Final = Text(f"\n{'':<{_LABEL}} ")

_NOBODY: Final = ("", "")


def detail(
    copy: Copy,
    collection: Collection,
    *,
    site_url: str,
    now: datetime,
    width: int = 44,
    shelf: Shelf = Shelf.COLLECTION,
) -> Text:
    """The whole panel, broken into lines of a width in cells. Names lead to their pages where these are known.

    A want lies in no folder and has no condition; of it is said whether a pressing is owned.
    """
    release, site = copy.release, site_url.rstrip("/")
    text = Text(overflow="fold")
    text.append("\n".join(wrapped(release.title, width)) + "\n", style="bold")
    text.append_text(_NEXT.join(broken(_credit(release, site), width))).append("\n\n")
    for name, value in _facts(copy, collection, shelf, site, now):
        text.append(cell(name, _LABEL) + " ", style="dim")
        text.append_text(_BELOW.join(_lines(value, width - _LABEL - 1))).append("\n")
    owned = collection.by_release.get(release.id, ())
    if len(owned) > 1:
        text.append(f"\nYou own {counted(len(owned), 'copy', 'copies')} of this release:\n", style="bold")
        for other in owned:
            mark = "→" if other.instance_id == copy.instance_id else " "
            text.append(f" {mark} {_one_line(other, collection)}\n")
    address = f"{site}/release/{release.id}"
    text.append("\n")
    text.append(SOURCE_NOTICE, style=Style(link=address, underline=True))
    text.append(f"\n{address}", style="dim")
    return text


def _lines(value: str | Text, width: int) -> list[Text]:
    if isinstance(value, Text):
        return broken(value, width)
    return [Text(line) for paragraph in printable_lines(value) for line in wrapped(paragraph, width)]


def _credit(release: Release, site: str) -> Text:
    """The whole credit, each name a link."""
    credit, names = Text(), [(printable(artist.shown), printable(artist.join)) for artist in release.artists]
    for last, (artist, pair) in enumerate(zip(release.artists, names, strict=True), 1 - len(names)):
        credit.append_text(linked(pair[0], site, "artist", artist.id))
        if last < 0:
            credit.append(joined_credit((pair, _NOBODY))[len(pair[0]) :])
    return credit


def _facts(
    copy: Copy, collection: Collection, shelf: Shelf, site: str, now: datetime
) -> Iterator[tuple[str, str | Text]]:
    yield from _release_facts(copy.release, site)
    if shelf is Shelf.WANTLIST:
        yield "Owned", collection.owned.get(copy.instance_id, "no pressing that is known of")
    else:
        yield "Folder", collection.folder_of(copy) or "unknown"
        yield "Media", copy.media or "unknown"
        yield "Sleeve", copy.sleeve or "unknown"
    yield "Rating", "★" * copy.rating + "☆" * (5 - copy.rating) if copy.rating else "not rated"
    if copy.added:
        yield "Added", f"{copy.added:%Y-%m-%d} ({ago(copy.added, now)})"
    if copy.notes:
        yield "Notes", copy.notes
    for field in collection.fields:
        value = copy.value(field.id)
        if value and field.id not in (MEDIA_FIELD, SLEEVE_FIELD, NOTES_FIELD):
            yield field.name, value
    yield "Discogs", _ids(copy, site, shelf)


def _ids(copy: Copy, site: str, shelf: Shelf) -> Text:
    """The numbers by which Discogs knows it. The page of the release is at the end of everything."""
    ids, master = Text(f"release {copy.release.id}"), copy.release.master_id
    if master:
        ids.append(", ").append_text(linked(f"master {master}", site, "master", master))
    return ids if shelf is Shelf.WANTLIST else ids.append(f", copy {copy.instance_id}")


def _release_facts(release: Release, site: str) -> Iterator[tuple[str, str | Text]]:
    for artist in release.artists:
        if artist.variation and artist.variation != artist.name:
            name = linked(without_number(artist.name), site, "artist", artist.id)
            yield "Artist", name.append(f", here as {printable(artist.variation)}")
    for label in release.labels:
        name = linked(label.shown, site, "label", label.id)
        yield "Label", name.append(f" – {printable(label.number)}") if label.number else name
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
    facts = [collection.folder_of(copy), copy.media or "grade unknown", f"{copy.added:%Y-%m-%d}" if copy.added else ""]
    return printable(", ".join(fact for fact in facts if fact))
