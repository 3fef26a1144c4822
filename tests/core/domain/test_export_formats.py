"""The abbreviated formats of an export, held against what the API says of the very same releases."""

from __future__ import annotations

import csv
import gzip
import json
from typing import Any

from core.domain.export_formats import ALL_MEDIA, formats_in
from core.domain.release import Format
from tests.stand_in import SAMPLES

import pytest
from hypothesis import given
from hypothesis import strategies as st

COLLECTOR = SAMPLES / "collections" / "collector_a"
LEFT_OUT = {"33 ⅓ RPM", "45 RPM", "78 RPM", "Stereo"}
"""Speeds and the most usual sound are not in an export."""


def told() -> dict[int, list[Any]]:
    with gzip.open(COLLECTOR / "releases.ndjson.gz", "rt", encoding="utf-8") as lines:
        return {body["id"]: body.get("formats") for body in map(json.loads, lines)}


@pytest.mark.parametrize(
    ("column", "formats"),
    [
        ("", ()),
        ("LP", (Format("Vinyl", "1", "", ("LP",)),)),
        ("2xLP, Album, RE, RM", (Format("Vinyl", "2", "", ("LP", "Album", "Reissue", "Remastered")),)),
        (
            "LP, Yel + LP, S/Sided, Etch, Yel + Album, Ltd",
            (
                Format("Vinyl", "1", "Yel", ("LP",)),
                Format("Vinyl", "1", "Yel", ("LP", "Single Sided", "Etched")),
                Format(ALL_MEDIA, "1", "", ("Album", "Limited Edition")),
            ),
        ),
        ('5x10", Album + Box', (Format("Vinyl", "5", "", ('10"', "Album")), Format("Box Set", "1"))),
        ("DVD-V, D/Sided, NTSC", (Format("DVD", "1", "", ("DVD-Video", "Double Sided", "NTSC")),)),
        ("2xCD, Comp, Dig", (Format("CD", "2", "Dig", ("Compilation",)),)),
        ('12", 1/2, 180', (Format("Vinyl", "1", "1/2, 180", ('12"',)),)),
        ("Xyz, Album", (Format("Xyz", "1", "", ("Album",)),)),
        ("Album", (Format("Album", "1"),)),
        ("0x", (Format("0x", "1"),)),
    ],
)
def test_a_column_is_read_as(column: str, formats: tuple[Format, ...]) -> None:
    assert formats_in(column) == formats


def test_of_every_real_row_it_is_what_the_api_says_but_for_speeds_and_colours() -> None:
    known = told()
    with (COLLECTOR / "collection.csv").open(encoding="utf-8", newline="") as file:
        rows = [(one["Format"], known[int(one["release_id"])]) for one in csv.DictReader(file)]

    compared = 0
    for column, of_api in rows:
        if of_api is None:
            continue
        compared += 1
        expected = [(one["name"], one["qty"], set(one.get("descriptions", ())) - LEFT_OUT) for one in of_api]
        assert [(one.name, one.quantity, set(one.descriptions)) for one in formats_in(column)] == expected, column
    assert compared > 300


@given(st.lists(st.sampled_from(("Album", "RE", "Ltd", "Yel", "½", "180 Gram", "+", "", " ")), max_size=9))
def test_words_that_say_nothing_in_particular_stay_as_they_are_and_where_they_are(words: list[str]) -> None:
    (found,) = formats_in(", ".join(["LP", *words]))

    assert found.text == ", ".join(word for word in words if word in ("Yel", "½", "180 Gram", "+"))
    assert set(found.descriptions) == {"LP"} | {
        meaning
        for word, meaning in {"Album": "Album", "RE": "Reissue", "Ltd": "Limited Edition"}.items()
        if word in words
    }


@given(st.text(max_size=40))
def test_any_text_is_read(column: str) -> None:
    assert all(one.name for one in formats_in(column) if column.strip(" ,+"))
