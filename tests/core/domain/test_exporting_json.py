"""JSON, JSON Lines and Markdown: the fields that the manual names, the notice, and texts that do no harm."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from core.domain.collection import Collection, Field, Folder, Owned
from core.domain.details import InShort
from core.domain.exporting import Export, Kind
from core.domain.exporting_about import About
from core.domain.exporting_json import VERSION, Head, Record
from core.domain.exporting_markdown import escaped
from core.domain.ids import FieldId, FolderId, InstanceId, MasterId, ReleaseId, Shelf
from core.domain.master import Master
from core.domain.plays import Played
from core.text import SOURCE_NOTICE, printable
from tests.factories import ADDED, make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

SITE: Final = "https://www.discogs.com"
ABOUT: Final = About("mine", Shelf.COLLECTION, f"{SITE}/user/mine/collection", SITE, ADDED, "genre:reggae", "-added")
MANUAL: Final = Path(__file__).parents[3] / "docs" / "exporting.md"

FULL: Final = Collection(
    copies=(
        make_copy(9, make_release(5, master_id=7), folder_id=6, rating=4, fields={1: "Mint (M)", 3: "dear", 8: "B1"}),
        make_copy(
            10, make_release(6, "", artists=(), labels=(), formats=(), genres=(), styles=(), year=None), added=None
        ),
    ),
    folders=(Folder(FolderId(6), "Jazz"),),
    fields=(Field(FieldId(8), "Shelf"),),
    masters={MasterId(7): Master(MasterId(7), 1965)},
    facts={ReleaseId(5): InShort("UK", ("123",))},
    plays={ReleaseId(5): Played(3, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))},
    owned={InstanceId(9): Owned.OTHER},
)


def text_of(kind: Kind, collection: Collection = FULL, about: About = ABOUT) -> str:
    return "".join(Export(kind, collection.copies, collection, about).lines())


def manual_table(heading: str, last: str) -> list[tuple[str, str]]:
    """The fields of a table of the manual, with the kind of each."""
    lines = MANUAL.read_text(encoding="utf-8").partition(heading)[2].splitlines()
    rows: list[tuple[str, str]] = []
    for line in lines:
        if not line.startswith("|") and rows:
            break
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            rows += [(name, cells[1]) for name in re.findall(r"`([a-z_]+)`", cells[0])]
    assert rows[-1][0] == last
    return rows


KINDS: Final[dict[str, tuple[type, ...]]] = {
    "number": (int,),
    "text": (str,),
    "list": (list,),
    "list of texts": (list,),
    "moment": (str,),
    "object": (dict,),
}


def allowed(kind: str) -> tuple[type, ...]:
    names = re.split(r",? or ", kind)
    return tuple(one for name in names for one in ((type(None),) if name == "null" else KINDS[name]))


def test_the_manual_names_every_field_in_its_order_with_what_it_holds() -> None:
    told = manual_table("A record. What is not known is null", "last_played")
    assert tuple(name for name, _ in told) == Record.__struct_fields__
    for record in json.loads(text_of(Kind.JSON))["records"]:
        assert tuple(record) == Record.__struct_fields__
        for name, kind in told:
            assert isinstance(record[name], allowed(kind)), name


def test_the_manual_names_what_is_said_of_the_whole() -> None:
    told = [name for name, _ in manual_table("One object, version 1", "records")]
    assert told == [*Head.__struct_fields__, "records"]
    assert tuple(json.loads(text_of(Kind.JSON))) == tuple(told)
    assert f"One object, version {VERSION}:" in MANUAL.read_text(encoding="utf-8")


def test_a_document_says_where_it_is_from_and_what_it_is_of() -> None:
    found = json.loads(text_of(Kind.JSON))
    records = found.pop("records")
    assert found == {
        "format": "runout-export",
        "version": 1,
        "notice": SOURCE_NOTICE,
        "source": f"{SITE}/user/mine/collection",
        "account": "mine",
        "shelf": "collection",
        "query": "genre:reggae",
        "sort": "-added",
        "exported_at": "2024-05-11T18:29:49Z",
        "count": 2,
    }
    assert [one["instance_id"] for one in records] == [9, 10]


def test_a_record_says_all_that_is_known_and_null_of_the_rest() -> None:
    full, bare = json.loads(text_of(Kind.JSON))["records"]
    told: dict[str, Any] = {
        "release_id": 5,
        "master_id": 7,
        "url": f"{SITE}/release/5",
        "artist": "The Gunmen",
        "labels": [{"id": None, "name": "Hall Of Mirrors", "number": "HM 001"}],
        "formats": [{"name": "Vinyl", "quantity": "1", "text": "", "descriptions": ["LP", "Album"]}],
        "year": 1976,
        "original_year": 1965,
        "country": "UK",
        "barcodes": ["123"],
        "folder": "Jazz",
        "rating": 4,
        "media": "Mint (M)",
        "notes": "dear",
        "fields": {"Shelf": "B1"},
        "owned": "another pressing",
        "plays": 3,
        "last_played": "2026-01-02T03:04:05Z",
        "added": "2024-05-11T18:29:49Z",
    }
    assert {name: full[name] for name in told} == told
    unknown = ("master_id", "artist", "title", "year", "original_year", "country", "barcodes", "folder", "added")
    assert [bare[name] for name in unknown] == [None] * len(unknown)


def test_json_lines_begin_with_what_is_said_of_the_whole() -> None:
    head, *records = map(json.loads, text_of(Kind.JSONL).splitlines())
    document = json.loads(text_of(Kind.JSON))
    assert document == {**head, "records": records}


def test_nothing_at_all_is_a_document_too() -> None:
    assert json.loads(text_of(Kind.JSON, Collection()))["records"] == []
    assert len(text_of(Kind.JSONL, Collection()).splitlines()) == 1
    assert "0 copies" in text_of(Kind.MARKDOWN, Collection())


@given(st.text(max_size=30))
def test_any_text_comes_back_from_json_and_harms_no_terminal(text: str) -> None:
    collection = Collection((make_copy(1, make_release(1, text), fields={8: f"x{text}"}),), fields=FULL.fields)
    for kind in (Kind.JSON, Kind.JSONL):
        written = text_of(kind, collection)
        assert written.replace("\n", "").isprintable()
        one = json.loads(written)["records"][0] if kind is Kind.JSON else json.loads(written.splitlines()[1])
        assert (one["title"], one["fields"]["Shelf"]) == (text or None, f"x{text}".strip())


def test_markdown_is_a_table_with_the_notice_above() -> None:
    lines = text_of(Kind.MARKDOWN).splitlines()
    assert lines[:5] == [
        "# Collection of mine",
        "",
        f"[{SOURCE_NOTICE}]({SITE}/user/mine/collection)",
        "",
        r"2 copies, of the query genre\:reggae, sorted by -added. 2024-05-11.",
    ]
    head, _, first, second = lines[6:]
    assert head.split(" | ")[:4] == ["| Artist", "Title", "Year", "Original"]
    assert first.startswith("| The Gunmen | Kingston Echoes | 1976 | 1965 | LP, Album | Hall Of Mirrors | HM 001 |")
    assert {line.count(" | ") for line in (head, first, second)} == {12}


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://evil.example)",
        "<script>alert(1)</script>",
        "a | b",
        "**bold** _it_ `code` ~~no~~",
        "https://evil.example www.evil.example a@b.example",
        "line\nbreak\r\n| cell",
        "\\| \\",
        "&lt; ![x](y)",
        "# heading",
    ],
)
def test_nothing_in_a_cell_is_markup(text: str) -> None:
    copy = make_copy(1, make_release(1, text), fields={3: text})
    about = replace(ABOUT, account=text, query=text)
    written = text_of(Kind.MARKDOWN, Collection((copy,)), about)
    (row,) = written.splitlines()[8:]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 14
    for line in (row, written.splitlines()[0], written.splitlines()[4]):
        bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", line.removeprefix("# "))
        assert not re.search(r"[\[\]<>*_`~#&@:$\\]|www\.", bare), bare


@given(st.text(max_size=40))
def test_a_cell_says_what_it_said_when_the_backslashes_are_gone(text: str) -> None:

    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped(text)) == printable(text)


def test_a_link_cannot_be_ended_by_what_is_in_it() -> None:
    written = text_of(Kind.MARKDOWN, FULL, replace(ABOUT, source="https://x/a) [b](c"))
    assert f"[{SOURCE_NOTICE}](https://x/a%29%20[b]%28c)" in written
