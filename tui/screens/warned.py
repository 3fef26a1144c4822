"""A screen that warns of what is missing on this machine or open to others, for as long as it is."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.health import Check
from core.domain.ledger import PER_MINUTE
from core.errors import RunoutError
from tui.render.states import warnings
from tui.screens.learning import LearningScreen
from tui.surroundings import Surroundings

from msgspec import Struct
from textual import work

_LOOKED_AFTER: Final = 60.0
"""Seconds after which it is looked again: somebody may have mended it."""


class Known(Struct, frozen=True):
    """What the settings say that the screens have to know."""

    complaints: tuple[str, ...] = ()
    """What in the settings cannot be meant."""
    per_minute: int = PER_MINUTE
    """Requests that Discogs allows."""
    has_application: bool = False
    """Whether an application vouches for those who are not signed in."""
    around: Surroundings | None = None
    """Where things are, to look who else can read them; None to let them be."""


class WarnedScreen(LearningScreen):
    """Looks at what is around when the records are there, and again each minute."""

    def __init__(
        self,
        core: Core,
        clock: Clock,
        *,
        site_url: str,
        known: Known,
    ) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._known = known
        self._lacking: tuple[Check, ...] = ()

    @property
    def warned(self) -> tuple[str, ...]:
        """What somebody should know for as long as it holds."""
        return warnings(
            self._account,
            self._known.complaints,
            self._keys,
            lacking=self._lacking,
            has_application=self._known.has_application,
        )

    def on_mount(self) -> None:
        """Look again and again."""
        self.set_interval(_LOOKED_AFTER, self._look_around)

    async def renew(self, *, only_published: bool = False) -> None:
        """Show what is here now, and what to know of it."""
        await super().renew(only_published=only_published)
        self._look_around()

    @work(group="around", exclusive=True)
    async def _look_around(self) -> None:
        found: list[Check] = []
        with contextlib.suppress(RunoutError):
            found += await self._core.doctor.lacking(self._account)
        if self._known.around is not None:
            found += await asyncio.to_thread(self._known.around.look)
        if tuple(found) != self._lacking:
            self._lacking = tuple(found)
            self.redraw()
