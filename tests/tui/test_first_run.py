from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from core.app import Core, open_core
from core.domain.account import Access, Account, Identity, Newcomer, PersonalToken
from core.domain.ids import DiscogsUserId
from core.errors import DatabaseUnusable, NoSuchMember, NotAuthorised
from core.sandbox.server import Running, serve
from core.sandbox.world import World
from tests.factories import make_account
from tests.stand_in import config_for, many
from tests.tui.bare import SMALL, WIDE, Bare, links, said, shown, style_of, until
from tui.keys import remapped
from tui.screens.first_run import FirstRunScreen, Wish
from tui.themes import THEMES

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

SITE = "https://records.example"
TOKEN = "aBcDeF"


class Desk:
    """A first screen, and what became of it."""

    def __init__(self, pilot: Pilot[None], screen: FirstRunScreen, ends: list[Account | Wish | None]) -> None:
        self.pilot = pilot
        self.screen = screen
        self.ends = ends

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def sees(self, text: str) -> None:
        await until(self.pilot, lambda: text in said(self.pilot.app))

    async def ended(self) -> Account | Wish | None:
        await until(self.pilot, lambda: bool(self.ends))
        return self.ends[0]


async def found(text: str) -> Newcomer:
    """A member whose token says nothing, and whose name is what was typed."""
    if text == TOKEN:
        return Newcomer(Identity(DiscogsUserId(7), "collector_a"), "EUR", PersonalToken(text))
    return Newcomer(Identity(DiscogsUserId(8), text), None, None)


async def joined(newcomer: Newcomer) -> Account:
    return make_account(7, username=newcomer.identity.username)


@asynccontextmanager
async def desk(
    *,
    by_token: Callable[[str], Awaitable[Newcomer]] = found,
    by_public_name: Callable[[str], Awaitable[Newcomer]] = found,
    join: Callable[[Newcomer], Awaitable[Account]] = joined,
    copies: int | None = None,
    size: tuple[int, int] = SMALL,
    theme: str = THEMES[0].name,
) -> AsyncIterator[Desk]:
    async def counted(_newcomer: Newcomer) -> int | None:
        return copies

    app = Bare(theme)
    ends: list[Account | Wish | None] = []
    async with app.run_test(size=size) as pilot:
        screen = FirstRunScreen(
            by_token=by_token,
            by_public_name=by_public_name,
            join=join,
            copies_of=None if copies is None else counted,
            site_url=SITE,
        )
        app.push_screen(screen, ends.append)
        await pilot.pause()
        yield Desk(pilot, screen, ends)


async def test_three_ways_are_offered_and_escape_leaves() -> None:
    async with desk() as first:
        for words in ("Connect with a personal token", "Look at a public collection", "Try the demo", "not affiliated"):
            assert words in said(first.pilot.app)
        await first.press("escape")
        assert await first.ended() is None


async def test_whoever_has_records_open_is_not_told_that_nobody_is_connected() -> None:
    app = Bare()
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(
            FirstRunScreen(by_token=found, by_public_name=found, join=joined, site_url=SITE, current="a[/]\x1bb")
        )
        await pilot.pause()
        assert "a[/]b is open, and stays." in said(app)
        assert "No account is connected" not in said(app)


async def test_the_demo_is_a_wish() -> None:
    async with desk() as first:
        await first.press("G", "enter")
        assert await first.ended() is Wish.DEMO


async def test_a_token_connects_after_it_was_said_whose_it_is_and_how_long_it_takes() -> None:
    async with desk(copies=10_000) as first:
        await first.press("enter")
        await first.sees(f"{SITE}/settings/developers")
        assert f"{SITE}/settings/developers" in links(first.pilot.app)
        await first.press(*TOKEN, "enter")
        await first.sees("collector_a, with your token.")
        await first.sees("10,000 copies come with 104 requests, which takes about a minute.")
        assert links(first.pilot.app) == {f"{SITE}/user/collector_a/collection"}
        assert not first.ends
        await first.press("enter")
        account = await first.ended()
        assert isinstance(account, Account)
        assert account.username == "collector_a"


