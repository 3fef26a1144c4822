"""Original years become known while somebody looks: cells are filled, and highlight and place stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.domain.details import ReleaseDetails, Track
from core.domain.ids import ReleaseId
from core.domain.sorting import parse_order
from core.sandbox.holding import Holding
from tests.stand_in import evening
from tests.tui.journeys import SIZES, highlighted, press, write
from tests.tui.knowing import cells, collecting, know, learn, looking, of_masters
from tests.tui.screen import WIDE, browse, details, shown, status, table, until
from tests.tui.test_duplicates_screen import come_to, doubled, lines

from textual.pilot import Pilot


def at(seconds: float = 0.0) -> datetime:
    """A moment from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def waiting(pilot: Pilot[None]) -> int:
    """Cells in which the original year may still come."""
    return sum(cell.endswith("…") for cell in cells(pilot, "Original"))


def look_again(pilot: Pilot[None]) -> None:
    """What is done every few seconds while something is being read."""
    browse(pilot)._learn()


@SIZES
async def test_cells_are_filled_as_years_become_known(tmp_path: Path, size: tuple[int, int]) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, size) as pilot:
        browse(pilot).show_columns(("title", "original"))
        await press(pilot, *["down"] * 7)
        record, line, top = highlighted(pilot), table(pilot).highlighted_line, table(pilot).top
        assert waiting(pilot) == len(cells(pilot, "Original"))
        view = browse(pilot)._view
        await learn(tonight.config, [(20, 1962), (80, 1968), (9_999, 1950)], at())
        look_again(pilot)
        await until(pilot, lambda: waiting(pilot) == len(cells(pilot, "Original")) - 2)
        assert (cells(pilot, "Original")[1], cells(pilot, "Original")[7]) == ("1962", "1968")
        assert (highlighted(pilot), table(pilot).highlighted_line, table(pilot).top) == (record, line, top)
        assert browse(pilot)._view.copies is view.copies
        assert "Original  1968" in details(pilot)


