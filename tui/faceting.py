"""The groups of the facet panel for a view: the values of those that are open, counted under the filter that holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from core.domain.facets import UNKNOWN, counts, state, values_spoken_of
from core.domain.ids import Shelf
from core.domain.index import same
from core.domain.view import View
from tui.render.facets import FacetGroup, FacetLine
from tui.render.rows import stars
from tui.render.shelves import facets_of

_NOT_KNOWN: Final = {"grade": "not graded", "rating": "not rated"}


def groups(view: View, opened: Collection[str], shelf: Shelf = Shelf.COLLECTION) -> tuple[FacetGroup, ...]:
    """All groups; of those that are closed only what the filter speaks of. Of 100,000 copies: for a thread."""
    return tuple(
        FacetGroup(facet.name, facet.title, tuple(_lines(view, facet.name, is_open=is_open)), is_open)
        for facet in facets_of(shelf)
        for is_open in (facet.name in opened,)
    )


def _lines(view: View, facet: str, *, is_open: bool) -> Iterator[FacetLine]:
    found = counts(view.index, facet, view.bits) if is_open else ()
    shown = {same(one.value) for one in found}
    for value in values_spoken_of(view.filter, facet):
        if same(value) not in shown:
            yield FacetLine(value, _label(facet, value), 0, state(view.filter, facet, value))
    for one in found:
        yield FacetLine(one.value, _label(facet, one.value), one.count, state(view.filter, facet, one.value))


def _label(facet: str, value: str) -> str:
    if value == UNKNOWN:
        return _NOT_KNOWN.get(facet, value)
    return stars(int(value)) if facet == "rating" else value
