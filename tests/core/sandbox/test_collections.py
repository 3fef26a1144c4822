"""Whole collections arrive whole, whichever form they come in."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

from core.sandbox import csv_export
from core.sandbox.formats import parsed
from core.sandbox.holding import Copy, Holding
from core.sandbox.readers import read_collection

import pytest

HEADER = "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,CollectionFolder,Date Added"


def items(count: int) -> list[dict[str, Any]]:
    return [{"id": n, "instance_id": 100 + n, "basic_information": {"title": f"T{n}"}} for n in range(1, count + 1)]


def one(row: str, header: str = HEADER) -> Copy:
    return csv_export.read(f"{header}\r\n{row}\r\n", "x.csv").copies[0]


def folder_names(holding: Holding) -> Counter[str]:
    names = {folder.folder_id: folder.name for folder in holding.folders}
    return Counter(names[copy.folder_id] for copy in holding.copies)


@pytest.mark.parametrize(
    ("path", "copies", "releases"),
    [
        ("collector_a", 316, 315),
        ("collector_a/collection.csv", 316, 315),
        ("collector_b", 621, 621),
        ("collector_b/collection.json.gz", 621, 621),
        ("collector_c/collection-2016-03-22.csv.gz", 2188, None),
        ("collector_c/collection-2016-05-21.csv.gz", 2197, None),
    ],
)
def test_a_real_collection_arrives_complete(samples: Path, path: str, copies: int, releases: int | None) -> None:
    holding = read_collection(samples / "collections" / path)
    assert len({copy.instance_id for copy in holding.copies}) == len(holding.copies) == copies
    assert releases in (None, len({copy.release["id"] for copy in holding.copies}))
    assert holding.remarks == ()


def test_full_bodies_beside_a_csv_give_its_rows_masters_artists_and_labels(samples: Path) -> None:
    holding = read_collection(samples / "collections" / "collector_a")
    rows = {copy.release["id"]: copy.release for copy in holding.copies}
    assert sum(row["master_id"] == 0 for row in rows.values()) == 79
    assert {row["master_url"] for row in rows.values() if not row["master_id"]} == {None}
    assert [artist["name"] for artist in rows[14342]["artists"]] == ["Heretic", "Murder Inc. (5)"]
    assert rows[14342]["artists"][0]["join"] == "/"
    assert all("thumbnail_url" not in label for row in rows.values() for label in row["labels"])


def test_the_files_beside_a_dump_give_folders_fields_and_profile(samples: Path) -> None:
    holding = read_collection(samples / "collections" / "collector_b")
    assert holding.profile["username"] == "collector_b"
    assert [one.name for one in holding.fields] == ["Media Condition", "Sleeve Condition", "Notes", "Format"]
    assert folder_names(holding)["Primary"] == 411
    assert len(holding.folders) == 8
    assert any(value.endswith("\n") for copy in holding.copies for _, value in copy.notes)


def test_a_later_export_keeps_the_instance_numbers_of_the_earlier_one(samples: Path) -> None:
    early, late = (
        {
            (copy.instance_id, copy.release["id"])
            for copy in read_collection(samples / "collections" / "collector_c" / name).copies
        }
        for name in ("collection-2016-03-22.csv.gz", "collection-2016-05-21.csv.gz")
    )
    assert early < late
    assert len(late - early) == 9


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"pagination": {"items": 3}, "releases": items(3)}),
        json.dumps({"releases": items(3)}),
        json.dumps(items(3)),
        json.dumps([{"releases": items(2)}, {"releases": items(3)[2:]}]),
        "\n".join(json.dumps(item) for item in items(3)),
        "\ufeff" + "\r\n".join(json.dumps(item) for item in items(3)) + "\r\n\r\n",
        json.dumps({"releases": items(3)}, indent=2),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_every_form_of_dump_gives_the_same_copies(tmp_path: Path, content: str, packed: bool) -> None:
    file = tmp_path / ("mine.json.gz" if packed else "mine.json")
    file.write_bytes(gzip.compress(content.encode()) if packed else content.encode())
    holding = read_collection(file)
    assert [(copy.instance_id, copy.release["title"]) for copy in holding.copies] == [
        (101, "T1"),
        (102, "T2"),
        (103, "T3"),
    ]


def test_a_line_separator_in_a_title_ends_no_line(tmp_path: Path) -> None:
    lines = [json.dumps(item | {"basic_information": {"title": "a\u2028b"}}, ensure_ascii=False) for item in items(2)]
    (tmp_path / "mine.ndjson").write_text("\n".join(lines), encoding="utf-8")
    assert len(read_collection(tmp_path).copies) == 2


def test_an_instance_that_comes_twice_is_kept_once_and_said(tmp_path: Path) -> None:
    twice = items(2)
    twice[1] |= {"instance_id": 101}
    (tmp_path / "mine.json").write_text(json.dumps(twice))
    holding = read_collection(tmp_path)
    assert [copy.release["id"] for copy in holding.copies] == [1]
    assert "1 items repeat" in holding.remarks[0]


@pytest.mark.parametrize("content", ['{"releases": []}', "[]", HEADER, HEADER + "\r\n", HEADER + "\n,,,,,,,,,\n"])
def test_an_empty_collection_is_a_collection(tmp_path: Path, content: str) -> None:
    (tmp_path / ("c.csv" if content.startswith("Cat") else "c.json")).write_text(content)
    assert read_collection(tmp_path).copies == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path: Path, end: str, mark: str) -> None:
    text = mark + HEADER + end + 'C1,"A, B",T,"L, M",LP,,0,5,,' + end
    (tmp_path / "c.csv").write_bytes(text.encode())
    release = read_collection(tmp_path).copies[0].release
    assert release["artists"][0]["name"] == "A, B"
    assert release["labels"][0]["name"] == "L, M"
    assert len(release["artists"]) == len(release["labels"]) == 1


def test_a_cell_longer_than_the_csv_modules_own_limit_is_read() -> None:
    assert len(one(f"C,A,{'x' * 300_000},L,LP,,1999,5,,").release["title"]) == 300_000


def test_blank_cells_mean_unknown_year_no_rating_and_one_fixed_date() -> None:
    copy = one("C,A,T,L,LP,,0,5,,")
    assert (copy.release["year"], copy.rating, copy.notes, copy.folder_id) == (0, 0, (), 1)
    assert copy.date_added == "2012-01-01T00:00:00-08:00"


@pytest.mark.parametrize(
    ("written", "read"),
    [("2022-01-25 04:18:01", "2022-01-25T04:18:01-08:00"), ("2022-07-25 04:18:01", "2022-07-25T04:18:01-07:00")],
)
def test_a_date_without_zone_is_us_pacific(written: str, read: str) -> None:
    assert one(f"C,A,T,L,LP,3,1999,5,,{written}").date_added == read


def test_conditions_notes_and_columns_of_ones_own_become_fields() -> None:
    own = ",Collection Media Condition,Collection Sleeve Condition,Collection Notes,Collection Shelf,Collection Bought"
    holding = csv_export.read(f"{HEADER}{own}\nC,A,T,L,LP,3,1999,5,Box,,Mint (M),Generic,mine,Hall,\n", "x.csv")
    assert holding.copies[0].notes == ((1, "Mint (M)"), (2, "Generic"), (3, "mine"), (4, "Hall"))
    assert [(field.field_id, field.name, field.public) for field in holding.fields[3:]] == [
        (4, "Shelf", False),
        (5, "Bought", False),
    ]


def test_two_equal_rows_are_two_copies_of_one_release() -> None:
    first, second = csv_export.read(f"{HEADER}\nC,A,T,L,LP,,0,5,,\nC,A,T,L,LP,,0,5,,\n", "x.csv").copies
    assert first.instance_id != second.instance_id
    assert first.release is second.release


def test_folders_of_an_export_are_numbered_by_name_and_uncategorized_is_1() -> None:
    rows = "\n".join(f"C,A,T,L,LP,,0,{n},{folder}," for n, folder in enumerate(["Box", "Uncategorized", "Attic"], 1))
    holding = csv_export.read(f"{HEADER}\n{rows}\n", "x.csv")
    assert [(one.folder_id, one.name) for one in holding.folders] == [
        (100_000, "Attic"),
        (100_001, "Box"),
        (1, "Uncategorized"),
    ]


def test_files_beside_that_do_not_cover_the_collection_are_left_aside_and_said(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps([items(1)[0] | {"folder_id": 9}]))
    (tmp_path / "folders.json").write_text('{"folders": [{"id": 1, "name": "Uncategorized"}]}')
    (tmp_path / "fields.json").write_text("not json")
    holding = read_collection(tmp_path)
    assert [copy.folder_id for copy in holding.copies] == [9]
    assert len(holding.remarks) == 2
    assert all(remark.startswith("Left aside: ") for remark in holding.remarks)


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        ("2xLP, Album, RE, RM", [("Vinyl", "2", None, ["LP", "Album", "Reissue", "Remastered"])]),
        (
            "LP, Yel + LP, S/Sided, Etch, Yel + Album, Ltd",
            [
                ("Vinyl", "1", "Yel", ["LP"]),
                ("Vinyl", "1", "Yel", ["LP", "Single Sided", "Etched"]),
                ("All Media", "1", None, ["Album", "Limited Edition"]),
            ],
        ),
        ('5x10", Album + Box', [("Vinyl", "5", None, ['10"', "Album"]), ("Box Set", "1", None, None)]),
        ('12", Mar, 180', [("Vinyl", "1", "Mar, 180", ['12"'])]),
        ("Cass, Comp", [("Cassette", "1", None, ["Compilation"])]),
        ("DVD-V, NTSC", [("DVD", "1", None, ["DVD-Video", "NTSC"])]),
        ("Wax Roll, ,, Odd", [("Wax Roll", "1", "Odd", None)]),
        ("0x + x2x, ", [("0x", "1", None, None), ("x2x", "1", None, None)]),
        ("", []),
    ],
)
def test_an_abbreviated_format_is_spelled_out(column: str, rows: list[tuple[Any, ...]]) -> None:
    keys = ("name", "qty", "text", "descriptions")
    assert [tuple(row.get(key) for key in keys) for row in parsed(column)] == rows


def test_the_formats_read_from_an_export_match_those_of_the_full_bodies(samples: Path) -> None:
    whole = read_collection(samples / "collections" / "collector_a")
    text = (samples / "collections" / "collector_a" / "collection.csv").read_text(encoding="utf-8")
    for exported, recorded in zip(csv_export.read(text, "c").copies, whole.copies, strict=True):
        ours, real = ([(row["name"], row["qty"]) for row in copy.release["formats"]] for copy in (exported, recorded))
        assert ours == real, exported.release["title"]
