"""A screen that tells how things stand: in the status line, the line that warns, the tabs, and where nothing is."""

from __future__ import annotations

from collections.abc import Sequence

from core.app import Core
from core.clock import Clock
from core.domain.account import Access
from core.domain.ids import Shelf
from tui.render.coverage import coverage_forms
from tui.render.notices import account_page, source_notice
from tui.render.shelves import as_of
from tui.render.states import amber, nothing_here
from tui.render.status import status
from tui.screens.faceted import FacetedScreen
from tui.screens.warned import Known
from tui.widgets.notice import Notice
from tui.widgets.shelf_tabs import ShelfTabs
from tui.widgets.status_line import StatusLine

from textual import events, on
from textual.widgets import Static


class TellingScreen(FacetedScreen):
    """What a screen needs beside this: a place to `explain_nothing`."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str, known: Known) -> None:
        super().__init__(core, clock, site_url=site_url, known=known)
        self._notice = Notice(id="notice")
        self._status = StatusLine(id="status")
        self._source = Static("", id="source", markup=False)
        self._tabs = ShelfTabs(id="tabs")

    def explain_nothing(self, lines: Sequence[str]) -> None:
        """Say in the place of the records what to do when there are none."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Bring what is not the view's own in line with the state."""
        account = as_of(self._account, self._standing, self._shelf) if self._account else None
        page = account_page(self._site_url, account, self._shelf) if account else self._site_url
        behind = self._behind is not None and self._behind.shelf is self._shelf
        self._notice.show(amber(self.warned, self._keys))
        has_shelves = account is not None and account.access is not Access.LOCAL
        self._tabs.show(self._shelf if has_shelves else None, self._counts())
        self.explain_nothing(
            nothing_here(
                self._view,
                account,
                loading=self._opening,
                syncing=behind or self._synced is self._shelf,
                error=self._failure,
                keys=self._keys,
                per_minute=self._known.per_minute,
                has_application=self._known.has_application,
                shelf=self._shelf,
                private=self._is_private,
            )
            if account or not self._failure
            else ("Your records could not be opened.", "", self._failure)
        )
        self._source.update(source_notice(page), layout=False)
        self._status.show(
            status(
                self._view,
                account,
                self._sync_state,
                self._clock.now(),
                checked_at=account.checked_at if account else None,
                budget=self._budget,
                total=self._total if self._opening else None,
                shelf=self._shelf,
                synced=self._synced,
                originals=coverage_forms(self._coverage, self._enriching) if account else (),
            )
        )

    def _counts(self) -> dict[Shelf, int | None]:
        """How much is on each shelf; None of one that was never read, of which nothing is known."""
        standing = self._standing
        if standing is None:
            return {}
        return {
            shelf: standing.copies[shelf] if (age := standing.ages.get(shelf)) and age.walked_at else None
            for shelf in Shelf
        }

    def on_resize(self, _event: events.Resize) -> None:
        """Say as much as there is room for; where there is room for the facets now, they were not counted yet."""
        self._tabs.fit()
        self.count_soon()

    @on(ShelfTabs.Chosen)
    def _tab_chosen(self, event: ShelfTabs.Chosen) -> None:
        if event.shelf is not self._shelf:
            self.turn_to(event.shelf)
