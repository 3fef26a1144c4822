from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from core.domain.account import Access, Account
from core.domain.collection import Collection
from core.domain.health import Check, Health
from core.domain.view import View, view_of
from core.errors import DatabaseUnusable, KeyDamaged, SealBroken
from tests.factories import ADDED, make_account, make_copy, make_release
from tests.tui.bare import SMALL, Bare, shown, style_of
from tui.render.first_run import about_public
from tui.render.foretelling import about, foretold, left, seconds_to_fetch
from tui.render.states import KEYS, amber, nothing_here, warnings
from tui.themes import THEMES
from tui.widgets.notice import Notice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from textual.app import ComposeResult
from textual.color import Color

TODAY: Final = date(2024, 5, 11)
EMPTY: Final = view_of(Collection())
SHELF: Final = view_of(Collection(tuple(make_copy(number, make_release(number)) for number in range(1, 601))))
ARRIVING: Final = view_of(replace(SHELF.collection, arriving=2_188))
NEW: Final = make_account(1, username="collector_a")
SYNCED: Final = replace(NEW, last_sync_at=ADDED)
REFUSED: Final = replace(SYNCED, refused_at=ADDED)
GONE: Final = replace(SYNCED, access=Access.NONE)
PUBLIC: Final = replace(SYNCED, access=Access.PUBLIC)
AS_ANYBODY: Final = "No sign-in: 25 requests a minute, no pictures. Set [discogs] consumer_key."


def lines(view: View, account: Account | None, **more: Any) -> tuple[str, ...]:
    return nothing_here(view, account, **{"loading": False, "syncing": False, **more})


def none_left(view: View) -> View:
    return view.filtered("year:1800", TODAY)


@pytest.mark.parametrize(
    ("view", "account", "more", "said"),
    [
        (EMPTY, None, {"loading": True}, ("Opening your collection…",)),
        (EMPTY, NEW, {"loading": True, "syncing": True}, ("Opening your collection…",)),
        (
            EMPTY,
            None,
            {},
            (
                "No account is connected yet.",
                "",
                "Leave with q and run `runout connect`,",
                "or look around with `runout demo`.",
            ),
        ),
        (
            EMPTY,
            None,
            {"keys": {"browse.connect": "c"}},
            ("No account is connected yet.", "", "Press c to connect one, or to look around."),
        ),
        (
            EMPTY,
            NEW,
            {},
            (
                "There is nothing here yet.",
                "",
                "Press s to fetch your collection from Discogs.",
                "It comes in pages of 100 copies, at most 60 a minute.",
            ),
        ),
        (
            EMPTY,
            NEW,
            {"copies": 2_188},
            (
                "There is nothing here yet.",
                "",
                "Press s to fetch your collection from Discogs.",
                "2,188 copies come with 26 requests, which takes a few",
                "seconds.",
            ),
        ),
        (
            EMPTY,
            replace(NEW, access=Access.PUBLIC),
            {},
            (
                "There is nothing here yet.",
                "",
                "Press s to fetch this collection from Discogs.",
                "It comes in pages of 100 copies, at most 25 a minute.",
            ),
        ),
        (EMPTY, NEW, {"syncing": True}, ("Your records are on their way.", "", "They appear as they arrive.")),
        (
            EMPTY,
            NEW,
            {"error": "Discogs is having trouble (status 502)."},
            (
                "Nothing could be fetched.",
                "",
                "Discogs is having trouble (status 502).",
                "",
                "Press s to try again.",
            ),
        ),
        (
            EMPTY,
            replace(REFUSED, last_sync_at=None),
            {"error": "whatever"},
            (
                "Discogs no longer accepts the token of collector_a.",
                "",
                "Leave with q and run `runout connect` to connect again.",
            ),
        ),
        (
            EMPTY,
            GONE,
            {"keys": {"browse.connect": "c"}},
            ("collector_a is disconnected.", "", "Press c to connect again."),
        ),
        (EMPTY, SYNCED, {}, ("There are no records in this collection.", "", "Press s to look again.")),
        (none_left(SHELF), SYNCED, {}, ("No record matches this filter.", "", "Escape takes it away.")),
        (none_left(SHELF), SYNCED, {"syncing": True}, ("No record matches this filter.", "", "Escape takes it away.")),
        (none_left(SHELF), REFUSED, {}, ("No record matches this filter.", "", "Escape takes it away.")),
        (
            none_left(ARRIVING),
            NEW,
            {"syncing": True},
            ("No record that has arrived matches this filter.", "", "600 of 2,188 are here.", "Escape takes it away."),
        ),
    ],
    ids=[
        "opening",
        "opening first",
        "nobody",
        "nobody, with a key",
        "never synced",
        "never synced, known",
        "never synced, public",
        "first sync",
        "failed",
        "refused",
        "disconnected",
        "empty shelf",
        "no match",
        "no match while syncing",
        "no match, refused",
        "no match at half",
    ],
)
def test_where_nothing_is_there_are_words_what_to_do(
    view: View, account: Account | None, more: dict[str, Any], said: tuple[str, ...]
) -> None:
    assert lines(view, account, **more) == said


