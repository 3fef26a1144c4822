"""What an export of ours says of a release beside Discogs' own columns, so that nothing is lost on the way back.

It is what one file says: kept with the collection that came from it, and never a fact for anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.domain.collection import Collection
from core.domain.exporting_cells import artist_cell, label_cell, listed, number_cell, unlisted
from core.domain.exporting_formats import formats_out
from core.domain.release import Artist, Format, LabelNumber, Release

import msgspec
from msgspec import Struct
from msgspec.structs import replace

MARK: Final = "runout"
"""The column by which a file of ours is known; it says in JSON what does not fit into a cell."""

OF_RELEASE: Final = ("master_id", "original_year", "genres", "styles", "country")
ADDED: Final = "date_added_utc"
COLUMNS: Final = (*OF_RELEASE, ADDED, MARK)
"""Those of ours, in small letters."""

VERSION: Final = 1
_LARGEST: Final = 2**32
_LAST_YEAR: Final = 9_999


class OfMaster(Struct, frozen=True, omit_defaults=True):
    """What is known of the master of a release."""

    year: int | None = None
    genres: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


class More(Struct, frozen=True, omit_defaults=True):
    """What Discogs' columns do not say, or not exactly. Empty is what nothing more is known of."""

    v: int
    artists: tuple[Artist, ...] = ()
    labels: tuple[LabelNumber, ...] = ()
    formats: tuple[Format, ...] = ()
    genres: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    master_id: int | None = None
    master: OfMaster | None = None
    """None when it was not read."""
    country: str | None = None
    barcodes: tuple[str, ...] | None = None
    """None when the details of the release were not read."""


_MORE: Final = msgspec.json.Decoder(More)
_ENCODE: Final = msgspec.json.encode


def more_of(release: Release, collection: Collection) -> More:
    """What there is to say of a release of a collection."""
    facts, master = collection.facts.get(release.id), collection.master_of(release)
    return More(
        v=VERSION,
        artists=release.artists,
        labels=release.labels,
        formats=release.formats,
        genres=release.genres,
        styles=release.styles,
        master_id=release.master_id,
        master=None if master is None else OfMaster(master.year, master.genres, master.styles),
        country=facts.country if facts else None,
        barcodes=facts.barcodes if facts else None,
    )


def more_cells(more: More) -> tuple[str, ...]:
    """The cells of `OF_RELEASE` and that of `MARK`, which leaves out what stands in the others."""
    year = more.master.year if more.master else None
    rest = replace(
        more,
        genres=(),
        styles=(),
        master_id=None,
        country=None,
        master=None if more.master is None else replace(more.master, year=None),
    )
    return (
        str(more.master_id or ""),
        str(year or ""),
        listed(more.genres),
        listed(more.styles),
        more.country or "",
        _ENCODE(rest).decode(),
    )


def more_in(cells: Sequence[str], texts: Sequence[str]) -> str:
    """What the cells of `OF_RELEASE` and of `MARK` say, in one text for `read_more`.

    `texts` are what Discogs' columns say: number, artist, title, label and format. Whatever does not go with them,
    because somebody has edited either, is left out.
    """
    number, artist, _title, label, form = texts[:5]
    master_id, year, genres, styles, country, mark = cells
    exact = read_more(mark) or More(v=VERSION)
    master = _whole_number(master_id, _LARGEST)
    original = _whole_number(year, _LAST_YEAR)
    told = exact.master or (OfMaster() if original else None)
    labels = exact.labels
    return _ENCODE(
        replace(
            exact,
            artists=exact.artists if _cleaned(artist_cell(exact.artists)) == artist else (),
            labels=labels if (_cleaned(label_cell(labels)), _cleaned(number_cell(labels))) == (label, number) else (),
            formats=exact.formats if _cleaned(formats_out(exact.formats)) == form else (),
            genres=unlisted(genres),
            styles=unlisted(styles),
            master_id=master,
            master=None if told is None or master is None else replace(told, year=original),
            country=country or None,
        )
    ).decode()


def read_more(text: str) -> More | None:
    """What `more_in` has written; None for what is something else, or of a later version."""
    try:
        found = _MORE.decode(text)
    except (msgspec.MsgspecError, UnicodeError):
        return None
    return found if found.v == VERSION else None


def _whole_number(cell: str, most: int) -> int | None:
    cell = cell.strip()
    if not (cell.isascii() and cell.isdigit() and len(cell) < 11):
        return None
    return int(cell) if 0 < int(cell) <= most else None


def _cleaned(text: str) -> str:
    return text.replace("\0", "")
