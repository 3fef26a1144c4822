"""Keys, redraws and what is let go of: what somebody in front of the screen would feel."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from tests.factories import ADDED, make_account
from tests.tui.bare import SMALL, Bare, shown, until
from tests.tui.journeys import press, synced
from tests.tui.screen import browse, opened
from tui.letting_go import AT_ONCE, let_go
from tui.screens.accounts import AccountsScreen
from tui.widgets.choices import Choices
from tui.widgets.facet_panel import FacetPanel
from tui.widgets.key_line import KeyLine
from tui.widgets.notice import Notice
from tui.widgets.record_detail import RecordDetail

import pytest
from rich.console import RenderableType
from rich.text import Text
from textual._compositor import LayoutUpdate
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widget import Widget

NOW = ADDED + timedelta(days=3)


class Told(Notice):
    """Counts what it costs."""

    layouts = 0
    paints = 0

    def refresh(self, *regions: object, layout: bool = False, **more: object) -> Told:
        self.layouts += layout
        self.paints += 1
        return super().refresh(*regions, layout=layout, **more)  # type: ignore[arg-type]


async def test_going_to_the_filter_and_back_makes_the_keys_anew_once_and_never_paints_the_whole_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[KeyLine] = []
    painted: list[object] = []
    recompose, display = KeyLine.recompose, App._display

    async def counted(line: KeyLine) -> None:
        made.append(line)
        await recompose(line)

    def seen(app: App[None], screen: Screen[object], update: RenderableType) -> None:
        painted.append(update)
        display(app, screen, update)

    async with synced(tmp_path) as tonight, opened(tonight.core) as pilot:
        await until(pilot, lambda: "q Quit" in shown(pilot.app))
        monkeypatch.setattr(KeyLine, "recompose", counted)
        monkeypatch.setattr(App, "_display", seen)
        for key, has_focus in (("/", "#filter-input"), ("escape", "#table")):
            made.clear()
            await press(pilot, key)
            await until(pilot, lambda: browse(pilot).query_one(has_focus).has_focus)  # noqa: B023 - it is asked at once
            await until(pilot, lambda: ("s Sync" in shown(pilot.app)) is (key == "escape"))  # noqa: B023 - as above
            for _ in range(10):
                await pilot.pause()
            assert len(made) == 1
        assert painted
        assert not [update for update in painted if isinstance(update, LayoutUpdate)]


class Top(Bare):
    def compose(self) -> ComposeResult:
        yield Told(id="notice")


async def test_the_amber_line_lays_the_screen_out_only_when_it_appears_or_goes() -> None:
    app = Top()
    async with app.run_test(size=SMALL) as pilot:
        notice = app.query_one(Told)
        await pilot.pause()

        def cost(text: str) -> tuple[bool, bool]:
            notice.layouts = notice.paints = 0
            notice.show(text)
            return bool(notice.paints), bool(notice.layouts)

        assert cost("") == (False, False)
        notice.show("one thing")
        await until(pilot, lambda: "one thing" in shown(app))
        assert cost("one thing") == (False, False)
        assert cost("another thing, and that is longer") == (True, False)
        await until(pilot, lambda: "another thing, and that is longer" in shown(app))
        notice.show("")
        await until(pilot, lambda: not shown(app).strip())
        assert cost("") == (False, False)


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [(("j", "enter"), 1), (("G", "enter"), 2), (("j", "j", "k", "space"), 1), (("G", "g", "enter"), 0)],
    ids=str,
)
async def test_an_account_is_chosen_with_the_keys_of_every_other_list(keys: tuple[str, ...], chosen: int) -> None:
    accounts = [make_account(number, username=f"member{number}") for number in range(3)]
    app, found = Bare(), list[object]()
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(AccountsScreen(accounts, NOW), found.append)
        await until(pilot, lambda: "member2" in shown(app) and isinstance(app.focused, Choices))
        await pilot.press(*keys)
        await until(pilot, lambda: bool(found))
    assert found == [accounts[chosen]]


@pytest.mark.parametrize("kind", [RecordDetail, FacetPanel, Choices])
def test_every_key_that_works_can_be_given_another_and_is_explained(kind: type[Widget]) -> None:
    bindings = [binding for _key, binding in kind()._bindings]
    assert all(one.id and one.description for one in bindings)


class Reading(App[None]):
    CSS = "RecordDetail { height: 10; overflow-x: hidden; overflow-y: scroll; }"

    def compose(self) -> ComposeResult:
        yield RecordDetail()


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        (("down", "j", "up"), 1),
        (("pagedown",), 10),
        (("ctrl+f", "ctrl+f", "ctrl+b"), 10),
        (("pagedown", "pageup"), 0),
        (("end",), 90),
        (("G", "k"), 89),
        (("end", "home"), 0),
        (("G", "g"), 0),
    ],
    ids=str,
)
async def test_the_details_are_read_with_the_keys_of_the_records(keys: tuple[str, ...], first: int) -> None:
    app = Reading()
    async with app.run_test(size=SMALL) as pilot:
        detail = app.query_one(RecordDetail)
        detail.show([Text(f"line {number}") for number in range(100)])
        detail.focus()
        await until(pilot, lambda: detail.has_focus and "line 9" in shown(app))
        for key in keys:
            await pilot.press(key)
            await pilot.wait_for_animation()
        await until(pilot, lambda: round(detail.scroll_y) == first)
        assert shown(app).split()[:2] == ["line", str(first)]


class Thing:
    """Something that is seen to go."""


async def test_a_large_collection_goes_a_little_at_a_time() -> None:
    things = [Thing() for _ in range(10 * AT_ONCE + 7)]
    alive = weakref.WeakSet(things)
    seen = [len(alive)]

    async def watch() -> None:
        while alive:
            seen.append(len(alive))
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    await let_go(things)
    await watching
    assert things == []
    assert max(steps(seen)) <= AT_ONCE


def steps(seen: list[int]) -> Iterator[int]:
    return (before - after for before, after in zip(seen, [*seen[1:], 0], strict=True))
