"""The sample collection that comes with the program; `sample/README.md` says what of it is real."""

import json
import random
from importlib.resources import files
from typing import Any

from core.sandbox.holding import DEFAULT_FIELDS, Copy, Field, Folder, Holding, JsonObject, Want
from core.sandbox.invented import Press
from core.sandbox.release import API, artist_row, basic_information, label_row, pictured

_SEED, _WANTS, _FROM = 7, 9, 910_000_001


def shipped() -> Holding:
    """Read the sample: always the same."""
    releases = {row["id"]: _release(row) for row in _lines("releases.ndjson")}
    shelf = json.loads(_text("shelf.json"))
    copies = tuple(
        Copy(
            instance_id=row["instance_id"],
            folder_id=row["folder_id"],
            rating=row["rating"],
            date_added=row["date_added"],
            notes=tuple((int(number), value) for number, value in row["notes"].items()),
            release=releases[row["id"]],
        )
        for row in _lines("copies.ndjson")
    )
    return Holding(
        copies=copies,
        folders=tuple(Folder(row["id"], row["name"]) for row in shelf["folders"]),
        fields=(
            *DEFAULT_FIELDS,
            *(Field(row["id"], row["name"], row["position"], tuple(row["options"])) for row in shelf["fields"]),
        ),
        profile=shelf["profile"],
        wants=_wants(),
    )


def _wants() -> tuple[Want, ...]:
    """A few releases that never were."""
    press = Press(random.Random(_SEED), 40)  # noqa: S311 - it draws records, not secrets
    made = [press.release() for _ in range(_WANTS)]
    return tuple(
        Want(
            rating=place % 4,
            date_added=f"2023-05-{place + 1:02}T20:15:00-07:00",
            notes=("", "The first pressing only.", "")[place % 3],
            # Away from the numbers of real releases, some of which are on the shelf.
            release=pictured({**row, "id": _FROM + place, "resource_url": f"{API}/releases/{_FROM + place}"}),
        )
        for place, row in enumerate(made)
    )


def _release(row: JsonObject) -> JsonObject:
    whole = basic_information(
        row["id"],
        row["title"],
        row["year"],
        row["master_id"],
        formats=row["formats"],
        labels=[label_row(name, catno, number) for name, catno, number in row["labels"]],
        artists=[artist_row(name, number, anv=anv, join=join) for name, anv, join, number in row["artists"]],
        genres=row["genres"],
        styles=row["styles"],
    )
    return pictured(whole)


def _lines(name: str) -> list[Any]:
    return [json.loads(line) for line in _text(name).split("\n") if line]


def _text(name: str) -> str:
    return files("core.sandbox").joinpath("sample", name).read_text(encoding="utf-8")
