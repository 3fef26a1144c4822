"""The page that says how records are asked for is true: its tables are what is tested here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from core.domain.collection import Collection, Copy, Field, Folder
from core.domain.conditions import RANKS, rank_written
from core.domain.describing import sentence
from core.domain.details import Identifier, InShort, ReleaseDetails, Track, in_short
from core.domain.fields import FIELDS, STATES
from core.domain.fields import NAMES as FIELD_NAMES
from core.domain.ids import FieldId, FolderId, MasterId, ReleaseId
from core.domain.master import Master
from core.domain.plays import Played
from core.domain.query import canonical, parse
from core.domain.release import Format, LabelNumber
from core.domain.view import View
from core.errors import QuerySyntaxError
from tests.factories import make_copy, make_release

import pytest

PAGE: Final = (Path(__file__).parents[3] / "docs" / "queries.md").read_text(encoding="utf-8")
TODAY: Final = date(2024, 7, 1)

Row = dict[str, str]


def table(heading: str) -> list[Row]:
    """The rows of the first table after a text, by the titles of its columns."""
    lines = PAGE.split(heading, 1)[1].split("\n")
    begin = next(at for at, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    titles, _rule, *others = rows
    assert all(len(row) == len(titles) for row in others), others
    return [dict(zip(titles, row, strict=True)) for row in others]


def code(cell: str) -> str:
    """What stands in backquotes."""
    return cell.removeprefix("`").removesuffix("`")


def formats(cell: str) -> Iterator[Format]:
    """`Vinyl: LP, Album (Red); CD`."""
    for one in cell.split("; "):
        found = re.fullmatch(r"([^:(]+)(?:: ([^(]+?))?(?: \((.*)\))?", one)
        assert found is not None
        yield Format(found[1], "1", found[3] or "", tuple(found[2].split(", ")) if found[2] else ())


def moment(cell: str) -> datetime | None:
    return datetime.fromisoformat(f"{cell}T20:15:00+00:00").astimezone(UTC) if cell else None


def grade(cell: str) -> str:
    rank = rank_written(cell)
    return "" if rank is None else list(RANKS)[rank]


FOLDERS: Final = {"Uncategorized": 1, "Jamaica": 5, "Shellac": 6}
RELEASES: Final = table("## The records of the table")
COPIES: Final = table("Of the masters")
OWN: Final = (Field(FieldId(3), "Notes"), Field(FieldId(4), "Shelf"))


def copy_of(said: Row, mine: Row) -> Copy:
    release = make_release(
        int(said["#"]),
        said["title"],
        artist=said["artist"],
        labels=(LabelNumber(said["label"], said["number"]),),
        formats=tuple(formats(said["format"])),
        genres=("Reggae",),
        styles=(said["style"],),
        year=int(said["year"]) if said["year"] else None,
        master_id=int(said["master"]) if said["master"] else None,
    )
    texts = {1: grade(mine["media"]), 2: grade(mine["sleeve"]), 3: mine["notes"], 4: mine["Shelf"]}
    return make_copy(
        int(mine["#"]),
        release,
        folder_id=FOLDERS.get(mine["folder"]),
        rating=int(mine["rating"]) if mine["rating"] else None,
        added=moment(mine["added"]),
        fields={number: text for number, text in texts.items() if text},
    )


def facts_of(said: Row) -> InShort:
    tracks = tuple(Track(title) for title in said["tracks"].split("; ") if title)
    codes = (Identifier("Barcode", said["barcode"]),) if said["barcode"] else ()
    number = ReleaseId(int(said["#"]))
    return in_short(ReleaseDetails(number, "", country=said["country"] or None, tracks=tracks, identifiers=codes))


def masters() -> Iterator[Master]:
    """`77 is from 1974, of 88 the year is not known`."""
    for number, year in re.findall(r"(\d+) is from (\d+)", PAGE):
        yield Master(MasterId(int(number)), year=int(year))
    for number in re.findall(r"of (\d+) the year is not known", PAGE):
        yield Master(MasterId(int(number)))


SHELF: Final = Collection(
    tuple(copy_of(said, mine) for said, mine in zip(RELEASES, COPIES, strict=True)),
    tuple(Folder(FolderId(number), name) for name, number in FOLDERS.items()),
    OWN,
    masters={one.id: one for one in masters()},
    facts={ReleaseId(int(said["#"])): facts_of(said) for said in RELEASES if said["country"] or said["tracks"]},
    wanted=frozenset(ReleaseId(int(mine["#"])) for mine in COPIES if mine["wanted"]),
    plays={
        ReleaseId(int(mine["#"])): Played(1, played)
        for mine in COPIES
        if (played := moment(mine["played"])) is not None
    },
)


def found(text: str) -> list[int]:
    view = View.of(SHELF, text=text, today=TODAY)
    return [copy.instance_id for copy in view.copies]


def test_the_records_are_those_of_the_page() -> None:
    assert len(SHELF.copies) == 6
    assert {number: master.year for number, master in SHELF.masters.items()} == {77: 1974, 88: None, 66: 1981}
    assert len(SHELF.facts) == 5
    assert len(SHELF.plays) == 3
    assert "Today is 1 July 2024." in PAGE


QUERIES: Final = table("## The table")


@pytest.mark.parametrize("row", QUERIES, ids=[ascii(row["query"]) for row in QUERIES])
def test_a_query_finds_what_the_table_says(row: Row) -> None:
    query = code(row["query"])
    expected = [int(number) for number in row["finds"].split()]
    assert (found(query) if "sort:" in query else sorted(found(query))) == expected
    assert canonical(parse(query)) == code(row["canonical"])
    assert sentence(parse(query)) == row["in words"]
    assert found(code(row["canonical"])) == found(query)


ERRORS: Final = table("## What is not understood")


@pytest.mark.parametrize("row", ERRORS, ids=[ascii(row["query"]) for row in ERRORS])
def test_a_query_is_refused_as_the_table_says(row: Row) -> None:
    query = code(row["query"])
    with pytest.raises(QuerySyntaxError) as raised:
        parse(query)
    error = raised.value
    assert query[error.start : error.end] == code(row["marked"])
    assert (error.expected, error.nearest) == (row["expected"], code(row["nearest"]))


def test_the_page_names_every_field_and_every_word() -> None:
    named = {text for row in table("## Fields") for text in re.findall(r"`([a-z]+):", row["field"])}
    assert named == set(FIELD_NAMES)
    words = "".join(row["what is asked"] for row in table("## Fields") if row["field"] in ("`is:`", "`has:`"))
    assert set(STATES) <= set(re.findall(r"`([a-z]+)`", words))


def test_the_table_asks_for_every_field() -> None:
    asked = " ".join(code(row["query"]) + " " + code(row["canonical"]) for row in QUERIES)
    assert {field.name for field in FIELDS if not re.search(rf"(?<![a-z]){field.name}:", asked)} == set()
