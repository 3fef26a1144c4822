"""Files that lie beside a collection and tell more of it: folders, fields, profile, wants, value, release bodies.

None is needed. One that cannot be read, or that does not cover the collection, is left aside with a remark.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.sandbox.dump import parsed
from core.sandbox.holding import ALL, UNKNOWN_DATE, Field, Folder, Holding, JsonObject, Want
from core.sandbox.release import from_full_body, from_item
from core.sandbox.unreadable import UnreadableError

NAMES = frozenset(
    (
        "collection_fields",
        "collection_folders",
        "fields",
        "folders",
        "identity",
        "inventory",
        "lists",
        "masters",
        "profile",
        "releases",
        "value",
        "wantlist",
        "wants",
    )
)
PRICES = ("minimum", "median", "maximum")
Read = Callable[[Path], str]


def enriched(holding: Holding, folder: Path, read_text: Read, *, by_name: bool) -> Holding:
    """Join what lies in `folder` to a collection. A CSV names folders and fields (`by_name`), a dump numbers them."""
    remarks: list[str] = list(holding.remarks)

    def load(stem: str) -> Any:  # noqa: ANN401 - whatever a stranger's file holds
        for ending in (".json", ".json.gz", ".ndjson", ".ndjson.gz"):
            if (path := folder / f"{stem}{ending}").is_file():
                try:
                    return parsed(read_text(path), path.name)
                except UnreadableError as error:
                    remarks.append(f"Left aside: {error}")
        return None

    bodies = _bodies(load("releases")) if by_name else {}
    holding = _with_bodies(holding, bodies)
    holding = _with_folders(holding, _listed(load("folders"), "folders"), remarks, by_name=by_name)
    holding = _with_fields(holding, _listed(load("fields"), "fields"), remarks, by_name=by_name)
    profile = load("profile")
    if isinstance(profile, dict) and profile.get("username"):
        holding = replace(holding, profile=profile)
    value = load("value")
    if isinstance(value, dict):
        holding = replace(holding, value={name: str(value[name]) for name in PRICES if name in value})
    wants = tuple(_wants(load("wantlist") or load("wants")))
    return replace(holding, bodies=bodies, wants=wants, remarks=tuple(remarks))


def _bodies(given: Any) -> dict[int, JsonObject]:  # noqa: ANN401
    rows = given if isinstance(given, list) else [given]
    return {row["id"]: row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), int)}


def _with_bodies(holding: Holding, bodies: Mapping[int, JsonObject]) -> Holding:
    if not bodies:
        return holding
    whole = {copy.release["id"]: copy.release for copy in holding.copies}
    whole |= {number: from_full_body(bodies[number]) for number in whole.keys() & bodies.keys()}
    return replace(holding, copies=tuple(replace(copy, release=whole[copy.release["id"]]) for copy in holding.copies))


def _wants(given: Any) -> Iterator[Want]:  # noqa: ANN401
    rows = given.get("wants") if isinstance(given, dict) else given
    for row in rows if isinstance(rows, list) else []:
        facts = row.get("basic_information") if isinstance(row, dict) else None
        if isinstance(facts, dict) and isinstance(row.get("id"), int):
            date = str(row.get("date_added") or UNKNOWN_DATE)
            yield Want(int(row.get("rating") or 0), date, str(row.get("notes") or ""), from_item(row["id"], facts))


def _with_folders(holding: Holding, rows: list[JsonObject], remarks: list[str], *, by_name: bool) -> Holding:
    given = {row["id"]: Folder(row["id"], str(row["name"])) for row in rows if row["id"] != ALL}
    if not given:
        return holding
    renumber = {number: number for number in given}
    if by_name:
        numbers = {one.name: one.folder_id for one in given.values()}
        renumber = {one.folder_id: numbers[one.name] for one in holding.folders if one.name in numbers}
    if not {copy.folder_id for copy in holding.copies} <= renumber.keys():
        remarks.append("Left aside: folders.json does not name every folder of this collection.")
        return holding
    copies = tuple(replace(copy, folder_id=renumber[copy.folder_id]) for copy in holding.copies)
    return replace(holding, copies=copies, folders=tuple(given.values()))


def _with_fields(holding: Holding, rows: list[JsonObject], remarks: list[str], *, by_name: bool) -> Holding:
    given = {row["id"]: _field(row) for row in rows}
    if not given:
        return holding
    renumber = {number: number for number in given}
    if by_name:
        numbers = {one.name: one.field_id for one in given.values()}
        renumber = {one.field_id: numbers[one.name] for one in holding.fields if one.name in numbers}
    if not {number for copy in holding.copies for number, _ in copy.notes} <= renumber.keys():
        remarks.append("Left aside: fields.json does not name every field of this collection.")
        return holding
    copies = tuple(
        replace(copy, notes=tuple((renumber[number], value) for number, value in copy.notes)) for copy in holding.copies
    )
    return replace(holding, copies=copies, fields=tuple(given.values()))


def _field(row: Mapping[str, Any]) -> Field:
    options = row.get("options")
    return Field(
        field_id=row["id"],
        name=str(row["name"]),
        position=int(row.get("position") or row["id"]),
        options=tuple(str(option) for option in options) if isinstance(options, list) else None,
        lines=int(row.get("lines") or 1),
        public=bool(row.get("public")),
    )


def _listed(value: Any, key: str) -> list[JsonObject]:  # noqa: ANN401
    rows = value.get(key) if isinstance(value, dict) else value
    return [
        row
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and isinstance(row.get("id"), int) and "name" in row
    ]
