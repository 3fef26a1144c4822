"""Hold what has arrived against what the stand-in holds, from its raw rows and without our own parser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.domain.collection import Collection, Copy

_Facts = dict[str, Any]


def differences(holdings: Mapping[str, Any], collection: Collection) -> list[str]:
    """What differs, a line each; empty when every copy arrived with everything that was said of it."""
    folders = {folder["id"]: folder["name"] for folder in holdings["folders"]}
    held: dict[int, _Facts] = {}
    odd: list[str] = []
    for item in holdings["items"]:
        try:
            held[item["instance_id"]] = _held(item, folders)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            odd.append(f"copy {item.get('instance_id')}: its row has another shape than Discogs' ({error!r})")
            held[item["instance_id"]] = {}
    twice = [instance for instance, times in Counter(c.instance_id for c in collection.copies).items() if times > 1]
    here = {int(copy.instance_id): _here(copy, collection) for copy in collection.copies}
    found = odd + [f"copy {instance} is here twice" for instance in twice]
    found += [f"copy {instance} did not arrive" for instance in sorted(held.keys() - here.keys())]
    found += [f"copy {instance} is no copy of the stand-in's" for instance in sorted(here.keys() - held.keys())]
    for instance in sorted(held.keys() & here.keys()):
        for fact, value in held[instance].items():
            if here[instance][fact] != value:
                found.append(f"copy {instance}: {fact} is {here[instance][fact]!r} here and {value!r} there")
    return found


def _held(item: Mapping[str, Any], folders: Mapping[int, str]) -> _Facts:
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
        "pictures": (basic["thumb"], basic["cover_image"]),
        "genres": basic["genres"],
        "styles": basic["styles"],
        "folder": folders[item["folder_id"]],
        "rating": item["rating"] or None,
        "added": datetime.fromisoformat(item["date_added"]).astimezone(UTC),
        "fields": [(note["field_id"], note["value"]) for note in item.get("notes", [])],
    }


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
        "pictures": (release.thumb, release.cover_image),
        "genres": list(release.genres),
        "styles": list(release.styles),
        "folder": collection.folder_of(copy),
        "rating": copy.rating,
        "added": copy.added,
        "fields": [(field.field_id, field.value) for field in copy.fields],
    }
