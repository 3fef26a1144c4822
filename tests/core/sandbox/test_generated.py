"""Invented collections, and the one that is shipped."""

import json
from collections import Counter
from importlib.resources import files
from typing import Any

from core.sandbox.generate import generated
from core.sandbox.holding import Holding
from core.sandbox.oddities import ODD_TEXTS
from core.sandbox.shelf import Shelf
from core.sandbox.shipped import shipped

import pytest


@pytest.fixture(scope="module")
def thousands() -> Holding:
    return generated(4000, 7)


@pytest.mark.parametrize("items", [0, 1, 2, 50, 4000])
def test_exactly_so_many_copies_are_invented(items: int) -> None:
    assert len(Shelf(generated(items, 3))) == items


def test_the_same_seed_gives_the_same_collection_and_another_seed_another() -> None:
    assert generated(300, 5) == generated(300, 5)
    assert generated(300, 5) != generated(300, 6)


def test_every_odd_text_is_among_the_titles(thousands: Holding) -> None:
    assert set(ODD_TEXTS) <= {copy.release["title"] for copy in thousands.copies}


@pytest.mark.parametrize("text", ["[/]", "[b]", "[untitled]", "@everyone", "=cmd()", "\u202e", "\u200b", "\x1b", "\n"])
def test_the_odd_texts_hold_what_breaks_programs(text: str) -> None:
    assert any(text in odd for odd in ODD_TEXTS)


def test_a_release_says_the_same_for_each_of_its_copies(thousands: Holding) -> None:
    said: dict[int, set[str]] = {}
    for copy in thousands.copies:
        said.setdefault(copy.release["id"], set()).add(json.dumps([copy.release, copy.rating]))
    assert {len(facts) for facts in said.values()} == {1}


def test_an_invented_collection_is_spread_like_a_real_one(thousands: Holding) -> None:
    releases = Counter(copy.release["id"] for copy in thousands.copies)
    artists = Counter(copy.release["artists"][0]["name"] for copy in thousands.copies)
    vinyl = sum(copy.release["formats"][0]["name"] == "Vinyl" for copy in thousands.copies)
    assert 0.01 < sum(count > 1 for count in releases.values()) / len(releases) < 0.1
    assert artists.most_common(1)[0][1] > 20 * len(thousands.copies) / 4000
    assert vinyl > 3000
    assert any(copy.release["year"] == 0 for copy in thousands.copies)
    assert any(not copy.release["master_id"] for copy in thousands.copies)
    assert max(Counter(copy.date_added for copy in thousands.copies).values()) > 10
    assert len({copy.folder_id for copy in thousands.copies}) == 5
    assert {number for copy in thousands.copies for number, _ in copy.notes} == {1, 2, 3, 4}


@pytest.fixture(scope="module")
def sample() -> Holding:
    return shipped()


def test_the_sample_holds_at_least_300_releases_some_owned_twice_and_one_three_times(sample: Holding) -> None:
    owned = Counter(copy.release["id"] for copy in sample.copies)
    assert len(owned) >= 300
    assert Counter(owned.values())[3] == 1
    assert 3 <= Counter(owned.values())[2] <= 20
    assert len({copy.instance_id for copy in sample.copies}) == len(sample.copies)


def test_the_sample_names_no_folder_or_field_that_is_not_there(sample: Holding) -> None:
    assert {copy.folder_id for copy in sample.copies} <= {one.folder_id for one in sample.folders}
    fields = {one.field_id: one for one in sample.fields}
    for copy in sample.copies:
        for number, value in copy.notes:
            options = fields[number].options
            assert options is None or value.strip() in options


def test_the_sample_has_no_pictures_prices_counts_or_unknown_keys() -> None:
    allowed = {"id", "master_id", "title", "year", "artists", "labels", "formats", "genres", "styles"}
    text = files("core.sandbox").joinpath("sample", "releases.ndjson").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = [json.loads(line) for line in text.split("\n") if line]
    assert {key for row in rows for key in row} == allowed
    assert {key for row in rows for form in row["formats"] for key in form} <= {"name", "qty", "text", "descriptions"}
    assert "http" not in text


def test_the_sample_keeps_the_oddities_of_real_releases(sample: Holding) -> None:
    releases = [copy.release for copy in sample.copies]
    assert any(release["year"] == 0 for release in releases)
    assert any(release["master_url"] is None for release in releases)
    assert any(label["catno"].lower() == "none" for release in releases for label in release["labels"])
    assert any(artist["name"].endswith(" (2)") for release in releases for artist in release["artists"])
    assert any("\ufeff" in release["title"] for release in releases)
    assert any(len(release["labels"]) > 1 for release in releases)
    assert any(form["name"] == "All Media" for release in releases for form in release["formats"])
    assert max(Counter(copy.date_added for copy in sample.copies).values()) > 5
