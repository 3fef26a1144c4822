"""`runout export`: what comes out, where it goes, and what is said beside it in each state."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from core import config as settings
from core.config import Config
from core.domain.exporting import Kind
from core.domain.ids import Shelf
from core.errors import ExportExists, NotConnected
from core.text import SOURCE_NOTICE
from tests.journeys.terminal import in_terminal
from tests.tui.states import disconnected, half_arrived, refused, synced
from tests.tui.test_listing import FOLDERS, SHELF, filled
from tui.arguments import parse
from tui.exporting import Options, export
from tui.output import be_quiet

import pytest

Captured = pytest.CaptureFixture[str]
NOTICE: Final = f"{SOURCE_NOTICE} https://www.discogs.com/user/collector_1/collection\n"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return synced(tmp_path / "data", timedelta(hours=1))


def exported(config: Config, capsys: Captured, query: str = "", **options: Any) -> tuple[str, str]:
    """What goes to standard output, and what is said."""
    assert export(config, Options(query=query, **options)) == 0
    told = capsys.readouterr()
    return told.out, told.err


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out, newline="")))


def test_csv_goes_to_standard_output_and_the_notice_beside_it(config: Config, capsys: Captured) -> None:
    out, said = exported(config, capsys)
    assert [one["release_id"] for one in rows(out)] == ["30", "40", "1", "20"]
    assert rows(out)[2]["CollectionFolder"] == FOLDERS[0].name
    assert said == NOTICE


@pytest.mark.parametrize("kind", [Kind.JSON, Kind.JSONL, Kind.MARKDOWN])
def test_the_other_kinds_carry_the_notice_themselves(config: Config, capsys: Captured, kind: Kind) -> None:
    out, said = exported(config, capsys, kind=kind)
    assert SOURCE_NOTICE in out
    assert "https://www.discogs.com/user/collector_1/collection" in out
    assert said == ""


@pytest.mark.parametrize(
    ("query", "order", "expected"),
    [
        ("genre:reggae", "", [3, 1]),
        ("", "-artist", [1, 4, 3, 2]),
        ("sort:year", "-artist", [1, 4, 3, 2]),
        ("limit:2", "", [3, 4]),
        ("sort:-year limit:1", "", [3]),
    ],
)
def test_a_query_and_its_order_hold(
    config: Config, capsys: Captured, query: str, order: str, expected: list[int]
) -> None:
    out, _ = exported(config, capsys, query, kind=Kind.JSON, order=order)
    assert [one["instance_id"] for one in json.loads(out)["records"]] == expected


def test_a_file_is_written_and_that_is_said(config: Config, capsys: Captured, tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"
    out, said = exported(config, capsys, output=str(target))
    assert out == ""
    assert said == f"{len(SHELF)} copies written to {target} ({target.stat().st_size / 1000:.0f} kB).\n{NOTICE}"
    with pytest.raises(ExportExists):
        export(config, Options(output=str(target)))
    assert exported(config, capsys, "nothing-like-it", output=str(target), force=True)[0] == ""
    assert len(target.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ([], Kind.CSV),
        (["--output", "x.JSON"], Kind.JSON),
        (["--output", "x.ndjson"], Kind.JSONL),
        (["--output", "x.md"], Kind.MARKDOWN),
        (["--output", "x.txt"], Kind.CSV),
        (["--output", "x.md", "--format", "json"], Kind.JSON),
    ],
)
def test_the_name_of_the_file_says_what_it_is(arguments: list[str], kind: Kind) -> None:
    assert (Options.of(parse(["export", *arguments])).kind or Kind.CSV) is kind


def test_nobody_is_connected(tmp_path: Path) -> None:
    with pytest.raises(NotConnected):
        export(settings.load({"RUNOUT_DATA_DIR": str(tmp_path)}), Options())


@pytest.mark.parametrize(
    ("state", "copies", "said"),
    [
        (lambda data: filled(data, ()), 0, "Nothing of collector_1 is here yet. Run `runout sync`.\n"),
        (half_arrived, 4, "The first sync is not over: 4 of 250 copies are here.\n"),
        (lambda data: synced(data, timedelta(days=3)), 4, "to renew it, run `runout sync`.\n"),
        (refused, 4, "Discogs no longer accepts the token of collector_1."),
        (disconnected, 4, "collector_1 is disconnected."),
    ],
    ids=["empty", "first sync", "stale", "refused", "disconnected"],
)
def test_in_each_state_it_says_its_sentence_and_does_what_it_can(
    tmp_path: Path, capsys: Captured, state: Callable[[Path], Config], copies: int, said: str
) -> None:
    out, told = exported(state(tmp_path / "data"), capsys)
    assert len(rows(out)) == copies
    assert said in told
    assert told.endswith(NOTICE)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(query="shoesize:44"), "Expected a field; did you mean size:?"),
        (Options(query="year:x"), "Expected a year"),
        (Options(order="shoes"), "Copies cannot be sorted by 'shoes'"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(config: Config, capsys: Captured, options: Options, said: str) -> None:
    assert export(config, options) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err


def test_quiet_leaves_the_data_alone(config: Config, capsys: Captured) -> None:
    be_quiet(quiet=True)
    try:
        out, said = exported(config, capsys)
    finally:
        be_quiet(quiet=False)
    assert len(rows(out)) == len(SHELF)
    assert said == ""


def test_a_wantlist_that_is_not_here_yet_is_told(config: Config, capsys: Captured) -> None:
    out, said = exported(config, capsys, shelf=Shelf.WANTLIST)
    assert out.startswith("Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,Notes,owned,")
    assert said.startswith("Nothing of the wantlist of collector_1 is here;")


async def test_into_a_terminal_nothing_goes_that_would_harm_it(tmp_path: Path) -> None:
    await asyncio.to_thread(synced, tmp_path / "data", timedelta(hours=1))
    async with in_terminal(tmp_path / "data", None, "export") as screen:
        assert await screen.end() == 0
        assert "\x1b[31mDub" not in screen.seen
        assert "[31mDub" in screen.seen
