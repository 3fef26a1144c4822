"""Everything known of one copy, as lines for the detail panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from core.domain.collection import Collection, Copy
from core.domain.details import KnownDetails
from core.domain.ids import MEDIA_FIELD, NOTES_FIELD, SLEEVE_FIELD, MasterId, Shelf
from core.domain.release import Format, Release
from core.text import SOURCE_NOTICE, ago, counted, printable, without_number
from tui.render.detail_lines import credit, fact, styled
from tui.render.links import broken, linked
from tui.render.rows import wrapped

from msgspec import Struct
from rich.style import Style
from rich.text import Text

WIDTH: Final = 44


class Place(Struct, frozen=True):
    """Where a text is shown, and what it has to know of that."""

    site_url: str
    now: datetime
    width: int = WIDTH
    """Of a line, in cells."""
    shelf: Shelf = Shelf.COLLECTION
    rows_tell: bool = True
    """Whether a row without a master says that there is none: a row of a file knows of no master."""

    @property
    def site(self) -> str:
        """The address of the site, without a slash at its end."""
        return self.site_url.rstrip("/")


def copy_lines(copy: Copy, collection: Collection, place: Place, known: KnownDetails | None = None) -> list[Text]:
    """What a collection says of a copy. Names lead to their pages where these are known.

    A want lies in no folder and has no condition; of it is said whether a pressing is owned.
    """
    release, width = copy.release, place.width
    return [
        *(styled(line, "bold") for line in wrapped(release.title, width)),
        *broken(credit(release.artists, place.site), width),
        Text(),
        *_facts(copy, collection, place, known),
        *_other_copies(copy, collection),
    ]


def end_lines(release: Release, site_url: str) -> list[Text]:
    """Where all of it is from."""
    address = f"{site_url.rstrip('/')}/release/{release.id}"
    notice = Text("").append(SOURCE_NOTICE, style=Style(link=address, underline=True))
    return [Text(), notice, styled(address, "dim")]


def joined(lines: Sequence[Text]) -> Text:
    """Lines as one text."""
    return Text("\n").join(lines)


def _facts(copy: Copy, collection: Collection, place: Place, known: KnownDetails | None) -> Iterator[Text]:
    width = place.width
    yield from _release_facts(copy.release, collection, place, known)
    for name, value in _own_facts(copy, collection, place):
        yield from fact(name, value, width)
    yield from fact("Discogs", _ids(copy, known, place), width)


def _own_facts(copy: Copy, collection: Collection, place: Place) -> Iterator[tuple[str, str]]:
    if place.shelf is Shelf.WANTLIST:
        yield "Owned", collection.owned.get(copy.instance_id, "no pressing that is known of")
    else:
        yield "Folder", collection.folder_of(copy) or "unknown"
        yield "Media", copy.media or "unknown"
        yield "Sleeve", copy.sleeve or "unknown"
    yield "Rating", "★" * copy.rating + "☆" * (5 - copy.rating) if copy.rating else "not rated"
    if copy.added:
        yield "Added", f"{copy.added:%Y-%m-%d} ({ago(copy.added, place.now)})"
    if copy.notes:
        yield "Notes", copy.notes
    for field in collection.fields:
        value = copy.value(field.id)
        if value and field.id not in (MEDIA_FIELD, SLEEVE_FIELD, NOTES_FIELD):
            yield field.name, value


def _ids(copy: Copy, known: KnownDetails | None, place: Place) -> Text:
    """The numbers by which Discogs knows it. The page of the release is at the end of everything."""
    ids, master = Text(f"release {copy.release.id}"), _master(copy.release, known)
    if master:
        ids.append(", ").append_text(linked(f"master {master}", place.site, "master", master))
    return ids if place.shelf is Shelf.WANTLIST else ids.append(f", copy {copy.instance_id}")


def _master(release: Release, known: KnownDetails | None) -> MasterId | None:
    return release.master_id or (known.details.master_id if known else None)


def _release_facts(
    release: Release, collection: Collection, place: Place, known: KnownDetails | None
) -> Iterator[Text]:
    site, width = place.site, place.width
    for artist in release.artists:
        if artist.variation and artist.variation != artist.name:
            name = linked(without_number(artist.name), site, "artist", artist.id)
            yield from fact("Artist", name.append(f", here as {printable(artist.variation)}"), width)
    for label in release.labels:
        name = linked(label.shown, site, "label", label.id)
        yield from fact("Label", name.append(f" – {printable(label.number)}") if label.number else name, width)
    for form in release.formats:
        yield from fact("Format", _format(form), width)
    yield from fact("Year", str(release.year) if release.year else "unknown", width)
    yield from fact("Original", original(release, collection, place, known), width)
    number = _master(release, known)
    master = collection.masters.get(number) if number else None
    yield from fact("Genre", ", ".join(release.genres) or "unknown", width)
    if master is not None and master.genres and set(master.genres) != set(release.genres):
        yield from fact("of master", ", ".join(master.genres), width)
    if release.styles:
        yield from fact("Style", ", ".join(release.styles), width)
    if master is not None and master.styles and set(master.styles) != set(release.styles):
        yield from fact("of master", ", ".join(master.styles), width)


def original(release: Release, collection: Collection, place: Place, known: KnownDetails | None = None) -> str:
    """In which year it first came out; else why that is not said."""
    number = _master(release, known)
    if number is None:
        return "no master" if known is not None or place.rows_tell else "not known yet"
    master = collection.masters.get(number)
    if master is None:
        return "not known yet"
    return str(master.year) if master.year else "unknown"


def _other_copies(copy: Copy, collection: Collection) -> Iterator[Text]:
    owned = collection.by_release.get(copy.release.id, ())
    if len(owned) > 1:
        yield Text()
        yield styled(f"You own {counted(len(owned), 'copy', 'copies')} of this release:", "bold")
        for other in owned:
            mark = "→" if other.instance_id == copy.instance_id else " "
            yield Text(f" {mark} {_one_line(other, collection)}")


def _format(form: Format) -> str:
    quantity = f"{form.quantity} × " if form.quantity not in ("", "1") else ""
    words = ", ".join((form.name, *form.descriptions))
    text = form.text.strip()
    return f"{quantity}{words}" + (f" ({text})" if text else "")


def _one_line(copy: Copy, collection: Collection) -> str:
    facts = [collection.folder_of(copy), copy.media or "grade unknown", f"{copy.added:%Y-%m-%d}" if copy.added else ""]
    return printable(", ".join(fact for fact in facts if fact))
