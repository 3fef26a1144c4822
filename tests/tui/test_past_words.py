"""What has happened, in words: rows of the feed and runs, safe to show whatever stands in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from core.domain.changes import Action, Change, Entry, Result, Who
from core.domain.collection import Collection
from core.domain.ids import Shelf
from core.domain.progress import AskedBy, Kind, SyncOutcome
from tests.factories import ADDED, make_copy, make_release
from tests.tui.hostile import HOSTILE, harms
from tests.tui.past_rows import FIELDS, FOLDERS, edit, edit_of, row, run
from tui.render.past import run_line, what, when, whose

import pytest
from msgspec import Raw

NAMES: Final = Collection(folders=FOLDERS, fields=FIELDS)


def entry(change: Change, shelf: Shelf = Shelf.COLLECTION) -> Entry:
    return Entry(1, ADDED, shelf, None, change, make_release())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(Action.FIRST, after=Raw(b'{"copies":1}')), "the first 1 copy arrived"),
        (Change(Action.FIRST, after=Raw(b'{"copies":0}')), "first read: it was empty"),
        (Change(Action.REMOVED), "gone"),
        (Change(Action.REMOVED, who=Who.PERSON), "gone, by your word"),
        (Change(Action.MISSED, result=Result.SKIPPED), "no longer shown by Discogs; waits for your word"),
        (Change(Action.KEPT), "no longer shown by Discogs; kept by your word"),
        (Change(Action.PICTURED), "pictures: new addresses"),
        (edit(rating=4), "rating: none → 4"),
        (edit(folder_id=3), "folder: Uncategorized → [/] Jazz & [31mDub"),
        (edit(folder_id=99), "folder: Uncategorized → folder 99"),
        (edit(folder_id=None), "folder: Uncategorized → unknown"),
        (edit(fields={1: "Very Good Plus (VG+)"}), "Media Condition: nothing → VG+"),
        (edit(fields={3: "Signed"}), "notes: nothing → Signed"),
        (edit(fields={7: "home"}), "Bought at: nothing → home"),
        (edit(fields={8: "x" * 80}), f"field 8: nothing → {'x' * 59}…"),
        (edit(added=None), "date added: 2024-05-12 00:14 → unknown"),
        (edit(release=make_release(1, year=None)), "year: 1976 → unknown"),
        (edit(release=make_release(1, genres=())), "genres: Reggae → nothing"),
        (edit(release=make_release(1, label="[b]x", catno="")), "labels: Hall Of Mirrors HM 001 → [b]x"),
        (
            Change(Action.EDITED, before=Raw(b'{"release":{"folded":"a"}}'), after=Raw(b'{"release":{"folded":"b"}}')),
            "edited",
        ),
        (
            Change(Action.RATED, before=Raw(b'{"rating":1}'), after=Raw(b'{"rating":2}'), result=Result.CONFLICT),
            "rating: 1 → 2 (conflict)",
        ),
    ],
)
def test_what_happened_is_said_in_words(change: Change, words: str) -> None:
    assert what(entry(change), NAMES) == words


def test_of_a_wantlist_it_is_said_in_its_own_words() -> None:
    first = Change(Action.FIRST, after=Raw(b'{"copies":261}'))
    for change, words in (
        (first, "the first 261 wants arrived"),
        (Change(Action.ADDED), "wanted"),
        (Change(Action.REMOVED), "wanted no longer"),
    ):
        assert what(entry(change, Shelf.WANTLIST), Collection()) == words


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_harms_a_terminal(text: str) -> None:
    release = make_release(1, text or "x", artist=text, label=text, catno=text, genres=(text,))
    change = edit_of(make_copy(1), make_copy(1, release, fields={1: text, 3: text, 9: text}))
    for line in (what(entry(change), NAMES), whose(Entry(1, ADDED, Shelf.COLLECTION, None, change, release))):
        assert line
        assert not {char for char in line if harms(char)}


def test_a_record_that_is_nowhere_any_more_is_called_as_it_was() -> None:
    _, _, removed = row(Action.REMOVED)
    assert whose(Entry(1, ADDED, Shelf.COLLECTION, None, removed, None)) == "The Gunmen - Kingston Echoes"
    assert whose(Entry(1, ADDED, Shelf.COLLECTION, None, Change(Action.MISSED), None)) == ""


def test_runs_are_said_in_words() -> None:
    done = run(outcome=SyncOutcome.DONE, added=1_200, removed=1, requests=14)
    assert run_line(done) == "read the collection (you); done; 1,200 added, 1 removed; 14 requests in 1 min 5 s"
    probe = run(kind=Kind.PROBE, by=AskedBy.SCHEDULE, outcome=SyncOutcome.DONE, requests=1, shelf=Shelf.WANTLIST)
    assert (
        run_line(probe)
        == "looked for what is new in the wantlist (schedule); done; nothing new; 1 request in 1 min 5 s"
    )
    assert run_line(run(kind=Kind.READ, by=AskedBy.LOOK)) == "read a few copies of the collection (a look); goes on"
    crashed = run(by=AskedBy.CONNECT, finished_at=ADDED, crashed=True)
    assert run_line(crashed) == "read the collection (connecting); crashed"


def test_times_are_those_of_whoever_reads_them() -> None:
    # Every test runs at 5 hours and 45 minutes ahead of Greenwich.
    assert when(datetime(2026, 12, 31, 18, 16, tzinfo=UTC)) == "2027-01-01 00:01"
