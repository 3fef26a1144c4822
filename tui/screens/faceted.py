"""A screen with facets beside the records: opens and closes them, counts them, and makes them filters."""

from __future__ import annotations

import asyncio
from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.facets import toggled
from core.domain.query import canonical
from tui.faceting import groups
from tui.screens.answering import AnsweringScreen
from tui.screens.warned import Known
from tui.widgets.facet_panel import FacetPanel

from msgspec.structs import replace
from textual import on, work
from textual.timer import Timer

OPEN: Final[tuple[str, ...]] = ("genre", "decade")
"""Groups of facets that are open when nobody has opened or closed any."""

_COUNTED_AFTER: Final = 0.03
"""Seconds after the records, so that these are never held up by the counts beside them."""


class FacetedScreen(AnsweringScreen):
    """What a screen needs beside this: `to_records`."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str, known: Known) -> None:
        super().__init__(core, clock, site_url=site_url, known=known)
        self._facets = FacetPanel(id="facets")
        self._facets_open = OPEN
        self._counting: Timer | None = None

    def to_records(self) -> None:
        """Put the focus on the records."""
        raise NotImplementedError

    @on(FacetPanel.Toggled)
    def _facet_toggled(self, event: FacetPanel.Toggled) -> None:
        if self._is_whole:
            query = self._view.query
            self.filter_by(canonical(replace(query, filter=toggled(query.filter, event.facet, event.value))))

    @on(FacetPanel.Opened)
    def _facet_opened(self, event: FacetPanel.Opened) -> None:
        self._open_facets((*self._facets_open, event.facet))

    @on(FacetPanel.Closed)
    def _facet_closed(self, event: FacetPanel.Closed) -> None:
        self._open_facets(tuple(name for name in self._facets_open if name != event.facet))

    def _open_facets(self, names: tuple[str, ...]) -> None:
        self._facets_open = names
        self.count_soon()
        self.keep()

    def count_soon(self) -> None:
        """Count behind the records, which come first."""
        if self._counting is not None:
            self._counting.stop()
        self._counting = self.set_timer(_COUNTED_AFTER, self._count)

    @work(group="count", exclusive=True)
    async def _count(self) -> None:
        if self._facets.display and self._is_whole:
            view = self._view
            found = await asyncio.to_thread(groups, view, self._facets_open, self._shelf)
            if view is self._view:
                self._facets.show(found)

    def action_facets(self) -> None:
        """Go to the facets; from there, put them away."""
        puts_away = self._facets.display and self._facets.has_focus
        self.set_class(puts_away, "-no-facets")
        self.set_class(not puts_away, "-facets")
        if puts_away:
            self.to_records()
        else:
            self.set_focus(self._facets)
            self.count_soon()
        self.keep()