async def test_a_token_is_never_shown_and_does_not_linger() -> None:
    async with desk() as first:
        await first.press("enter", *TOKEN)
        assert TOKEN[:4] not in shown(first.pilot.app)
        assert "•" * len(TOKEN) in shown(first.pilot.app)
        await first.press("enter")
        await first.sees("Found")
        assert first.screen.query_one(Input).value == ""
        await first.press("escape")
        await first.sees("A personal token")
        await first.press(*TOKEN, "escape")
        await first.sees("Welcome")
        await first.press("enter")
        assert first.screen.query_one(Input).value == ""


async def test_a_public_collection_is_looked_at_by_name() -> None:
    async with desk(copies=10_000) as first:
        await first.press("j", "enter")
        await first.sees("without folders, notes and pictures")
        await first.press(*"somebody", "enter")
        await first.sees("somebody, read as anybody sees it.")
        await first.sees("10,000 copies come with 104 requests, which takes about 4 minutes.")
        await first.press("enter")
        assert isinstance(await first.ended(), Account)


async def test_how_long_it_takes_is_said_by_examples_while_nobody_knows_how_many_there_are() -> None:
    async with desk() as first:
        await first.press("enter")
        await first.sees("2,000 copies take a few seconds, 10,000 copies take about a minute")
        await first.sees("60 requests a minute")
        await first.press("escape", "j", "enter")
        await first.sees("10,000 copies take about 4 minutes")
        await first.sees("25 requests a minute")


async def test_what_goes_wrong_is_said_in_place_and_can_be_tried_again() -> None:
    answers: list[Newcomer | Exception] = [
        NotAuthorised(said="You must authenticate to access this resource."),
        await found(TOKEN),
    ]

    async def by_token(_text: str) -> Newcomer:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with desk(by_token=by_token) as first:
        await first.press("enter", *TOKEN, "enter")
        await first.sees("Discogs does not accept the token (it says: You must authenticate to access this resource).")
        assert style_of(first.pilot.app, "does not accept").bold
        await first.press("enter")
        await first.sees("Found")


async def test_what_goes_wrong_at_the_end_is_said_too() -> None:
    async def join(_newcomer: Newcomer) -> Account:
        raise DatabaseUnusable(path="runout.db", reason="disk I/O error")

    async with desk(join=join) as first:
        await first.press("enter", *TOKEN, "enter")
        await first.sees("Found")
        await first.press("enter")
        await first.sees("disk I/O error")
        assert not first.ends


async def test_nothing_is_asked_for_an_empty_line() -> None:
    async def never(_text: str) -> Newcomer:
        raise AssertionError("there was nothing to ask for")

    async with desk(by_token=never, by_public_name=never) as first:
        await first.press("enter", "space", "enter")
        await first.sees("Paste the token first.")
        await first.press("escape", "j", "enter", "enter")
        await first.sees("Type a name first.")


async def test_keys_are_answered_while_discogs_does_not_answer() -> None:
    hanging, stopped = asyncio.Event(), asyncio.Event()

    async def hang(_text: str) -> Newcomer:
        hanging.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        raise AssertionError("it never answers")

    async with desk(by_public_name=hang) as first:
        await first.press("j", "enter", *"somebody", "enter")
        await hanging.wait()
        await first.sees("Asking Discogs… Esc stops that.")
        await first.press("escape")
        await stopped.wait()
        await first.sees("A public collection")
        assert first.screen.query_one(Input).value == "somebody"
        await first.press("escape", "escape")
        assert await first.ended() is None


async def test_leaving_while_discogs_does_not_answer_leaves_nothing_behind() -> None:
    stopped = asyncio.Event()

    async def hang(_text: str) -> Newcomer:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        raise AssertionError("it never answers")

    async with desk(by_token=hang) as first:
        await first.press("enter", *TOKEN, "enter")
        await first.sees("Asking Discogs")
        first.screen.dismiss(None)
        await asyncio.wait_for(stopped.wait(), 10)


