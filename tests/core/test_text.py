"""Folding for search, text that is safe to show, and how numbers and times are told."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

from core.text import ago, count, counted, duration, fold, joined_credit, printable, printable_lines, without_number

import pytest
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"),
        ("Motörhead", "motorhead"),
        ("e\u0301", "e"),
        ("Æther ß", "aether ss"),
        ("Смысловые Галлюцинации", "smyslovye gallyutsinatsii"),
        ("Mr. Isaacs ", "mr isaacs"),
        ("D'Angelo", "dangelo"),
        ("D’Angelo", "dangelo"),
        ("R.E.M.", "rem"),
        ("AC/DC", "ac dc"),
        ("R&B", "r&b"),
        ("$uicideboy$ #1 @ 100%", "$uicideboy$ #1 @ 100%"),
        ("C++", "c++"),
        ('7" Mix', '7" mix'),
        ('"Heroes"', "heroes"),
        ("Gunmen (2)", "gunmen 2"),
        ("\u200bdub\ufeff", "dub"),
        ("a\u00a0 \t b", "a b"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folded_text_is_plain_and_stays_as_it_is(text: str) -> None:
    folded = fold(text)

    assert folded.isascii()
    assert folded == folded.lower() == " ".join(folded.split())
    assert fold(folded) == folded


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_plain_text_is_folded_as_text_with_other_letters_is(text: str) -> None:
    """Behind a dropped apostrophe that is none of the plain letters it goes the long way."""
    assert fold(text) == fold(f"{text}’")


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Gunmen (2)", "Gunmen"),
        ("Gunmen (117)", "Gunmen"),
        ("Gunmen", "Gunmen"),
        ("Gunmen (2) (3)", "Gunmen (2)"),
        ("Gunmen(2)", "Gunmen(2)"),
        ("Gunmen (UK)", "Gunmen (UK)"),
        ("(2)", "(2)"),
        ("Frost*", "Frost*"),
    ],
)
def test_the_number_of_a_namesake_is_left_out(name: str, bare: str) -> None:
    assert without_number(name) == bare


@pytest.mark.parametrize(
    ("names", "credit"),
    [
        ([], ""),
        ([("A", "")], "A"),
        ([("A", "&"), ("B", "")], "A & B"),
        ([("A", ","), ("B", "&"), ("C", "")], "A, B & C"),
        ([("A", ""), ("B", "")], "A, B"),
        ([("A", " Feat. "), ("B", "")], "A Feat. B"),
        ([("A", "/"), ("B", "/"), ("C", "")], "A / B / C"),
        ([("A", "="), ("あ", "")], "A = あ"),
        ([("A", "With"), ("B", "&")], "A With B"),
        ([("A", ":"), ("B", ".")], "A : B"),
    ],
)
def test_a_credit_is_joined_by_the_words_between_its_names(names: list[tuple[str, str]], credit: str) -> None:
    assert joined_credit(names) == credit


@pytest.mark.parametrize(
    "join", ["&", "/", "Feat.", "Featuring", "And", "Meets", "vs", "With", "Presents", "+", "X", "x", "-", "=", ":"]
)
def test_each_recorded_joining_word_stands_between_blanks(join: str) -> None:
    assert joined_credit([("A", join), ("B", "")]) == f"A {join} B"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Kingston  Echoes ", "Kingston Echoes", id="blanks"),
        pytest.param("a\tb\r\nc\u00a0d\u2028e\u2029f", "a b c d e f", id="white space"),
        pytest.param("\x1b[31mred\x1b[0m", "[31mred[0m", id="escape sequence"),
        pytest.param("\x9b31mred", "31mred", id="eight-bit escape sequence"),
        pytest.param("a\x00\x07\x7fb", "ab", id="control characters"),
        pytest.param("\u202egnirts\u202c", "gnirts", id="override"),
        pytest.param("\u2066a\u2069\u200eb\u200f\u061cc", "abc", id="direction marks"),
        pytest.param("\ufeffdu\u200bb\u00ad", "dub", id="zero width"),
        pytest.param("half \ud83d \ue000", "half \ufffd \ufffd", id="no characters"),
        pytest.param("שלום عالم", "שלום عالم", id="right to left"),
        pytest.param("e\u0301 n\u0303", "e\u0301 n\u0303", id="combining marks"),
        pytest.param("\U0001f469\u200d\U0001f3a4 \u2764\ufe0f", "\U0001f469\u200d\U0001f3a4 \u2764\ufe0f", id="emoji"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="joiners of scripts"),
        pytest.param("[/] <br> @everyone *x*", "[/] <br> @everyone *x*", id="markup of others"),
        pytest.param("レッド・ラバー・ボール", "レッド・ラバー・ボール", id="wide"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(), max_size=30))
def test_nothing_that_is_shown_can_move_the_cursor_or_the_text_around_it(text: str) -> None:
    shown = printable(text)

    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in shown)
    assert not any(
        unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        for char in shown
    )
    assert shown == shown.strip()
    assert printable(shown) == shown


def test_the_lines_of_a_longer_text_stay_lines() -> None:
    assert printable_lines("one\r\ntwo\x1b\rthree\n\nfive ") == ["one", "two", "three", "", "five"]


@pytest.mark.parametrize(
    ("number", "one", "many", "told"),
    [
        (0, "copy", "copies", "0 copies"),
        (1, "copy", "copies", "1 copy"),
        (2_188, "copy", "copies", "2,188 copies"),
        (1, "page", "", "1 page"),
        (12_345, "page", "", "12,345 pages"),
    ],
)
def test_a_number_with_its_noun(number: int, one: str, many: str, told: str) -> None:
    assert counted(number, one, many) == told


@pytest.mark.parametrize(("number", "told"), [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")])
def test_a_number_with_its_thousands_apart(number: int, told: str) -> None:
    assert count(number) == told


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        (timedelta(seconds=-90), "just now"),
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=47, minutes=59), "47 h ago"),
        (timedelta(hours=48), "2 d ago"),
        (timedelta(days=59, hours=23), "59 d ago"),
        (timedelta(days=60), "2 months ago"),
        (timedelta(days=729), "24 months ago"),
        (timedelta(days=730), "2 years ago"),
        (timedelta(days=3_653), "10 years ago"),
    ],
    ids=str,
)
def test_how_long_ago(passed: timedelta, told: str) -> None:
    assert ago(NOW - passed, NOW) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0.0 s"),
        (1.24, "1.2 s"),
        (9.94, "9.9 s"),
        (9.97, "10.0 s"),
        (10.4, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (65, "1 min 5 s"),
        (3_599, "59 min 59 s"),
        (3_661, "1 h 1 min"),
        (19_799, "5 h 30 min"),
        (600_000, "6 d 23 h"),
    ],
)
def test_how_long(seconds: float, told: str) -> None:
    assert duration(seconds) == told
