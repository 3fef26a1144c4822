"""Hold what has arrived against what the stand-in holds, from its raw rows and without our own parser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from core.domain.collection import Collection, Copy
from core.domain.ids import NOTES_FIELD

_Facts = dict[str, Any]


def differences(holdings: Mapping[str, Any], collection: Collection, wants: Collection | None = None) -> list[str]:
    """What differs, a line each; empty when every copy arrived with everything that was said of it.

    `wants` is the wantlist, if that is to be looked at too.
    """
    folders = {folder["id"]: folder["name"] for folder in holdings["folders"]}
    items = [(item.get("instance_id"), item) for item in holdings["items"]]
    found = _compared("copy", items, lambda item: _held(item, folders), collection)
    if wants is not None:
        found += _compared("want", [(want.get("id"), want) for want in holdings["wants"]], _wanted, wants)
    return found


def _compared(
    what: str, rows: Iterable[tuple[Any, _Facts]], read: Callable[[_Facts], _Facts], arrived: Collection
) -> list[str]:
    held: dict[int, _Facts] = {}
    odd: list[str] = []
    for number, row in rows:
        try:
            held[number] = read(row)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            odd.append(f"{what} {number}: its row has another shape than Discogs' ({error!r})")
            held[number] = {}
    twice = [instance for instance, times in Counter(c.instance_id for c in arrived.copies).items() if times > 1]
    here = {int(copy.instance_id): _here(copy, arrived) for copy in arrived.copies}
    found = odd + [f"{what} {number} is here twice" for number in twice]
    found += [f"{what} {number} did not arrive" for number in sorted(held.keys() - here.keys())]
    found += [f"{what} {number} is no {what} of the stand-in's" for number in sorted(here.keys() - held.keys())]
    for number in sorted(held.keys() & here.keys()):
        for fact, value in held[number].items():
            if here[number][fact] != value:
                found.append(f"{what} {number}: {fact} is {here[number][fact]!r} here and {value!r} there")
    return found


def _held(item: Mapping[str, Any], folders: Mapping[int, str]) -> _Facts:
    return {
        **_listed(item),
        "folder": folders[item["folder_id"]],
        "fields": [(note["field_id"], note["value"]) for note in item.get("notes", [])],
    }


def _wanted(want: Mapping[str, Any]) -> _Facts:
    return {**_listed(want), "fields": [(NOTES_FIELD, want["notes"])] if want.get("notes") else []}


def _listed(item: Mapping[str, Any]) -> _Facts:
    """What any list says of a release."""
    basic = item["basic_information"]
    return {
        "release": item["id"],
        "master": basic["master_id"] or None,
        "title": basic["title"],
        "year": basic["year"] or None,
        "artists": [(artist["name"], artist["anv"], artist["join"], artist["id"]) for artist in basic["artists"]],
        "labels": [(label["name"], label["catno"], label["id"]) for label in basic["labels"]],
        "formats": [
            (form["name"], str(form["qty"]), form.get("text", ""), list(form.get("descriptions", [])))
            for form in basic["formats"]
        ],
        "pictures": (_picture(basic["thumb"]), _picture(basic["cover_image"])),
        "genres": basic["genres"],
        "styles": basic["styles"],
        "rating": item["rating"] or None,
        "added": datetime.fromisoformat(item["date_added"]).astimezone(UTC),
    }


def _picture(address: str) -> str:
    """What of an address names the picture and its form.

    Where it is served and how it is signed may be others by now, and it is the same picture.
    """
    _, mark, rest = address.partition("/rs:")
    return rest if mark else address


def _here(copy: Copy, collection: Collection) -> _Facts:
    release = copy.release
    return {
        "release": release.id,
        "master": release.master_id,
        "title": release.title,
        "year": release.year,
        "artists": [(artist.name, artist.variation, artist.join, artist.id) for artist in release.artists],
        "labels": [(label.name, label.catno, label.id) for label in release.labels],
        "formats": [(form.name, form.quantity, form.text, list(form.descriptions)) for form in release.formats],
        "pictures": (_picture(release.thumb), _picture(release.cover_image)),
        "genres": list(release.genres),
        "styles": list(release.styles),
        "folder": collection.folder_of(copy),
        "rating": copy.rating,
        "added": copy.added,
        "fields": [(field.field_id, field.value) for field in copy.fields],
    }
