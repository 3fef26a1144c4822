from __future__ import annotations

from core.domain.progress import Word
from tests.tui.bare import SMALL, WIDE, Bare, links, said, shown, style_of
from tui.screens.vanished import VanishedScreen
from tui.themes import THEMES

import pytest

PAGE = "https://www.discogs.com/user/collector_a/collection"
NOBODY = object()


async def answer(*keys: str, size: tuple[int, int] = SMALL) -> Word | object | None:
    """What is left behind by somebody who presses these keys."""
    app = Bare()
    answers: list[Word | None] = []
    async with app.run_test(size=size) as pilot:
        app.push_screen(VanishedScreen(412, 2_188), answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    return answers[0] if answers else NOBODY


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        (("escape",), None),
        (("q",), None),
        (("enter",), None),
        (("down", "enter"), Word.KEEP),
        (("j", "space"), Word.KEEP),
        (("j", "j", "enter"), Word.ACCEPT),
        (("G", "enter"), Word.ACCEPT),
        (("G", "k", "enter"), Word.KEEP),
        (("up", "enter"), Word.ACCEPT),
        (("x",), NOBODY),
    ],
)
async def test_a_word_is_given_by_keys_and_none_by_accident(keys: tuple[str, ...], word: Word | object | None) -> None:
    assert await answer(*keys) is word


async def test_a_word_is_given_by_the_mouse() -> None:
    app = Bare()
    answers: list[Word | None] = []
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(VanishedScreen(412, 2_188), answers.append)
        await pilot.pause()
        row = next(number for number, line in enumerate(shown(app).split("\n")) if "Keep them" in line)
        await pilot.click(offset=(10, row))
        await pilot.pause()
    assert answers == [Word.KEEP]


@pytest.mark.parametrize("size", [SMALL, WIDE, (60, 24)])
@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_it_says_what_is_asked_and_what_each_answer_does(size: tuple[int, int], theme: str) -> None:
    app = Bare(theme)
    async with app.run_test(size=size) as pilot:
        app.push_screen(VanishedScreen(412, 2_188, page=PAGE))
        await pilot.pause()
        words = said(app)
        for sentence in (
            "412 of your 2,188 records are not on Discogs any more",
            "Nothing is changed on Discogs, whatever you say.",
            "Decide later They stay here. The next sync asks again.",
            "Keep them They stay here, and are not asked about again.",
            "Let them go The collection is read once more, and what Discogs then still does not show is removed here.",
            "Data provided by Discogs.",
        ):
            assert sentence in words
        assert links(app) == {PAGE}
        assert style_of(app, "Decide later").bgcolor != style_of(app, "Keep them").bgcolor


async def test_one_record_is_one_record() -> None:
    app = Bare()
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(VanishedScreen(1, 30))
        await pilot.pause()
        assert "1 of your 30 records is not on Discogs any more It is still here." in said(app)


async def test_where_there_is_hardly_any_room_the_answers_can_be_reached() -> None:
    assert await answer("G", "enter", size=(30, 8)) is Word.ACCEPT
    assert await answer("escape", size=(10, 3)) is None
