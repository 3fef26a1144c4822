from __future__ import annotations

from typing import ClassVar

from tui.keys import Remapped, key_name, remapped, rows, spoken

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen
from textual.widget import Widget


class Shelf(Widget, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "app.note('down')", "Down", id="shelf.down"),
        Binding("enter", "app.note('open')", "Open", id="shelf.open"),
    ]


class Box(Widget, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "app.note('box')", "Open the box", id="box.open"),
        Binding("down", "next", "Next in the box", id="box.next"),
        Binding("down,z", "app.note('left')", "Leave the box", id="box.leave"),
    ]

    def action_next(self) -> None:
        self.screen.query_one(Shelf).focus()


class Room(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "app.note('sync')", "Sync", id="room.sync"),
        Binding("question_mark", "app.note('help')", "Help", key_display="?", id="room.help"),
        Binding("x", "app.note('nameless')", "Nameless"),
    ]

    def compose(self) -> ComposeResult:
        yield Shelf()
        yield Box()


class Question(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", id="question.close")]


class House(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "app.note('light')", "Light", id="house.light")]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def on_mount(self) -> None:
        self.push_screen(Room())

    def action_note(self, what: str) -> None:
        self.done.append(what)


OWNERS = (House, Room, Shelf, Box, Question)


def test_keys_of_a_known_binding_are_taken_by_the_terminals_names() -> None:
    assert remapped([("room.sync", "Ctrl+R, F5,?")], OWNERS) == Remapped(
        (("room.sync", "ctrl+r,f5,question_mark"),),
        ("[keys] question_mark stands for room.sync and for room.help; only one of them will answer.",),
    )


def test_a_binding_that_there_is_not_is_told_with_the_nearest() -> None:
    found = remapped([("room.snyc", "r"), ("zebra\x1b[31m", "r"), ("room.sync", "r")], OWNERS)
    assert found.keymap == {"room.sync": "r"}
    assert found.complaints == (
        "[keys] there is nothing called room.snyc. Did you mean room.sync?",
        "[keys] there is nothing called zebra[31m. The help names everything that there is.",
    )


def test_a_key_that_there_is_not_is_told_and_the_others_hold() -> None:
    found = remapped([("room.sync", "ctlr+r,f5"), ("room.help", "escpae,"), ("house.light", "qqqq")], OWNERS)
    assert found.keymap == {"room.sync": "f5"}
    assert found.complaints == (
        "[keys] room.sync: there is no key ctlr+r. Did you mean ctrl+r?",
        "[keys] room.help: there is no key escpae. Did you mean escape?",
        "[keys] room.help: a key is missing before or after a comma.",
        "[keys] house.light: there is no key qqqq.",
    )


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ([("room.sync", "j")], ["j", "room.sync", "shelf.down"]),
        ([("room.sync", "question_mark")], ["question_mark", "room.sync", "room.help"]),
        ([("room.sync", "ctrl+t")], ["ctrl+t", "room.sync", "house.light"]),
        ([("room.sync", "ctrl+q")], ["ctrl+q", "room.sync", "Quit"]),
        ([("room.sync", "ctrl+p")], ["ctrl+p", "room.sync", "the command palette"]),
        ([("shelf.down", "enter")], ["enter", "shelf.down", "shelf.open"]),
        ([("room.sync", "f5"), ("room.help", "f5")], ["f5", "room.sync", "room.help"]),
    ],
    ids=[
        "screen and widget",
        "one screen",
        "screen and app",
        "what has no name",
        "Textual's own",
        "one widget",
        "both moved",
    ],
)
def test_two_things_on_one_key_are_told(wanted: list[tuple[str, str]], said: list[str]) -> None:
    (complaint,) = remapped(wanted, OWNERS).complaints
    assert all(f" {word} " in complaint or f" {word};" in complaint for word in said)


