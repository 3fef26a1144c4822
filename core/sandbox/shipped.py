"""The sample collection that comes with the program; `sample/README.md` says what of it is real."""

import json
from importlib.resources import files
from typing import Any

from core.sandbox.holding import DEFAULT_FIELDS, Copy, Field, Folder, Holding, JsonObject
from core.sandbox.release import artist_row, basic_information, label_row


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
    )


def _release(row: JsonObject) -> JsonObject:
    return basic_information(
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


def _lines(name: str) -> list[Any]:
    return [json.loads(line) for line in _text(name).split("\n") if line]


def _text(name: str) -> str:
    return files("core.sandbox").joinpath("sample", name).read_text(encoding="utf-8")
