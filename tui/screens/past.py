"""A screen with what has happened, the newest first: looks again when anything was published, by whichever process."""

from __future__ import annotations

from datetime import date

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from tui.render.notices import account_page
from tui.render.past_lines import PastLine, day_words
from tui.screens.listed import ListedScreen


class PastScreen(ListedScreen[PastLine]):
    """Days as headings, and below each what happened then."""

    def __init__(self, core: Core, clock: Clock, account: Account, *, site_url: str) -> None:
        super().__init__(site_url=site_url, page=account_page(site_url, account))
        self._core = core
        self._clock = clock
        self._account = account

    def words(self, line: PastLine) -> str:
        """The day on which something happened."""
        return day_words(line.heading, self._today())

    def _today(self) -> date:
        return self._clock.now().astimezone().date()
