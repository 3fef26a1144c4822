"""A screen that answers: how much there is of what, and whether something is owned."""

from __future__ import annotations

from core.domain.ids import Shelf
from tui.render.notices import account_page
from tui.screens.having import HavingScreen
from tui.screens.keeping import KeepingScreen
from tui.screens.stats import StatsScreen


class AnsweringScreen(KeepingScreen):
    """Each answer has a screen of its own."""

    def action_stats(self) -> None:
        """Look at the figures of what is shown."""
        if (account := self._somebody()) is None:
            return
        page = account_page(self._site_url, account, self._shelf)
        self.app.push_screen(
            StatsScreen(
                account.username,
                lambda: None if self._opening else self._view,
                site_url=self._site_url,
                page=page,
                shelf=self._shelf,
            )
        )

    def action_have(self) -> None:
        """Ask whether something is owned."""
        if (account := self._somebody()) is None:
            return
        is_here = self._shelf is Shelf.COLLECTION
        collection = self._whole if is_here else lambda: None
        self.app.push_screen(HavingScreen(self._core, self._clock, account, collection, site_url=self._site_url))
