"""Release facts in the shape of `basic_information`, whichever body or file they come from."""

from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from core.sandbox.holding import JsonObject

API, WWW = "https://api.discogs.com", "https://www.discogs.com"
VARIOUS = 194
_INVENTED_FROM = 1_000_000_000
_BARE_EVERY = 11  # of releases, one has no picture


def artist_row(name: str, number: int | None = None, *, anv: str = "", join: str = "") -> JsonObject:
    """Make an artist as rows carry it. Without a number one is invented from the name, the same each time."""
    known = VARIOUS if name == "Various" else number or invented_number(name)
    return {
        "name": name,
        "anv": anv,
        "join": join,
        "role": "",
        "tracks": "",
        "id": known,
        "resource_url": f"{API}/artists/{known}",
    }


def label_row(name: str, catno: str, number: int | None = None) -> JsonObject:
    """Make a label and a catalogue number as rows carry them."""
    known = number or invented_number(name)
    return {
        "name": name,
        "catno": catno,
        "entity_type": "1",
        "entity_type_name": "Label",
        "id": known,
        "resource_url": f"{API}/labels/{known}",
    }


def basic_information(number: int, title: str, year: int, master: int = 0, **lists: list[Any]) -> JsonObject:
    """Make a whole basic_information. `lists`: formats, labels, artists, genres, styles. Master 0 means none."""
    return {
        "id": number,
        "master_id": master,
        "master_url": f"{API}/masters/{master}" if master else None,
        "resource_url": f"{API}/releases/{number}",
        "thumb": "",
        "cover_image": "",
        "title": title,
        "year": year,
        **{name: lists.get(name, []) for name in ("formats", "labels", "artists", "genres", "styles")},
    }


def picture_name(number: int, place: int = 0) -> str:
    """Name a picture of a release as the real addresses do, once decoded. Place 0 is the first."""
    stamp = 1_100_000_000 + (number * 2_654_435_761 + place * 7_919) % 600_000_000
    return f"s3://discogs-database-images/R-{number}-{stamp}.jpeg"


def pictured(row: JsonObject) -> JsonObject:
    """Give an invented row its pictures, by name (`pictures.py` makes addresses of it); one in eleven has none."""
    if row["id"] % _BARE_EVERY == _BARE_EVERY // 2:
        return row
    name = picture_name(row["id"])
    return row | {"thumb": name, "cover_image": name}


def from_item(number: int, given: Mapping[str, Any]) -> JsonObject:
    """Complete the basic_information of a recorded item: old recordings lack genres, styles and masters."""
    whole = basic_information(number, str(given.get("title") or ""), _year(given.get("year")))
    whole.update((name, value) for name, value in given.items() if value is not None and name != "year")
    whole["id"] = number
    whole["formats"] = [_format(row) for row in _rows(whole["formats"])]
    whole["labels"] = [{**label_row(str(row.get("name", "")), ""), **row} for row in _rows(whole["labels"])]
    whole["artists"] = [{**artist_row(str(row.get("name", ""))), **row} for row in _rows(whole["artists"])]
    return whole


def from_full_body(body: Mapping[str, Any]) -> JsonObject:
    """Make the list row of a GET /releases/{id} body."""
    images = [image for image in _rows(body.get("images")) if image.get("uri")]
    primary = next((image for image in images if image.get("type") == "primary"), images[0] if images else {})
    whole = from_item(int(body["id"]), {name: body[name] for name in basic_information(0, "", 0) if name in body})
    for name in ("labels", "artists"):
        whole[name] = [{key: value for key, value in row.items() if key != "thumbnail_url"} for row in whole[name]]
    whole["cover_image"] = str(primary.get("uri", ""))
    return whole


def invented_number(name: str) -> int:
    """Invent a number for a name whose real one is unknown: far above the real ones and always the same."""
    return _INVENTED_FROM + crc32(name.encode("utf-8", "replace"))


def _format(row: Mapping[str, Any]) -> JsonObject:
    return {"name": "", **row, "qty": str(row.get("qty", "1"))}


def _rows(value: object) -> Iterable[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _year(value: object) -> int:
    try:
        return int(str(value or 0))
    except ValueError:
        return 0