def test_keys_are_named_as_they_are() -> None:
    keys = {"browse.sync": "^r", "browse.clear": "x", "browse.quit": "f10"}
    assert "Press ^r to fetch your collection from Discogs." in lines(EMPTY, NEW, keys=keys)
    assert "x takes it away." in lines(none_left(SHELF), SYNCED, keys=keys)
    assert "Leave with f10 and run `runout connect`," in lines(EMPTY, None, keys=keys)


@given(st.text(max_size=400), st.text(max_size=200))
def test_no_line_is_longer_than_the_place_for_it(error: str, name: str) -> None:
    for account in (replace(NEW, username=name), replace(REFUSED, username=name), replace(GONE, username=name)):
        for line in lines(EMPTY, account, error=error):
            assert cell_len(line) <= 60
            assert line.isprintable()


@pytest.mark.parametrize(
    ("account", "complaints", "said"),
    [
        (None, (), ()),
        (SYNCED, (), ()),
        (NEW, (), ()),
        (REFUSED, (), ("Discogs no longer accepts the token. `runout connect` connects again.",)),
        (GONE, (), ("Disconnected: what is here can be read. `runout connect` connects again.",)),
        (PUBLIC, (), (AS_ANYBODY,)),
        (None, ("[keys] one.",), ("[keys] one.",)),
        (
            PUBLIC,
            ("[keys] one.", "[keys] two."),
            ("[keys] one.", "[keys] two.", AS_ANYBODY),
        ),
        (
            replace(GONE, refused_at=ADDED),
            ("[keys] one.",),
            ("Disconnected: what is here can be read. `runout connect` connects again.", "[keys] one."),
        ),
    ],
)
def test_what_should_be_known_is_said_the_gravest_first(
    account: Account | None, complaints: tuple[str, ...], said: tuple[str, ...]
) -> None:
    assert warnings(account, complaints) == said


def test_where_a_key_connects_it_is_named() -> None:
    assert warnings(REFUSED, (), {"browse.connect": "n"}) == ("Discogs no longer accepts the token. n connects again.",)


def test_with_an_application_a_public_collection_comes_as_fast_as_ones_own() -> None:
    fresh = replace(NEW, access=Access.PUBLIC)
    assert "at most 25 a minute" in " ".join(lines(EMPTY, fresh))
    assert "at most 60 a minute" in " ".join(lines(EMPTY, fresh, has_application=True))
    assert "25 requests a minute" in about_public(60).plain
    assert "60 requests a minute" in about_public(60, has_application=True).plain


def test_with_an_application_nobody_is_told_to_set_one() -> None:
    assert warnings(PUBLIC, has_application=True) == ("Read without sign-in: no folders, no private notes.",)


LACKS: Final = (
    Check("account", Health.BROKEN, {}, SealBroken("collector_a")),
    Check("account", Health.BROKEN, {}, KeyDamaged("/home/x/secret.key")),
    Check("application", Health.BROKEN),
    Check("key", Health.BROKEN, {"mode": "644"}),
    Check("key", Health.BROKEN, {"reason": "Permission denied"}),
    Check("records", Health.NOTE),
    Check("config", Health.NOTE),
    Check("disk", Health.NOTE, {"free": 199_000_000}),
)


@pytest.mark.parametrize("keys", [{}, {"browse.connect": "n"}], ids=["no key", "n"])
@pytest.mark.parametrize("check", LACKS, ids=lambda check: check.name)
def test_what_is_missing_on_this_machine_is_a_line_of_its_own_that_says_what_to_do(
    check: Check, keys: dict[str, str]
) -> None:
    [line] = warnings(SYNCED, (), keys, lacking=(check,))
    assert cell_len(line) <= 78
    assert line.endswith(".")
    assert ("`runout connect`" in line) <= (not keys)


def test_what_is_missing_comes_before_what_is_odd_in_the_settings_and_behind_what_is_shut() -> None:
    key = LACKS[3]
    first, second, third = warnings(GONE, ("[keys] one.",), lacking=(LACKS[0], key))
    assert first.startswith("Disconnected")
    assert second.startswith("Others can read the key file")
    assert third == "[keys] one."
    assert [line[:6] for line in warnings(PUBLIC, ("[keys] one.",), lacking=(key,))] == ["Others", "[keys]", "No sig"]