async def test_only_lines_of_which_something_became_known_are_drawn_anew(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        browse(pilot).show_columns(("title", "original"))
        await press(pilot, "down")
        drawn: list[int] = []
        paint = table(pilot).refresh_row

        def noted(row: int) -> None:
            drawn.append(row)
            paint(row)

        table(pilot).refresh_row = noted  # type: ignore[method-assign]
        await learn(tonight.config, [(50, 1950)], at())
        look_again(pilot)
        await until(pilot, lambda: "1950" in cells(pilot, "Original"))
        assert drawn == [4]


async def test_where_the_years_decide_the_order_records_move_and_the_highlight_goes_along(
    tmp_path: Path,
) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        browse(pilot).order_by(parse_order("original"))
        await until(pilot, lambda: browse(pilot)._view.order[0].column == "original")
        await press(pilot, *["down"] * 4)
        record = highlighted(pilot)
        await learn(tonight.config, [(300, 1950), (290, 1951)], at())
        look_again(pilot)
        await until(pilot, lambda: browse(pilot)._view.copies[0].release.id == 30)
        assert [copy.release.id for copy in browse(pilot)._view.copies[:3]] == [30, 29, 1]
        assert highlighted(pilot) == record


async def test_where_a_filter_goes_by_the_years_records_come(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        await write(pilot, "original:<1960")
        await until(pilot, lambda: len(browse(pilot)._view.copies) == 0)
        await learn(tonight.config, [(40, 1955), (50, 1965)], at())
        look_again(pilot)
        await until(pilot, lambda: [copy.release.id for copy in browse(pilot)._view.copies] == [4])


async def test_where_a_filter_goes_by_the_details_or_the_plays_records_come(tmp_path: Path) -> None:
    """As soon as another process has read them, or somebody has said what was played."""
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:

        def found(*numbers: int) -> bool:
            return [copy.release.id for copy in browse(pilot)._view.copies] == list(numbers)

        await write(pilot, 'country:jamaica track:"night nurse"')
        await until(pilot, found)
        told = ReleaseDetails(ReleaseId(4), "Nurse", country="Jamaica", tracks=(Track("Night Nurse"),))
        await know(tonight.config, told, at=at())
        look_again(pilot)
        await until(pilot, lambda: found(4))
        await press(pilot, "escape", "escape")
        await write(pilot, "is:played")
        await until(pilot, found)
        await tonight.core.plays.log(tonight.account, ReleaseId(7))
        look_again(pilot)
        await until(pilot, lambda: found(7))


async def test_what_is_learned_leaves_records_where_they_are_when_nothing_goes_by_it(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        await press(pilot, *["down"] * 7)
        record, view = highlighted(pilot), browse(pilot)._view
        await tonight.core.plays.log(tonight.account, ReleaseId(7))
        look_again(pilot)
        await until(pilot, lambda: len(browse(pilot)._view.collection.plays) == 1)
        assert browse(pilot)._view.copies is view.copies
        assert highlighted(pilot) == record


async def test_an_order_that_is_chosen_while_years_become_known_is_not_forgotten(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        await learn(tonight.config, [(40, 1955)], at())
        browse(pilot).order_by(parse_order("-title"))
        look_again(pilot)
        await until(pilot, lambda: browse(pilot)._view.order == parse_order("-title"))
        await until(pilot, lambda: len(browse(pilot)._view.collection.masters) == 1)
        assert browse(pilot)._view.order == parse_order("-title")


async def test_how_much_is_known_stands_in_the_status_line(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        await until(pilot, lambda: "original year known for 0 of 30" in status(pilot))
        await learn(tonight.config, [(10 * number, 1960) for number in range(1, 13)], at())
        look_again(pilot)
        await until(pilot, lambda: "original year known for 12 of 30" in status(pilot))
        await press(pilot, "t")
        await until(pilot, lambda: "Original year known for 12 of 30: 18 still to be read." in shown(pilot))


async def test_what_is_known_before_it_is_opened_is_there_at_once_and_nothing_between_is_lost(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight:
        await learn(tonight.config, [(10, 1951)], at())
        async with looking(tonight, WIDE) as pilot:
            assert "Original  1951" in details(pilot)
            await learn(tonight.config, [(20, 1952)], at(1))
            await press(pilot, "down")
            look_again(pilot)
            await until(pilot, lambda: "Original  1952" in details(pilot))


async def test_after_a_sync_the_years_are_still_there(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        await learn(tonight.config, [(10, 1951)], at())
        look_again(pilot)
        await until(pilot, lambda: "Original  1951" in details(pilot))
        tonight.own(of_masters(31))
        await press(pilot, "s")
        await until(pilot, lambda: status(pilot).startswith("31 of 31 copies"))
        assert "Original  1951" in details(pilot)


async def test_duplicates_say_the_year_of_a_master_when_it_becomes_known(tmp_path: Path) -> None:
    holding: Holding = doubled()
    async with evening(tmp_path, holding) as tonight:
        await tonight.sync()
        async with looking(tonight) as pilot:
            await come_to(pilot)
            assert "3 × Ann - Pressing 1, the same master" in lines(pilot)
            await learn(tonight.config, [(7, 1969)], at())
            look_again(pilot)
            await until(pilot, lambda: "3 × Ann - Pressing 1 (first in 1969), the same master" in lines(pilot))


async def test_what_is_being_read_is_told_with_how_far_it_is(tmp_path: Path) -> None:
    async with collecting(tmp_path) as tonight, looking(tonight, WIDE) as pilot:
        tonight.sandbox.world.faults.add("hang", route="master", times=99)
        job = tonight.core.jobs.alone("enrichment", tonight.core.enrich.run_due)
        running = browse(pilot).run_worker(job)
        await until(pilot, lambda: tonight.sandbox.world.counts.requests["master"] > 0)
        look_again(pilot)
        await until(pilot, lambda: "reading original years: 0 of 30" in status(pilot))
        running.cancel()
        tonight.sandbox.world.faults.clear()
