"""`GET /database/search` into values. Rows are read one by one, and each part of a row by itself.

Source of the shapes: recorded answers. Years are texts, keys are absent when nothing is known, barcodes stand among
whatever else is written on a record, and rows of artists and labels may be among them.
"""

from __future__ import annotations

import re
from typing import Final

from core.discogs import wire
from core.discogs.parse import UNREADABLE, decode
from core.domain.details import ReleaseDetails
from core.domain.having_found import Found, Hit
from core.domain.ids import MasterId, ReleaseId
from core.text import joined_credit

import msgspec
from msgspec import Raw

_YEAR: Final = re.compile(r"[1-9]\d{3}")
_NUMBER: Final = msgspec.json.Decoder(wire.Int64, strict=False)
_TEXT: Final = msgspec.json.Decoder(str)
_TEXTS: Final = msgspec.json.Decoder(list[Raw])
_ROW: Final = msgspec.json.Decoder(dict[str, Raw])


def found(body: bytes) -> Found:
    """One page of what a search has found, without the rows that are of something else. Raises BrokenAnswer."""
    page = decode(body, wire.Search, "search")
    hits = (hit for raw in page.results if (hit := _hit(raw)) is not None)
    return Found(tuple(hits), told=max(0, page.pagination.items), rows=len(page.results))


def of_release(details: ReleaseDetails) -> Found:
    """What is known of one release, as if it had been searched for and found."""
    names = joined_credit((artist.shown, artist.join) for artist in details.artists)
    hit = Hit(
        release=details.id,
        master=details.master_id,
        title=" - ".join(filter(None, (names, details.title))),
        year=details.year,
        country=details.country or "",
        formats=tuple(dict.fromkeys(text for form in details.formats for text in (form.name, *form.descriptions))),
        labels=tuple(label.shown for label in details.labels),
        catno=", ".join(label.number for label in details.labels if label.number),
    )
    return Found((hit,), told=1, rows=1)


def _hit(raw: Raw) -> Hit | None:
    """One row; None for one that is of no record, or has no id."""
    try:
        row = _ROW.decode(raw)
    except UNREADABLE:
        return None
    kind, number, master = _text(row, "type"), _id(row, "id"), _id(row, "master_id")
    if kind not in ("release", "master") or number is None:
        return None
    is_release = kind == "release"
    catno = _text(row, "catno")
    return Hit(
        release=ReleaseId(number) if is_release else None,
        master=MasterId(number) if not is_release else MasterId(master) if master is not None else None,
        title=_text(row, "title"),
        year=int(year[0]) if (year := _YEAR.fullmatch(_text(row, "year") or str(_id(row, "year")))) else None,
        country=_text(row, "country"),
        formats=_texts(row, "format"),
        labels=_texts(row, "label"),
        catno="" if catno.casefold() == "none" else catno,
        barcodes=_texts(row, "barcode"),
    )


def _id(row: dict[str, Raw], name: str) -> int | None:
    """A number above 0; None for anything else."""
    try:
        return number if (number := _NUMBER.decode(row[name])) > 0 else None
    except (KeyError, *UNREADABLE):
        return None


def _text(row: dict[str, Raw], name: str) -> str:
    try:
        return _TEXT.decode(row[name])
    except (KeyError, *UNREADABLE):
        return ""


def _texts(row: dict[str, Raw], name: str) -> tuple[str, ...]:
    """The texts of a list, each once, without what is none."""
    try:
        raws = _TEXTS.decode(row[name])
    except (KeyError, *UNREADABLE):
        return ()
    return tuple(dict.fromkeys(text for raw in raws if (text := _text({name: raw}, name))))
