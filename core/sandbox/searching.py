"""GET /database/search: which of the world's releases and masters fit, and how a row of them looks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from core.sandbox.accounts import Account
from core.sandbox.catalogue import Catalogue, owned, wanted
from core.sandbox.details import body_of
from core.sandbox.holding import JsonObject
from core.sandbox.release import API

MOST = 10_000  # rows that can be paged, as measured

_KINDS = ("release", "master")
_SAYING = ("q", "query", "barcode", "catno", "title", "release_title", "artist", "label", "country", "year", "format")


def rows(catalogue: Catalogue, query: Mapping[str, str], reader: Account | None) -> list[JsonObject]:
    """Find what a query asks for: releases by number, and after each the master above it, once."""
    kinds = [query["type"]] if query.get("type") else list(_KINDS)
    found: list[JsonObject] = []
    masters: set[int] = set()
    for row in _releases(catalogue, query):
        if "release" in kinds:
            found.append(_release(row, reader))
        master = int(row.get("master_id") or 0)
        if "master" in kinds and master and master not in masters:
            masters.add(master)
            found.append(_master(row, reader))
    return found[:MOST]


def _releases(catalogue: Catalogue, query: Mapping[str, str]) -> Iterator[JsonObject]:
    """Yield the whole bodies of the releases that fit; those of which no body is needed are left early."""
    asked = {name: query[name] for name in _SAYING if query.get(name)}
    for row in catalogue.rows():
        if not all(_fits(row, name, text) for name, text in asked.items() if name != "barcode"):
            continue
        whole = catalogue.body(int(row["id"])) or body_of(row)
        if "barcode" not in asked or _digits(asked["barcode"]) in map(_digits, _marks(whole)):
            yield row | {name: whole.get(name) for name in ("country", "identifiers", "community", "companies")}


def _fits(row: JsonObject, name: str, text: str) -> bool:
    """Whether a row has it. Catalogue numbers are compared loosely, as measured: here by how they begin."""
    labels, artists = row.get("labels") or [], row.get("artists") or []
    match name:
        case "catno":
            return any(_bare(one.get("catno", "")).startswith(_bare(text)) for one in labels) and bool(_bare(text))
        case "q" | "query" | "title":
            said = _words(" ".join((_title(row), *(str(one.get("catno", "")) for one in labels))))
            return _words(text) <= said
        case "artist":
            return _words(text) <= _words(" ".join(str(one.get("name", "")) for one in artists))
        case "label":
            return any(_words(text) <= _words(str(one.get("name", ""))) for one in labels)
        case "release_title":
            return _words(text) <= _words(str(row.get("title", "")))
        case "year":
            return str(row.get("year") or "") == text
        case "format":
            return text.lower() in (str(one).lower() for one in _formats(row))
        case _:
            return str(row.get(name) or "").lower() == text.lower()


def _release(row: JsonObject, reader: Account | None) -> JsonObject:
    master = int(row.get("master_id") or 0)
    whole = _common(row, reader, "release", int(row["id"]))
    whole |= {"master_id": master, "master_url": f"{API}/masters/{master}" if master else None}
    formats = row.get("formats") or []
    quantity = sum(int(one["qty"]) for one in formats if str(one.get("qty", "")).isdecimal())
    return whole | {"format_quantity": quantity, "formats": formats}


def _master(row: JsonObject, reader: Account | None) -> JsonObject:
    """Make the row of a master as it is seen of one of its releases."""
    number = int(row["master_id"])
    return _common(row, reader, "master", number) | {"master_id": number, "master_url": f"{API}/masters/{number}"}


def _common(row: JsonObject, reader: Account | None, kind: str, number: int) -> JsonObject:
    labels = row.get("labels") or []
    community = row.get("community") or {}
    slug = quote("-".join(_title(row).split())[:80] or "Untitled")
    whole: JsonObject = {
        "country": row.get("country") or "",
        "format": _formats(row),
        "label": [str(one.get("name", "")) for one in (*labels, *(row.get("companies") or []))],
        "type": kind,
        "genre": row.get("genres") or [],
        "style": row.get("styles") or [],
        "id": number,
        "barcode": list(_marks(row)),
        "user_data": {
            "in_wantlist": bool(wanted(reader, row["id"])),
            "in_collection": bool(owned(reader, row["id"])),
        },
        "uri": f"/{kind}/{number}-{slug}",
        "catno": str(labels[0].get("catno", "")) if labels else "",
        "title": _title(row),
        "thumb": row.get("thumb") or "",
        "cover_image": row.get("cover_image") or "",
        "resource_url": f"{API}/{kind}s/{number}",
        "community": {"want": community.get("want") or 0, "have": community.get("have") or 0},
    }
    # A year is a text here, and no key at all when it is not known.
    return whole | ({"year": str(row["year"])} if row.get("year") else {})


def _title(row: JsonObject) -> str:
    artists = " & ".join(str(one.get("name", "")) for one in row.get("artists") or [])
    return " - ".join(text for text in (artists, str(row.get("title", ""))) if text)


def _formats(row: JsonObject) -> list[str]:
    formats: Iterable[Mapping[str, Any]] = row.get("formats") or []
    return [str(text) for one in formats for text in (one.get("name", ""), *(one.get("descriptions") or ()))]


def _marks(row: JsonObject) -> Iterator[str]:
    """Yield barcodes and whatever else is written on the record: the list mixes them."""
    yield from (str(one.get("value", "")) for one in row.get("identifiers") or [])


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text)).lstrip("0") or text


def _bare(text: object) -> str:
    return "".join(filter(str.isalnum, str(text))).lower()


def _words(text: str) -> set[str]:
    return {_bare(word) for word in text.split() if _bare(word)}
