"""The lines of the daemon, and the words of `runout settings`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.domain.account import Access
from core.domain.ids import AccountId, Shelf
from core.domain.progress import Kind, SyncOutcome
from core.domain.schedule import Due, Every, JobOutcome
from core.domain.turns import JobReport, Turn
from core.errors import BackupNotWritten, CollectionPrivate
from core.services.schedule import Schedule
from tests.factories import make_account
from tui.render.turns import job_line, turn_line
from tui.schedule_arguments import EVERY
from tui.scheduling import _OFTEN, _lines

import pytest
from msgspec.structs import replace

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
GOOD = Turn(NOW, AccountId("a"), "ann", Shelf.COLLECTION, Kind.PROBE, SyncOutcome.DONE, 1, 0.44)
ME = make_account(1, username="ann")


def test_a_run_that_went_well_is_one_line_with_its_cost() -> None:
    assert turn_line(GOOD, "ann") == "2026-03-14T12:00:00Z sync ann collection probe: done, requests 1, seconds 0.4"


def test_one_that_failed_says_why_in_the_same_line() -> None:
    bad = replace(GOOD, outcome=SyncOutcome.FAILED, problems=(CollectionPrivate(username="ann"),))
    line = turn_line(bad, "ann")
    assert line.startswith("2026-03-14T12:00:00Z sync ann collection probe: failed, requests 1, seconds 0.4: ")
    assert "\n" not in line


def test_what_nobody_foresaw_is_told_by_its_reference() -> None:
    assert turn_line(replace(GOOD, outcome=SyncOutcome.FAILED, reference="0badcafe"), "ann").endswith("0badcafe")


@pytest.mark.parametrize("name", ["\x1b[31mred", "two\nlines", "back\rwards"])
def test_no_name_can_forge_a_line(name: str) -> None:
    line = turn_line(GOOD, name)
    assert line.isprintable()


def test_a_job_says_what_it_did() -> None:
    report = JobReport("cleaning", NOW, JobOutcome.DONE, "pages: 3\nleases: 1", 0.02)
    assert job_line(report) == "2026-03-14T12:00:00Z job cleaning: done, seconds 0.0: pages: 3 leases: 1"


def test_a_job_that_failed_says_why_in_words_and_not_in_those_of_the_program() -> None:
    problem = BackupNotWritten(path="backups/runout.db", reason="no space left on device")
    report = JobReport("backup", NOW, JobOutcome.FAILED, repr(problem), 0.02, problem)
    line = job_line(report)
    assert "no space left on device" in line
    assert "BackupNotWritten" not in line


def test_what_can_be_typed_is_what_can_be_set_and_each_has_words() -> None:
    assert tuple(map(str, Every)) == EVERY
    assert set(_OFTEN) == set(Every)


def lines(schedule: Schedule, **changes: object) -> str:
    return "\n".join(_lines(replace(ME, **changes), schedule, NOW))


def test_settings_tell_when_the_next_turns_are() -> None:
    turns: dict[Shelf, Due | None] = {
        Shelf.COLLECTION: Due(NOW + timedelta(hours=2), Kind.PROBE),
        Shelf.WANTLIST: Due(NOW - timedelta(hours=2), Kind.WALK),
    }
    said = lines(Schedule(Every.SIX_HOURS, turns))
    assert "collection: next 2026-03-14 19:45" in said, "in the time of whoever reads it"
    assert "wantlist: next as soon as" in said
    assert "runout daemon" in said


def test_settings_tell_why_nothing_is_due() -> None:
    nothing = Schedule(Every.DAILY, dict.fromkeys(Shelf))
    assert "connect again" in lines(nothing, access=Access.NONE)
    assert "connect again" in lines(nothing, refused_at=NOW)
    assert "long time" in lines(nothing)
    assert lines(Schedule(Every.OFF, dict.fromkeys(Shelf))) == "ann: not synced by itself (--sync-every off)"
