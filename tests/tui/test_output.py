from __future__ import annotations

import sys
from collections.abc import Iterator

from core.domain.ids import Shelf
from core.domain.progress import SyncOutcome, SyncProgress, SyncReport
from core.errors import CopiesKept, NeedsYourWord, Unavailable
from tui.__main__ import main
from tui.output import be_quiet, can_draw, is_quiet, say, say_anyway
from tui.progress import shown
from tui.syncing import told

import pytest


@pytest.fixture(autouse=True)
def _aloud_again() -> Iterator[None]:
    yield
    be_quiet(quiet=False)


def test_quiet_leaves_what_has_to_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    be_quiet(quiet=True)
    say("a hint")
    say_anyway("an error")
    assert capsys.readouterr() == ("", "an error\n")
    be_quiet(quiet=False)
    say("a hint")
    assert capsys.readouterr() == ("", "a hint\n")


@pytest.mark.parametrize("as_bar", [True, False])
def test_quiet_shows_no_progress(capsys: pytest.CaptureFixture[str], as_bar: bool) -> None:
    be_quiet(quiet=True)
    with shown(as_bar=as_bar) as show:
        show(SyncProgress(page=1, pages=3, seen=100, told=300))
    assert capsys.readouterr() == ("", "")


def test_quiet_says_of_a_sync_what_went_wrong_and_what_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    be_quiet(quiet=True)
    kept = SyncReport(outcome=SyncOutcome.DONE, copies=2, releases=2, problems=(CopiesKept(count=1),))
    assert told({Shelf.COLLECTION: kept}) == 0
    out, err = capsys.readouterr()
    assert (out.startswith("2 copies of 2 releases"), err) == (True, "")
    for problem, code in ((Unavailable(status=503), 1), (NeedsYourWord(missing=30, here=31), 4)):
        failed = SyncReport(SyncOutcome.FAILED, copies=2, releases=2, problems=(problem,))
        assert told({Shelf.COLLECTION: failed}) == code
        assert capsys.readouterr().err.count("\n") == 1


def test_a_sync_of_both_shelves_ends_as_the_first_that_did_not_go_well(capsys: pytest.CaptureFixture[str]) -> None:
    done = SyncReport(outcome=SyncOutcome.DONE, copies=2, releases=2)
    asked = NeedsYourWord(missing=30, here=31)
    wants = SyncReport(SyncOutcome.NEEDS_WORD, copies=31, releases=31, problems=(asked,), shelf=Shelf.WANTLIST)
    assert told({Shelf.COLLECTION: done, Shelf.WANTLIST: wants}) == 4
    out, err = capsys.readouterr()
    assert [line.partition(":")[0] for line in out.splitlines()] == ["2 copies of 2 releases", "Wantlist, 31 wants"]
    assert "no longer shows 30 of the 31 wants here" in err


def test_a_wantlist_on_which_nothing_is_wanted_is_not_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    none = SyncReport(outcome=SyncOutcome.DONE, copies=0, releases=0, shelf=Shelf.WANTLIST)
    assert told({Shelf.WANTLIST: none}) == 0
    assert capsys.readouterr() == ("", "")


def test_each_run_says_anew_whether_it_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["about", "-q"]) == 0
    assert is_quiet()
    assert main(["about"]) == 0
    assert not is_quiet()
    out, err = capsys.readouterr()
    assert (out.count("Zink Media"), err) == (2, "")


@pytest.mark.parametrize(
    ("term", "terminal", "draws"), [("xterm", True, True), ("xterm", False, False), ("dumb", True, False)]
)
def test_a_bar_needs_a_terminal_that_goes_back(
    monkeypatch: pytest.MonkeyPatch, term: str, terminal: bool, draws: bool
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert can_draw() is draws
