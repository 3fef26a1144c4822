"""The listening log in a file of its own, for spreadsheets and for other programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from core.config import Config
from core.errors import ExportExists, ExportNotWritten
from tests.factories import make_copy, make_release
from tests.tui.test_listing import SHELF, filled
from tests.tui.test_playing import Captured, logged
from tui.playing import Options, played

import pytest


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return filled(tmp_path, SHELF)


def test_the_log_is_exported_as_csv_or_json_the_first_play_first(
    config: Config, capsys: Captured, tmp_path: Path
) -> None:
    for words, day in (("40", 2), ("1", 1)):
        logged(config, capsys, words, at=f"2026-03-0{day}T12:00Z")
    files = [tmp_path / name for name in ("plays.csv", "plays.JSONL")]
    for file in files:
        assert played(config, Options(export=str(file))) == 0
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.splitlines() == [f"2 plays written to {file}.", "Data provided by Discogs."]
    rows = list(csv.DictReader(io.StringIO(files[0].read_text("utf-8"), newline="")))
    objects = [json.loads(line) for line in files[1].read_text("utf-8").splitlines()]
    assert list(rows[0]) == list(objects[0])
    assert [(row["release_id"], row["played_at"]) for row in rows] == [
        ("1", "2026-03-01T12:00:00Z"),
        ("40", "2026-03-02T12:00:00Z"),
    ]
    assert [one["release_id"] for one in objects] == [1, 40]
    for as_json, file in ((False, files[0]), (True, files[1])):
        assert played(config, Options(export="-", as_json=as_json)) == 0
        assert capsys.readouterr().out.encode() == file.read_bytes()


def test_no_cell_is_taken_for_a_formula(tmp_path: Path, capsys: Captured) -> None:
    titles = ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "'quoted", "\t=1", "plain\r\n=2", 'a "b", c']
    config = filled(
        tmp_path, [make_copy(at, make_release(at, title, artist=title)) for at, title in enumerate(titles, 1)]
    )
    for at in range(len(titles), 0, -1):
        logged(config, capsys, f"r{at}", at=f"{at}d")
    assert played(config, Options(export="-")) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    found = {int(row["release_id"]): row["title"] for row in rows}
    shown = ["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@x", "''quoted", "'=1", "plain =2", 'a "b", c']
    assert [found[at] for at in range(1, len(titles) + 1)] == shown


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(
    config: Config, capsys: Captured, tmp_path: Path
) -> None:
    logged(config, capsys, "gunmen")
    file = tmp_path / "plays.csv"
    file.write_bytes(b"what was there")
    with pytest.raises(ExportExists):
        played(config, Options(export=str(file)))
    assert file.read_bytes() == b"what was there"
    assert played(config, Options(export=str(file), force=True)) == 0
    assert file.read_bytes().startswith(b"number,release_id,")
    with pytest.raises(ExportNotWritten):
        played(config, Options(export=str(tmp_path / "nowhere" / "plays.csv")))
    assert [one.name for one in tmp_path.iterdir() if one.suffix != ".db"].count("plays.csv") == 1
    assert not [one for one in tmp_path.iterdir() if one.suffix == ".part"]
