"""The facet panel alone, in an app that does with its messages what the screen does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import ClassVar

import tui
from tests.tui.bare import SMALL, WIDE, shown, until
from tui.render.facets import FacetGroup, FacetLine, Row
from tui.widgets.facet_panel import FacetPanel

import pytest
from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Static

GENRES = (("Reggae", 1_204), ("Electronic", 877), ("Rock", 400), ("Funk / Soul", 31))
HOSTILE = (
    "[/]",
    "[b]bold[/b]",
    "[@click=app.quit]quit[/]",
    "שלום עולם",
    "👩‍👩‍👧‍👦 family",
    "日本の音楽 for a long time",
    "\u202eevil\u202c",
    "tab\tand\nbreak",
    "\x1b[31mred\x1b[0m",
    "\x00",
    "x" * 300,
)


class Shelf(App[None]):
    """A panel beside something else; a chosen value goes from included to excluded to neither."""

    CSS_PATH: ClassVar[list[str | Path]] = [Path(str(tui.__file__)).with_name("styles") / "facets.tcss"]  # type: ignore[assignment]
    CSS = "FacetPanel { width: 28; height: 1fr; }"

    def __init__(self, values: dict[str, tuple[tuple[str, int], ...]], *, opened: set[str], width: int = 28) -> None:
        super().__init__()
        self.values, self.opened, self.wide = values, opened, width
        self.states: dict[tuple[str, str], int] = {}
        self.posted: list[object] = []
        self.panel = FacetPanel(id="facets")

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self.panel
            yield Static("records", markup=False)

    def on_mount(self) -> None:
        self.panel.styles.width = self.wide
        self.again()
        self.panel.focus()

    def again(self) -> None:
        self.panel.show(tuple(self._group(name) for name in self.values))

    def _group(self, name: str) -> FacetGroup:
        lines = tuple(FacetLine(one, one, count, self.states.get((name, one), 0)) for one, count in self.values[name])
        is_open = name in self.opened
        return FacetGroup(name, name.title(), lines if is_open else tuple(one for one in lines if one.state), is_open)

    @on(FacetPanel.Toggled)
    def toggled(self, event: FacetPanel.Toggled) -> None:
        key = event.facet, event.value
        self.posted.append(key)
        self.states[key] = {0: 1, 1: -1, -1: 0}[self.states.get(key, 0)]
        self.again()

    @on(FacetPanel.Opened)
    def facet_opened(self, event: FacetPanel.Opened) -> None:
        self.posted.append(f"+{event.facet}")
        self.opened.add(event.facet)
        self.again()

    @on(FacetPanel.Closed)
    def facet_closed(self, event: FacetPanel.Closed) -> None:
        self.posted.append(f"-{event.facet}")
        self.opened.discard(event.facet)
        self.again()

    @on(FacetPanel.Left)
    def left(self) -> None:
        self.posted.append("left")


@asynccontextmanager
async def shelf(
    values: dict[str, tuple[tuple[str, int], ...]] | None = None,
    *opened: str,
    size: tuple[int, int] = SMALL,
    width: int = 28,
) -> AsyncIterator[tuple[Shelf, Pilot[None]]]:
    app = Shelf(values or {"genre": GENRES, "style": (), "format": (("Vinyl", 2_000), ("CD", 12))}, opened=set(opened))
    app.wide = width
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


def under_cursor(app: Shelf) -> Row:
    row = app.panel._row
    assert row is not None
    return row


def value_under_cursor(app: Shelf) -> str | None:
    line = under_cursor(app).line
    return line.value if line else None


def labels(number: int) -> tuple[tuple[str, int], ...]:
    words = ("Studio One", "Blue Note", "Treasure Isle", "Trojan", "Pressure Sounds", "Łódź")
    return tuple((f"{word} {at}", number - at) for at, word in enumerate(islice(cycle(words), number)))


def column_of(app: Shelf, width: int) -> list[str]:
    """What stands in the panel, cut off from what is beside it."""
    return [line[:width].rstrip() for line in shown(app).splitlines()]


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x48"])
async def test_an_open_group_shows_marks_names_and_counts(size: tuple[int, int]) -> None:
    async with shelf(None, "genre", size=size) as (app, pilot):
        app.states = {("genre", "Reggae"): 1, ("genre", "Rock"): -1}
        app.again()
        await pilot.pause()
        assert column_of(app, 28)[:7] == [
            "▾ Genre",
            " ✓ Reggae             1,204",
            "   Electronic           877",
            " ✗ Rock                 400",
            "   Funk / Soul           31",
            "▸ Style",
            "▸ Format",
        ]


async def test_a_closed_group_says_how_much_of_it_is_chosen() -> None:
    async with shelf() as (app, pilot):
        app.states = {("genre", "Reggae"): 1, ("genre", "Rock"): -1}
        app.again()
        await pilot.pause()
        assert column_of(app, 28)[0] == "▸ Genre               ✓1 ✗1"


async def test_keys_open_choose_and_close() -> None:
    async with shelf() as (app, pilot):
        await pilot.press("l", "right", "j", "enter", "down", "space", "space", "h", "left")
        assert app.posted == ["+genre", ("genre", "Reggae"), *[("genre", "Electronic")] * 2, "-genre"]
        assert app.states == {("genre", "Reggae"): 1, ("genre", "Electronic"): -1}
        await pilot.press("enter", "enter", "escape")
        assert app.posted[-3:] == ["+genre", "-genre", "left"]


async def test_a_group_without_values_says_none_and_nothing_can_be_chosen_there() -> None:
    async with shelf(None, "style") as (app, pilot):
        await pilot.press("down", "down", "enter")
        assert column_of(app, 28)[2] == "   none"
        assert app.posted == []
        await pilot.press("left", "left")
        assert app.posted == ["-style"]


async def test_a_panel_without_groups_takes_every_key() -> None:
    async with shelf({" ": ()}) as (app, pilot):
        app.panel.show(())
        await pilot.press("down", "enter", "left", "right", "slash", "end", "pageup", "escape")
        assert app.posted == ["left"]


async def test_thirty_thousand_values_cost_no_more_lines_than_the_screen_has(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shelf({"genre": GENRES, "label": labels(30_000), "rating": ()}, "label") as (app, pilot):
        made: list[int] = []
        render = FacetPanel.render_line

        def counted(panel: FacetPanel, y: int) -> Strip:
            made.append(y)
            return render(panel, y)

        monkeypatch.setattr(FacetPanel, "render_line", counted)
        await pilot.press("end")
        assert under_cursor(app).group.name == "rating"
        await pilot.press("up")
        assert value_under_cursor(app) == labels(30_000)[-1][0]
        assert "Łódź 29999" in shown(app)
        for _ in range(5):
            await pilot.press("pageup")
        await pilot.press("home")
        assert under_cursor(app).group.name == "genre"
        assert len(made) < 8 * SMALL[1] * 2
        made.clear()
        await pilot.press("down")
        assert len(made) <= 2


async def test_cursor_and_scroll_stay_on_a_value_when_counts_change_its_place() -> None:
    values = {"genre": GENRES, "label": labels(500), "rating": ()}
    async with shelf(values, "label") as (app, pilot):
        await pilot.press("pagedown", "pagedown", "up", "up", "up")
        value, line = value_under_cursor(app), app.panel._cursor - app.panel._first
        app.values = {**values, "label": tuple(reversed(values["label"]))}
        app.opened = {"label", "genre"}
        app.again()
        await pilot.pause()
        assert value_under_cursor(app) == value
        assert app.panel._cursor - app.panel._first == line
        app.values = values
        app.opened = set()
        app.again()
        assert (under_cursor(app).group.name, under_cursor(app).is_heading) == ("label", True)


async def test_a_value_that_is_gone_leaves_the_cursor_near_and_in_its_group() -> None:
    async with shelf(None, "genre") as (app, pilot):
        await pilot.press("down", "down", "down", "down")
        assert value_under_cursor(app) == "Funk / Soul"
        app.values["genre"] = GENRES[:2]
        app.again()
        assert value_under_cursor(app) == "Electronic"
        app.values = {"format": app.values["format"]}
        app.again()
        assert under_cursor(app).is_heading


async def test_what_the_wheel_brought_to_sight_stays_when_other_counts_are_shown() -> None:
    async with shelf({"label": labels(500)}, "label") as (app, pilot):
        for _ in range(20):
            app.panel.scroll_relative(y=3, animate=False)
        first = app.panel._first
        app.again()
        await pilot.pause()
        assert app.panel._first == first > 0
        await pilot.press("down")
        assert value_under_cursor(app) == "Studio One 0"
        assert "Studio One 0" in shown(app)


async def test_a_search_narrows_the_group_under_the_cursor_by_the_beginnings_of_words() -> None:
    async with shelf({"genre": GENRES, "label": labels(600), "folder": GENRES}, "label", "folder") as (app, pilot):
        await pilot.press("down", "down", "slash", *"LODZ 5", "down", "up")
        panel = column_of(app, 28)
        assert panel[1] == "▾ Label"
        assert value_under_cursor(app) == "Łódź 5"
        assert "Łódź 53" in "".join(panel)
        assert "Studio One 0" not in "".join(panel)
        assert panel[-1].startswith("/LODZ 5")
        assert panel[-1].endswith("of 600")
        assert sum("Łódź" in line for line in panel) == sum(name.startswith("Łódź 5") for name, _ in labels(600))


async def test_keys_that_mean_something_else_are_letters_while_a_search_is_typed() -> None:
    async with shelf({"label": (("Jah Koo Ghl /q", 3), ("Other", 2))}, "label") as (app, pilot):
        await pilot.press("slash", *"jkghl", "space", "slash", "q")
        assert "/jkghl /q" in shown(app)
        assert "none" in shown(app)
        await pilot.press("backspace", "ctrl+w", "ctrl+w", *"koo jah gone", "ctrl+w")
        assert value_under_cursor(app) == "Jah Koo Ghl /q"
        await pilot.press("ctrl+u", *"oth", "enter")
        assert app.posted == [("label", "Other")]
        assert app.panel.check_consume_key("q", "q")
        await pilot.press("escape")
        assert value_under_cursor(app) == "Other"
        assert not app.panel.check_consume_key("q", "q")


async def test_escape_ends_the_search_first_and_leaves_the_panel_second() -> None:
    async with shelf({"label": labels(100)}, "label") as (app, pilot):
        await pilot.press("slash", *"tro", "escape")
        assert app.posted == []
        assert value_under_cursor(app) == "Trojan 3"
        assert "/tro" not in shown(app)
        await pilot.press("escape")
        assert app.posted == ["left"]


async def test_a_search_opens_a_closed_group_and_ends_with_it() -> None:
    async with shelf({"label": labels(100)}) as (app, pilot):
        await pilot.press("slash", *"blue")
        assert value_under_cursor(app) == "Blue Note 1"
        await pilot.press("left", "left")
        assert app.posted == ["+label", "-label"]
        assert "/blue" not in shown(app)
        await pilot.press("enter")
        assert "Studio One 0" in shown(app)


async def test_a_chosen_value_is_shown_at_count_0_and_through_every_search() -> None:
    async with shelf({"label": (("Trojan", 0), *labels(50))}, "label") as (app, pilot):
        app.states = {("label", "Trojan"): -1}
        app.again()
        await pilot.press("slash", *"blue")
        assert " ✗ Trojan                 0" in column_of(app, 28)
        assert value_under_cursor(app) == "Blue Note 1"


async def test_the_mouse_chooses_opens_and_scrolls() -> None:
    async with shelf({"genre": GENRES, "label": labels(300)}, "genre") as (app, pilot):
        await pilot.click(app.panel, offset=(5, 2))
        await pilot.click(app.panel, offset=(0, 5))
        await pilot.click(app.panel, offset=(3, 18))
        assert app.posted == [("genre", "Electronic"), "+label", ("label", "Studio One 12")]
        await pilot._post_mouse_events([events.MouseScrollDown], app.panel, offset=(3, 3))
        await pilot.pause()
        assert app.panel._first > 0


async def test_a_click_below_the_last_line_or_on_the_search_does_nothing() -> None:
    async with shelf(None, "genre") as (app, pilot):
        await pilot.click(app.panel, offset=(3, 15))
        await pilot.press("slash", "r")
        await pilot.click(app.panel, offset=(3, app.panel.size.height - 1))
        assert app.posted == []


@pytest.mark.parametrize("width", [20, 28], ids=str)
async def test_hostile_names_are_cut_in_cells_and_break_nothing(width: int) -> None:
    values = tuple((text, 12_345) for text in HOSTILE)
    async with shelf({"label": values}, "label", width=width) as (app, pilot):
        for _ in HOSTILE:
            await pilot.press("down", "enter")
        text = shown(app)
        assert {strip.cell_length for strip in app.screen._compositor.render_strips()} == {SMALL[0]}
        assert app.posted == [("label", text) for text in HOSTILE]
    assert "[/]" in text
    assert "שלום" in text
    assert "…" in text
    assert text.count("12,345") == len(HOSTILE)
    assert not {"\x1b", "\u202e", "\x00", "\t"} & set(text)


async def test_the_panel_holds_while_the_terminal_changes_its_size() -> None:
    async with shelf({"label": labels(300)}, "label") as (app, pilot):
        await pilot.press("pagedown", "pagedown")
        value = value_under_cursor(app)
        for size in ((30, 8), (10, 3), (5, 1), (200, 60), SMALL):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert value_under_cursor(app) == value
        assert str(value) in shown(app)


async def test_only_the_focused_panel_shows_its_cursor_strongly() -> None:
    async with shelf(None, "genre") as (app, pilot):
        await pilot.press("down")
        focused = app.panel.render_line(1)
        app.screen.set_focus(None)
        await until(pilot, lambda: not app.panel.has_focus)
        away, plain = app.panel.render_line(1), app.panel.render_line(2)
        backgrounds = [str(strip._segments[0].style.bgcolor) for strip in (focused, away, plain)]  # type: ignore[union-attr]
        assert len(set(backgrounds)) == 3


def test_every_binding_has_a_name_and_a_description() -> None:
    bindings = [one for one in FacetPanel.BINDINGS if isinstance(one, Binding)]
    assert len(bindings) == len(FacetPanel.BINDINGS) == len({one.id for one in bindings})
    assert all(one.id and one.id.startswith("facets.") and one.description for one in bindings)
