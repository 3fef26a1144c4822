from __future__ import annotations

import asyncio

from core.domain.ids import Shelf
from core.domain.progress import (
    Phase,
    SyncFinished,
    SyncOutcome,
    SyncProgress,
    SyncReport,
    SyncStarted,
    Waiting,
    WaitReason,
)
from tui.progress import _surface, shown, summary, wantlist_summary

import pytest


def page(number: int, pages: int, told: int | None = None) -> SyncProgress:
    return SyncProgress(page=number, pages=pages, seen=number * 100, told=told or pages * 100)


DONE = SyncReport(outcome=SyncOutcome.DONE, copies=1, releases=1)


def test_lines_tell_of_pages_and_waits(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(as_bar=False) as show:
        for event in (
            SyncStarted(),
            page(1, 3),
            page(2, 3),
            Waiting(seconds=48.0, reason=WaitReason.LIMIT),
            Waiting(seconds=1.5, reason=WaitReason.RETRY),
            page(3, 3),
            SyncFinished(DONE),
        ):
            show(event)
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        "page 1 of 3: 100 of 300 copies",
        "page 2 of 3: 200 of 300 copies",
        "waiting 48 s for Discogs' limit",
        "waiting 1.5 s before asking Discogs once more",
        "page 3 of 3: 300 of 300 copies",
    ]
    assert told.out == ""


def test_a_thousand_pages_are_no_thousand_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(as_bar=False) as show:
        for number in range(1, 1_001):
            show(page(number, 1_000))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "page 1 of 1,000: 100 of 100,000 copies"
    assert lines[-1] == "page 1,000 of 1,000: 100,000 of 100,000 copies"
    assert len(lines) == 21


def test_one_page_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(as_bar=False) as show:
        show(SyncProgress(page=1, pages=1, seen=1, told=1))
    assert capsys.readouterr().err == "page 1 of 1: 1 of 1 copy\n"


def test_wants_are_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(as_bar=False, shelf=Shelf.WANTLIST) as show:
        show(page(1, 3, told=261))
    assert capsys.readouterr().err == "page 1 of 3: 100 of 261 wants\n"


def test_an_empty_collection_has_a_page_too(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(as_bar=False) as show:
        show(SyncProgress(page=1, pages=1, seen=0, told=0))
    assert capsys.readouterr().err == "page 1 of 1: 0 of 0 copies\n"


def test_each_phase_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(as_bar=False) as show:
        show(SyncProgress(page=1, pages=1, seen=1, told=2))
        show(SyncProgress(Phase.SECOND_LOOK, page=1, pages=3, seen=1, told=2))
        show(SyncProgress(Phase.CONFIRMING, page=0, pages=2))
        show(SyncProgress(Phase.CONFIRMING, page=2, pages=2))
        show(SyncProgress(Phase.PUBLISHING))
    assert capsys.readouterr().err.splitlines() == [
        "page 1 of 1: 1 of 2 copies",
        "reading once more in another order, page 1 of 3",
        "asking for what was not seen, 0 of 2",
        "asking for what was not seen, 2 of 2",
    ]


@pytest.mark.parametrize("as_bar", [True, False])
async def test_whoever_stops_a_sync_is_told_how_it_goes_on(capsys: pytest.CaptureFixture[str], as_bar: bool) -> None:
    async def sync() -> None:
        with shown(as_bar=as_bar) as show:
            show(page(41, 104))
            await asyncio.Event().wait()

    syncing = asyncio.create_task(sync())
    await asyncio.sleep(0)
    syncing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await syncing
    assert capsys.readouterr().err.endswith(
        "Stopped after page 41 of 104; a sync within half an hour goes on from there.\n"
    )


def test_nothing_is_said_where_nothing_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(as_bar=False, lines=False) as show:
        for event in (SyncStarted(), page(1, 1), Waiting(1.0, WaitReason.REFUSED), SyncFinished(DONE)):
            show(event)
    assert capsys.readouterr() == ("", "")


def test_a_bar_keeps_out_of_the_output_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with _surface(("want", "wants"), as_bar=True, lines=True) as show:
        show(SyncStarted())
        show(page(11, 22, told=2_188))
        show(Waiting(48.0, WaitReason.LIMIT))
        bar = getattr(show, "__self__")._bar  # noqa: B009 - what it shows is drawn from another thread at its own pace
        task = bar.tasks[0]
        assert (task.description, task.completed, task.total) == ("Waiting 48 s for Discogs' limit", 1_100, 2_188)
        show(page(22, 22, told=2_100))
        assert (task.description, task.completed, task.total) == ("Syncing", 2_100, 2_100)
        show(SyncFinished(DONE))
    told = capsys.readouterr()
    assert told.out == ""
    # Erased when it is done: the cursor is back at the beginning of an empty line.
    assert told.err.endswith("\x1b[2K") or told.err.endswith("\x1b[?25h")


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (
            SyncReport(
                outcome=SyncOutcome.DONE,
                copies=2_188,
                releases=2_154,
                added=3,
                changed=1,
                removed=2,
                requests=26,
                seconds=9.87,
            ),
            "2,188 copies of 2,154 releases: 3 added, 1 changed, 2 removed (26 requests in 9.9 s).",
        ),
        (
            SyncReport(outcome=SyncOutcome.DONE, copies=1, releases=1, added=1, requests=1, seconds=65.4),
            "1 copy of 1 release: 1 added, 0 changed, 0 removed (1 request in 1 min 5 s).",
        ),
        (
            SyncReport(
                outcome=SyncOutcome.INCOMPLETE, copies=1_000, releases=1_000, added=1_000, skipped=1_234, unseen=2
            ),
            (
                "1,000 copies of 1,000 releases: 1,000 added, 0 changed, 0 removed, 1,234 skipped, 2 unseen"
                " (0 requests in 0.0 s)."
            ),
        ),
        *(
            (
                SyncReport(outcome=outcome, copies=2_188, releases=2_154, requests=4, seconds=1),
                "Nothing was changed: 2,188 copies of 2,154 releases as before.",
            )
            for outcome in (SyncOutcome.FAILED, SyncOutcome.CANCELLED)
        ),
    ],
    ids=lambda value: str(value.outcome) if isinstance(value, SyncReport) else "",
)
def test_a_summary_is_one_line(report: SyncReport, said: str) -> None:
    assert summary(report) == said


def test_of_a_wantlist_nothing_is_said_while_nothing_is_wanted() -> None:
    def said(copies: int = 0, releases: int = 0, added: int = 0, removed: int = 0) -> str:
        done = SyncReport(SyncOutcome.DONE, copies, releases, added, removed=removed, shelf=Shelf.WANTLIST)
        return wantlist_summary(done)

    assert said() == ""
    assert said(removed=1) == "Wantlist, 0 wants: 0 added, 0 changed, 1 removed (0 requests in 0.0 s)."
    assert said(copies=261, releases=261, added=1).startswith("Wantlist, 261 wants: 1 added")
