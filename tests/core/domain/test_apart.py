"""Sorting a few at a time gives what sorting all at once would give."""

from __future__ import annotations

import random

from core.domain.apart import AT_ONCE, parts, sorted_by

import pytest

MANY = 10 * AT_ONCE


@pytest.mark.parametrize("number", [0, 1, 100, AT_ONCE, AT_ONCE + 1, MANY])
@pytest.mark.parametrize("values", [1, 3, 300, 10 * MANY])
def test_it_is_sorted_by_each_key_and_otherwise_stays_as_it_was(number: int, values: int) -> None:
    chance = random.Random(number * values)
    first, second = ([chance.randrange(values) for _ in range(number)] for _ in range(2))
    items = chance.sample(range(number), number)

    assert sorted_by(items, first.__getitem__) == sorted(items, key=first.__getitem__)
    assert sorted_by(items, first.__getitem__, second.__getitem__) == sorted(
        items, key=lambda item: (first[item], second[item])
    )


@pytest.mark.parametrize("order", ["forwards", "backwards", "mixed"])
def test_never_many_are_sorted_at_once(order: str) -> None:
    texts = [f"{number:09}" for number in range(MANY)]
    match order:
        case "backwards":
            texts.reverse()
        case "mixed":
            random.Random(1).shuffle(texts)

    assert max(len(part) for part in parts(texts, lambda text: text)) < 5 * AT_ONCE


def test_what_is_alike_stays_together() -> None:
    items = [number % 7 for number in range(MANY)]

    found = list(parts(items, lambda item: item))

    assert [item for part in found for item in sorted(part)] == sorted(items)
    assert sum(len(set(part)) for part in found) == 7
