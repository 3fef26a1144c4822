"""Words are found as a plain reading of every text would find them, and a letter that is wrong is forgiven."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.having_words import Words, without_noise

from hypothesis import given
from hypothesis import strategies as st

WORD = st.text("abc1", min_size=1, max_size=5)
TEXTS = st.lists(st.lists(WORD, min_size=1, max_size=5).map(" ".join), max_size=12)


def stands(word: str, text: str) -> bool:
    whole = len(word) < 2 or "1" in word
    return any(other == word if whole else other.startswith(word) for other in text.split())


@given(TEXTS, st.lists(WORD, min_size=1, max_size=4))
def test_where_all_words_stand_is_found_and_nothing_else(texts: Sequence[str], words: list[str]) -> None:
    sought = list(words)
    expected = [place for place, text in enumerate(texts) if all(stands(word, text) for word in sought)]
    if not expected:
        sought = list(without_noise(words))
        expected = [place for place, text in enumerate(texts) if all(stands(word, text) for word in sought)]
    assert sorted(Words(texts).find(words).sure) == expected


@given(
    TEXTS,
    st.text("bcdfgh", min_size=5, max_size=9),
    st.integers(0, 8),
    st.sampled_from(["other", "more", "less", "swapped"]),
)
def test_one_wrong_letter_is_forgiven(texts: list[str], word: str, at: int, how: str) -> None:
    at %= len(word) - 1
    typed = {
        "other": f"{word[:at]}x{word[at + 1 :]}",
        "more": f"{word[:at]}x{word[at:]}",
        "less": f"{word[:at]}{word[at + 1 :]}",
        "swapped": f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}",
    }[how]
    found = Words([*texts, word]).find([typed])
    assert len(texts) in (*found.sure, *found.near)


@given(st.text("bcdfgh", min_size=5, max_size=9), st.integers(0, 8), st.integers(0, 8))
def test_two_wrong_letters_are_another_word(word: str, one: int, other: int) -> None:
    one, other = one % len(word), other % len(word)
    typed = list(word)
    typed[one], typed[other] = "x", "z"
    found = Words([word]).find(["".join(typed)])
    assert (found.sure, found.near) == ((), () if one != other else (0,))


def test_of_many_words_one_may_be_another() -> None:
    words = Words(["ann bob dub kingston echoes", "ann bob"])
    assert words.find(["ann", "bob", "dub", "london"]).near == (0,)
    assert words.find(["ann", "bob", "paris", "london"]).near == ()


def test_articles_and_formats_need_not_stand_there() -> None:
    words = Words(["the wall", "a night"])
    assert words.find(["wall", "lp"]).sure == (0,)
    assert words.find(["the", "wall", "vinyl"]).sure == (0,)
    assert words.find(["the"]).sure == (0,)
    assert words.find([]).sure == ()
