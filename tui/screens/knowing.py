"""A screen that knows what Discogs' database says of the highlighted record, and has it read when somebody opens it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from core.app import Core
from core.clock import Clock
from core.domain.account import Access
from core.domain.collection import Copy
from core.domain.details import KnownDetails
from core.domain.enrichment import OLD_DETAILS
from core.domain.ids import ReleaseId
from core.errors import NotConnected, NotFound, RunoutError
from core.text import printable
from tui.render.detail import Place, copy_lines, end_lines
from tui.render.detail_age import NO_SUCH, Asked, age_lines
from tui.render.detail_release import release_lines
from tui.screens.watching import WatchingScreen

from rich.text import Text
from textual import work
from textual.timer import Timer

_RECALLED_AFTER: Final = 0.06
"""Seconds for which a copy has to be highlighted before what is here of its release is fetched: a key never waits."""

_MINUTE: Final = 60.0

_MOST: Final = 100
"""Releases of which it is remembered why they could not be read."""


class KnowingScreen(WatchingScreen):
    """What a screen needs beside this: `highlighted`, `detail_width`, and `show_lines` of what is known."""

    def __init__(self, core: Core, clock: Clock, *, site_url: str) -> None:
        super().__init__(core, clock, site_url=site_url)
        self._release: ReleaseId | None = None
        """That of the highlighted copy."""
        self._is_looked_up = False
        """Whether it was asked for, so that something has to be said if nothing is known."""
        self._here: KnownDetails | None = None
        self._told: Sequence[Text] = ()
        """The same in lines."""
        self._under_way: set[ReleaseId] = set()
        """What is read again, so that it is told."""
        self._failures: dict[ReleaseId, str] = {}
        self._recalling: Timer | None = None

    @property
    def highlighted(self) -> Copy | None:
        """The highlighted copy."""
        raise NotImplementedError

    @property
    def detail_width(self) -> int:
        """Cells of a line of the details."""
        raise NotImplementedError

    def show_lines(self, lines: Sequence[Text], copy: Copy | None) -> None:
        """Show what is known of a copy."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """What is told of an age moves on, and another process may have read it again."""
        self.set_interval(_MINUTE, self.recall_soon)

    def highlight(self, copy: Copy | None) -> None:
        """Another copy is highlighted: show at once what its row says, and a moment later what else is here."""
        release = copy.release.id if copy else None
        if release != self._release:
            self._release, self._is_looked_up, self._here, self._told = release, False, None, ()
        self.show_details()
        self.looked_at(copy)
        self.recall_soon()

    def recall_soon(self) -> None:
        """Fetch what is here of the highlighted copy's release, unless another is highlighted before."""
        if self._recalling is not None:
            self._recalling.stop()
        self._recalling = self.set_timer(_RECALLED_AFTER, self._recall_highlighted) if self._release else None

    def show_details(self) -> None:
        """Show what is known of the highlighted copy."""
        copy = self.highlighted
        if copy is None:
            self.show_lines((), None)
            return
        now, width, known = self._clock.now(), self.detail_width, self._here
        is_of_file = self._account is not None and self._account.access is Access.LOCAL
        place = Place(self._site_url, now, width, self._shelf, rows_tell=not is_of_file)
        told = [
            *copy_lines(copy, self._view.collection, place, known),
            *age_lines(known, self._asked(copy.release.id), now, width),
            *self._told,
            *end_lines(copy.release, self._site_url),
        ]
        self.show_lines(told, copy)

    def _asked(self, release: ReleaseId) -> Asked:
        return Asked(
            is_looked_up=self._is_looked_up,
            is_reading=release in self._under_way,
            failure=self._failures.get(release, ""),
            key=self._keys.get("browse.refresh", ""),
        )

    @work(group="recall", exclusive=True)
    async def _recall_highlighted(self) -> None:
        if self._release is not None:
            await self._recall(self._release)

    async def _recall(self, release: ReleaseId) -> KnownDetails | None:
        """What is here of a release; it is shown, if the release is still highlighted."""
        known: KnownDetails | None = None
        try:
            known = await self._core.enrich.known(release)
        except RunoutError as error:
            self._note_failure(release, error)
        width = self.detail_width
        told = await asyncio.to_thread(release_lines, known, self._site_url, width) if known else ()
        if release == self._release and width == self.detail_width:
            is_news = known is not None or self._here is not None or release in self._failures
            self._here, self._told = known, told
            if is_news:
                self.show_details()
        return known

    def looks_closely(self, copy: Copy) -> None:
        """Somebody reads the details of a copy: what has become old is read again behind."""
        super().looks_closely(copy)
        self._look_up(copy.release.id)

    @work(group="look up")
    async def _look_up(self, release: ReleaseId) -> None:
        """Several may be under way: what was asked for comes in any case, and is kept."""
        known = await self._recall(release)
        if release == self._release:
            self._is_looked_up = True
        is_old = known is None or self._clock.now() - known.as_of > OLD_DETAILS
        if is_old:
            self._is_begun(release)
        else:
            self._failures.pop(release, None)
        failure: RunoutError | None = None
        try:
            await self._core.enrich.look(self._account, release)
        except RunoutError as error:
            failure = error if is_old else None
        finally:
            self._under_way.discard(release)
        await self._is_read(release, known, failure)

    def action_refresh(self) -> None:
        """Read what Discogs says of the highlighted record, whatever is known of it."""
        copy = self.highlighted
        if self._account is None:
            self.notify(self.worded(NotConnected()), severity="warning", markup=False)
        elif copy is None:
            self.notify("No record is highlighted.", markup=False)
        elif copy.release.id in self._under_way:
            self.notify("This record is being read already.", markup=False)
        else:
            self._read_again(copy)

    @work(group="refresh")
    async def _read_again(self, copy: Copy) -> None:
        release, title = copy.release.id, printable(copy.release.title) or "?"
        before, failure = await self._recall(release), None
        self._is_begun(release)
        try:
            after = await self._core.enrich.refresh(self._account, release)
        except RunoutError as error:
            failure = error
            self.notify(self._why(error), title=title, severity="error", timeout=20, markup=False)
        else:
            is_same = before is not None and before.details == after.details
            news = "Read again: nothing is different." if is_same else f"Read{' again' if before else ''}."
            self.notify(news, title=title, markup=False)
        finally:
            self._under_way.discard(release)
        await self._is_read(release, before, failure)

    def _is_begun(self, release: ReleaseId) -> None:
        self._under_way.add(release)
        if release == self._release:
            self.show_details()

    def _why(self, error: RunoutError) -> str:
        return NO_SUCH if isinstance(error, NotFound) else self.worded(error)

    def _note_failure(self, release: ReleaseId, error: RunoutError) -> None:
        """Say in the details why they could not be read; nothing known is lost by that."""
        if len(self._failures) >= _MOST:
            self._failures.clear()
        self._failures[release] = self._why(error)

    def was_read(self) -> None:
        """Something was read: more may be known of its master, too."""

    async def _is_read(self, release: ReleaseId, before: KnownDetails | None, failure: RunoutError | None) -> None:
        self.was_read()
        after = await self._recall(release)
        if after is not None and (before is None or after.as_of > before.as_of):
            # Where the release was read and its master could not be, there is nothing to be said of the details.
            self._failures.pop(release, None)
        elif failure is not None:
            self._note_failure(release, failure)
        if release == self._release:
            self.show_details()