@pytest.mark.parametrize(
    "wanted",
    [
        [("shelf.down", "n")],
        [("room.sync", "question_mark"), ("room.help", "s")],
        [("room.sync", "f5"), ("question.close", "f5")],
        [("shelf.open", "enter,space"), ("box.open", "enter,space")],
        [("shelf.down", "j,down,n")],
    ],
    ids=["another key", "two that changed places", "a dialog hears it alone", "one widget at a time", "one more"],
)
def test_what_never_meets_is_no_clash(wanted: list[tuple[str, str]]) -> None:
    assert remapped(wanted, OWNERS).complaints == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("a", "a"), ("G", "G"), ("?", "question_mark"), ("/", "slash"), ("comma", "comma"), (".", "full_stop"),
        ("+", "plus"), ("plus", "plus"), ("ctrl++", "ctrl+plus"), ("-", "minus"), ("ctrl+-", "ctrl+minus"),
        ("é", "é"), ("space", "space"), ("Ctrl+R", "ctrl+r"), ("ctrl + r", "ctrl+r"), ("control+r", "ctrl+r"),
        ("shift+s", "S"), ("shift+tab", "shift+tab"), ("shift+ctrl+alt+r", "alt+ctrl+shift+r"),
        ("Esc", "escape"), ("return", "enter"), ("PgUp", "pageup"), ("F12", "f12"),
        ("ctrl+[", "ctrl+left_square_bracket"),
    ],
)  # fmt: skip
def test_keys_may_be_written_as_people_do(written: str, name: str) -> None:
    assert key_name(written) == name


@pytest.mark.parametrize("written", ["", " ", "ctrl+", "strg+r", "f25", "upper_g", "ab", "<any>", "ctrl", "\x1b"])
def test_what_is_no_key_has_no_name(written: str) -> None:
    assert key_name(written) == ""


@given(st.text(), st.text())
def test_whatever_stands_in_the_settings_nothing_stops(name: str, keys: str) -> None:
    for found in (remapped([(name, keys)], OWNERS), remapped([("room.sync", keys)], OWNERS)):
        assert all("\n" not in complaint and complaint.isprintable() for complaint in found.complaints)
        assert set(found.keymap) <= {"room.sync"}


@given(st.sampled_from(["a", "Z", "7", "?", ",", "+", "é", "enter", "f5"]), st.sets(st.sampled_from(["ctrl", "alt"])))
def test_a_name_is_its_own_name(key: str, held: set[str]) -> None:
    name = key_name("+".join([*held, key]))
    assert name
    assert key_name(name) == name


async def test_what_the_settings_say_is_what_the_keys_do() -> None:
    app = House()
    async with app.run_test() as pilot:
        app.set_keymap(remapped([("room.sync", "ctrl+r,f5"), ("shelf.down", "n")], OWNERS).keymap)
        app.screen.query_one(Shelf).focus()
        await pilot.press("ctrl+r", "f5", "s", "n", "j", "down", "x")
        assert app.done == ["sync", "sync", "down", "nameless"]


async def test_two_that_change_places_both_answer() -> None:
    app = House()
    async with app.run_test() as pilot:
        app.set_keymap(remapped([("room.sync", "?"), ("room.help", "s")], OWNERS).keymap)
        await pilot.press("s", "question_mark")
        assert app.done == ["help", "sync"]


async def test_what_shared_a_key_with_what_was_moved_keeps_it() -> None:
    app = House()
    async with app.run_test() as pilot:
        found = remapped([("box.leave", "y")], OWNERS)
        assert found.complaints == ()
        app.set_keymap(found.keymap)
        app.screen.query_one(Box).focus()
        await pilot.press("y", "z", "down")
        assert app.done == ["left"]
        assert app.focused is app.screen.query_one(Shelf)


async def test_rows_name_the_keys_that_hold() -> None:
    app = House()
    async with app.run_test():
        room, shelf = app.screen, app.screen.query_one(Shelf)
        assert [(row.id, row.keys) for row in rows(room)] == [("room.sync", ("s",)), ("room.help", ("?",))]
        assert [row.keys for row in rows(shelf)] == [("↓", "j"), ("⏎",)]
        app.set_keymap({"room.sync": "ctrl+r,f5", "shelf.down": "n"})
        assert [(row.id, row.keys) for row in rows(room)] == [("room.sync", ("^r", "f5")), ("room.help", ("?",))]
        assert [(row.id, row.keys) for row in rows(shelf)] == [("shelf.down", ("n",)), ("shelf.open", ("⏎",))]
        assert dict(spoken(room, shelf, app)) == {
            "room.sync": "^r", "room.help": "?", "shelf.open": "Enter", "shelf.down": "n", "house.light": "^t",
        }  # fmt: skip