def test_nothing_is_said_twice() -> None:
    assert len(warnings(SYNCED, ("[keys] one.", "[keys] one."), lacking=(LACKS[3], LACKS[3]))) == 2
    assert len(warnings(REFUSED, lacking=(LACKS[0], LACKS[2]))) == 1


def test_an_error_that_has_no_line_of_its_own_is_told_in_its_words() -> None:
    [line] = warnings(SYNCED, lacking=(Check("account", Health.BROKEN, {}, DatabaseUnusable("/x\x1b[31m", "full")),))
    assert "cannot be used: full" in line
    assert line.isprintable()


def test_the_line_holds_one_and_says_where_the_others_are() -> None:
    assert amber(()) == ""
    assert amber(("one",)) == "one"
    assert amber(("one", "two", "three")) == "1 of 3 (? for all): one"
    assert amber(("one", "two"), {"browse.help": "f1"}) == "1 of 2 (f1 for all): one"


@pytest.mark.parametrize("account", [REFUSED, GONE, PUBLIC])
def test_a_warning_is_whole_on_a_small_screen(account: Account) -> None:
    assert all(cell_len(line) <= 78 for line in warnings(account))


def test_what_is_said_of_keys_is_said_of_bindings_that_there_are_words_for() -> None:
    assert set(KEYS) == {"browse.sync", "browse.clear", "browse.help", "browse.quit"}


class Top(Bare):
    def compose(self) -> ComposeResult:
        yield Notice(id="notice")


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_the_amber_line_is_one_line_in_the_colour_of_warnings_and_never_markup(theme: Any) -> None:
    app = Top(theme.name)
    async with app.run_test(size=SMALL) as pilot:
        notice = app.query_one(Notice)
        assert not notice.display
        notice.show("[keys] there is nothing called [/] [bold]x. " + "and so on " * 20)
        await pilot.pause()
        first, second, *_ = shown(app).split("\n")
        assert first.startswith(" [keys] there is nothing called [/] [bold]x. and so on")
        assert first.endswith("…")
        assert not second
        style = style_of(app, "nothing called")
        assert style.bold
        assert style.color is not None
        drawn, wanted = Color.from_rich_color(style.color), Color.parse(theme.warning)
        assert max(abs(drawn.r - wanted.r), abs(drawn.g - wanted.g), abs(drawn.b - wanted.b)) <= 1
        notice.show("")
        await pilot.pause()
        assert not notice.display
        assert shown(app).strip() == ""


@pytest.mark.parametrize(
    ("copies", "per_minute", "said"),
    [
        (0, 60, "0 copies come with 5 requests, which takes a few seconds."),
        (1, 60, "1 copy comes with 5 requests, which takes a few seconds."),
        (5_000, 60, "5,000 copies come with 54 requests, which takes a few seconds."),
        (10_000, 60, "10,000 copies come with 104 requests, which takes about a minute."),
        (100_000, 60, "100,000 copies come with 1,004 requests, which takes about 18 minutes."),
        (10_000, 25, "10,000 copies come with 104 requests, which takes about 4 minutes."),
        (1_000_000, 25, "1,000,000 copies come with 10,004 requests, which takes about 7 hours."),
    ],
)
def test_what_a_sync_takes_is_foretold_by_the_rules_it_will_go_by(copies: int, per_minute: int, said: str) -> None:
    assert foretold(copies, per_minute) == said


def test_whoever_may_ask_less_often_waits_longer() -> None:
    for copies in (3_000, 10_000, 50_000):
        times = [seconds_to_fetch(copies, per_minute) for per_minute in (600, 60, 25, 10)]
        assert times == sorted(times)
        assert times[0] < times[-1]


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [
        (0.0, "a few seconds", "5 s left"),
        (14.0, "a few seconds", "15 s left"),
        (16.0, "about 20 seconds", "15 s left"),
        (54.0, "about 50 seconds", "55 s left"),
        (55.0, "about a minute", "1 min left"),
        (110.0, "about 2 minutes", "2 min left"),
        (5_900.0, "about 98 minutes", "98 min left"),
        (timedelta(hours=2).total_seconds(), "about 2 hours", "2 h left"),
    ],
)
def test_times_are_rounded_to_what_can_be_known(seconds: float, long: str, short: str) -> None:
    assert (about(seconds), left(seconds)) == (long, short)