async def test_going_back_from_what_was_found_keeps_nothing() -> None:
    async def join(_newcomer: Newcomer) -> Account:
        raise AssertionError("nobody said yes")

    async with desk(join=join) as first:
        await first.press("j", "enter", *"somebody", "enter")
        await first.sees("Found")
        await first.press("j", "enter")
        await first.sees("A public collection")
        await first.press("enter")
        await first.sees("Found")
        await first.press("escape", "escape", "escape")
        assert await first.ended() is None


async def test_names_are_shown_as_they_are_and_never_as_markup() -> None:
    async def odd(_text: str) -> Newcomer:
        return Newcomer(Identity(DiscogsUserId(8), "a[/]b\x1b[31m\u202ec"), None, None)

    async with desk(by_public_name=odd) as first:
        await first.press("j", "enter", "x", "enter")
        await first.sees("a[/]b[31mc, read as anybody sees it.")


async def test_the_key_that_goes_back_is_named_as_it_is() -> None:
    app = Bare()
    async with app.run_test(size=SMALL) as pilot:
        app.set_keymap(remapped([("first.back", "f4")], [FirstRunScreen]).keymap)
        screen = FirstRunScreen(by_token=found, by_public_name=found, join=joined, site_url=SITE)
        app.push_screen(screen)
        await pilot.pause()
        assert "f4 leaves." in said(app)
        await pilot.press("f4")
        assert app.screen is not screen


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_step_is_wholly_on_a_small_screen(size: tuple[int, int], theme: str) -> None:
    async def refused(_text: str) -> Newcomer:
        raise NoSuchMember(username="somebody")

    async with desk(by_public_name=refused, size=size, theme=theme) as first:
        steps = [(), ("enter",), (*TOKEN, "enter"), ("escape", "escape", "j", "enter"), (*"somebody", "enter")]
        for keys in steps:
            await first.press(*keys)
            await first.pilot.pause()
            await first.sees("Data provided by Discogs.")
            assert first.screen.query_one("#first").max_scroll_y == 0, shown(first.pilot.app)


async def test_where_there_is_hardly_any_room_it_still_works() -> None:
    async with desk(size=(30, 8)) as first:
        await first.pilot.resize_terminal(10, 3)
        await first.press("enter", *TOKEN, "enter")
        await until(first.pilot, lambda: first.screen.query_one("#first-choices").display)
        await first.pilot.resize_terminal(*SMALL)
        await first.press("enter")
        assert isinstance(await first.ended(), Account)


@asynccontextmanager
async def for_real(directory: Path) -> AsyncIterator[tuple[Core, Running, Desk]]:
    """The service itself, before the stand-in Discogs."""
    async with serve(World(many(120))) as sandbox, open_core(config_for(directory, sandbox)) as core:
        connect = core.connect
        async with desk(by_token=connect.by_token, by_public_name=connect.by_public_name, join=connect.join) as first:
            yield core, sandbox, first


async def test_a_real_token_connects_its_owner(tmp_path: Path) -> None:
    async with for_real(tmp_path) as (core, sandbox, first):
        await first.press("enter")
        first.screen.query_one(Input).value = sandbox.token
        await first.press("enter")
        await first.sees("collector, with your token.")
        assert await core.library.account() is None
        await first.press("enter")
        account = await first.ended()
        assert account == await core.library.account()
        assert isinstance(account, Account)
        assert account.access is Access.OWNER


async def test_a_real_name_is_joined_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    async with for_real(tmp_path) as (_core, _sandbox, first):
        await first.press("j", "enter", *"nobody", "enter")
        await first.sees("nobody")
        await until(first.pilot, lambda: not first.screen.query_one(Input).disabled)
        assert "Found" not in said(first.pilot.app)
        first.screen.query_one(Input).value = "collector"
        await first.press("enter")
        await first.sees("collector, read as anybody sees it.")
        await first.press("enter")
        account = await first.ended()
        assert isinstance(account, Account)
        assert account.access is Access.PUBLIC
