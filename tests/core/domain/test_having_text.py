"""What somebody types or scans is read in every way in which it may be meant."""

from __future__ import annotations

from typing import Final

from core.domain.details import barcode
from core.domain.having_text import By, check_digit_fits, folded_number, read

import pytest
from hypothesis import given
from hypothesis import strategies as st

DIGITS: Final = st.text("0123456789", min_size=11, max_size=11)
SPARE: Final = st.sampled_from(["", " ", "-", "  ", "–", "\u2011", "."])


def with_check_digit(digits: str) -> str:
    """Worked out by the sum that is printed in the standard, and not as the program does it."""
    total = 0
    for place, digit in enumerate(digits[::-1]):
        total += int(digit) * (3 if place % 2 == 0 else 1)
    return digits + str(-total % 10)


@given(DIGITS, st.lists(SPARE, min_size=13, max_size=13))
def test_upc_and_ean_of_one_record_are_one_barcode_however_they_are_printed(digits: str, spare: list[str]) -> None:
    upc = with_check_digit(digits)
    ean = f"0{upc}"
    printed = "".join(f"{digit}{gap}" for digit, gap in zip(ean, spare, strict=True))
    if not upc.strip("0"):
        return
    found = [read(text) for text in (upc, ean, printed, f"< {upc} >")]
    assert {one.barcode for one in found} == {barcode(upc)}
    assert {one.kind for one in found} == {By.BARCODE}
    assert {one.checks for one in found} == {True}


@given(DIGITS, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_and_looked_up_all_the_same(digits: str, place: int, more: int) -> None:
    upc = with_check_digit(digits)
    wrong = f"{upc[:place]}{(int(upc[place]) + more) % 10}{upc[place + 1 :]}"
    found = read(wrong)
    assert (found.kind, found.checks) == (By.BARCODE, False)
    assert found.barcode == barcode(wrong)


@pytest.mark.parametrize("digits", ["036000291452", "4006381333931", "5012394144777", "96385074"])
def test_check_digits_of_the_standard_fit(digits: str) -> None:
    assert check_digit_fits(digits)
    assert not check_digit_fits(digits[:-1] + str((int(digits[-1]) + 1) % 10))


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    found = read(text)
    assert found.release is None or found.release > 0
    assert found.master is None or found.master > 0
    assert all(found.words)
    assert len(found.words) <= 12
    assert found.is_nothing == (not (found.release or found.master or found.barcode or found.number or found.words))


@pytest.mark.parametrize(
    "link",
    [
        "https://www.discogs.com/release/249504",
        "https://www.discogs.com/release/249504-Rick-Astley-Never-Gonna-Give-You-Up",
        "https://www.discogs.com/de/release/249504-Rick-Astley-12?ev=rb#tracks",
        "http://discogs.com/Rick-Astley-Never-Gonna-Give-You-Up/release/249504",
        "www.discogs.com/sell/release/249504",
        "https://api.discogs.com/releases/249504",
        "look here: https://m.discogs.com/release/view/249504 !",
        "[r249504]",
        "[r=249504]",
        "r249504",
        "R249504",
        "release:249504",
    ],
)
def test_a_release_is_named_by_a_link_or_an_id(link: str) -> None:
    found = read(link)
    assert (found.release, found.master) == (249504, None)
    assert found.kind is (By.LINK if "/" in link else By.ID)


@pytest.mark.parametrize(
    "link", ["https://www.discogs.com/master/96559-Rick-Astley", "discogs.com/Rick/master/96559", "[m96559]", "m96559"]
)
def test_a_master_is_named_by_a_link_or_an_id(link: str) -> None:
    found = read(link)
    assert (found.release, found.master) == (None, 96559)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "---",
        "https://www.discogs.com/artist/72872-Rick-Astley",
        "https://www.discogs.com/label/1818",
        "https://evil.example/release/1",
        "https://discogs.com.evil.example/release/1",
        "https://notdiscogs.com/release/1",
        "https://www.discogs.com/release/0",
        "[r0]",
    ],
)
def test_what_names_nothing_is_nothing(text: str) -> None:
    assert read(text).is_nothing


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NW 123", By.NUMBER),
        ("nw-123", By.NUMBER),
        ("MLPH 1622", By.NUMBER),
        ("TRLS 23 LP", By.NUMBER),
        ("STUMMCD 1", By.NUMBER),
        ("Stummcd 1", By.WORDS),
        ("123", By.NUMBER),
        ("12345678", By.NUMBER),
        ("5 012394 144777", By.BARCODE),
        ("Blue Lines", By.WORDS),
        ("massive attack blue lines 2", By.WORDS),
        ("Łódź", By.WORDS),
        ("日本", By.WORDS),
    ],
)
def test_a_text_is_taken_for_what_it_looks_like(text: str, kind: By) -> None:
    assert read(text).kind is kind


def test_a_bare_number_may_be_three_things() -> None:
    found = read("1234567")
    assert (found.release, found.barcode, found.number) == (1234567, "1234567", "1234567")
    assert read("12 345").release is None
    assert read("r12").number == "r12"
    assert read("[r12]").number == ""


@given(st.sampled_from(["NW 123", "nw-123", "NW123", "N.W. 123", " nw  1 2 3 ", "ＮＷ １２３"]))
def test_spellings_of_a_catalogue_number_are_one(text: str) -> None:
    assert folded_number(text) == "nw123"
    assert read(text).number == "nw123"
