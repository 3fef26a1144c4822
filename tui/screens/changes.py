"""The change feed: what came, went or was edited, on both shelves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Final, TypeVar

from core.app import Core
from core.clock import Clock
from core.domain.account import Account
from core.domain.changes import Action, Entry
from core.domain.ids import Shelf
from core.errors import RunoutError
from core.text import count, counted, printable
from tui.keys import spoken
from tui.render.change import change_heading, change_text
from tui.render.list_lines import ListColumn
from tui.render.past_lines import CHANGE_COLUMNS, PastLine, change_lines
from tui.screens.past import PastScreen
from tui.screens.reading import ReadingScreen
from tui.widgets.headed_list import HeadedList

from msgspec import Struct
from msgspec.structs import replace
from textual import on, work
from textual.binding import Binding, BindingType

_T = TypeVar("_T")

FIRST_PAGE: Final = 500
"""Changes that are read at first."""

MOST: Final = 4_000
"""Changes that are read at once when somebody goes on: each time twice as many, so that the end is not far away."""


class Sort(StrEnum):
    """Which changes are shown."""

    ALL = "all"
    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"


_ACTIONS: Final = {
    Sort.ADDED: frozenset({Action.FIRST, Action.ADDED}),
    Sort.REMOVED: frozenset({Action.REMOVED, Action.MISSED, Action.KEPT}),
}
_SHELVES: Final = (None, *Shelf)


class Shown(Struct, frozen=True):
    """What somebody wants to see of the feed."""

    sort: Sort = Sort.ALL
    shelf: Shelf | None = None
    pictures: bool = False
    """Also releases of which only the addresses of the pictures are others."""

    @property
    def actions(self) -> frozenset[Action]:
        """What is to be shown."""
        edited = frozenset(Action).difference(*_ACTIONS.values())
        found = {**_ACTIONS, Sort.EDITED: edited, Sort.ALL: frozenset(Action)}[self.sort]
        return found if self.pictures else found - {Action.PICTURED}


class ChangesScreen(PastScreen):
    """Reads as much of the feed as is looked at."""

    COLUMNS: ClassVar[Sequence[ListColumn]] = CHANGE_COLUMNS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Before and after", id="changes.open"),
        Binding("f", "sort", "Which", id="changes.sort"),
        Binding("w", "shelf", "Shelf", id="changes.shelf"),
        Binding("p", "pictures", "Pictures", id="changes.pictures"),
    ]

    def __init__(self, core: Core, clock: Clock, account: Account, *, site_url: str) -> None:
        super().__init__(core, clock, account, site_url=site_url)
        self._shown = Shown()
        self._lines: list[PastLine] = []
        self._is_all = False
        self._page = FIRST_PAGE
        self._revision: tuple[int, ...] | None = None
        self._reading = asyncio.Lock()

    def heading(self) -> str:
        """What is shown of the feed."""
        which = {Sort.ALL: "everything"}.get(self._shown.sort, f"{self._shown.sort} only")
        shelf = f"{self._shown.shelf} only" if self._shown.shelf else "both shelves"
        pictures = ", pictures too" if self._shown.pictures else ""
        return f"What happened · {printable(self._account.username)} · {which}, {shelf}{pictures}"

    def standing(self) -> str:
        """How many changes are here, and when the highlighted one was."""
        if not self._lines:
            return ""
        line = self._list.highlighted
        at = f"{line.at:%Y-%m-%d %H:%M} · " if line else ""
        if self._is_all:
            return f"{at}{counted(len(self._lines), 'change')}"
        return f"{at}newest {count(len(self._lines))}, more below"

    async def look(self) -> None:
        """Put what was published meanwhile on top."""
        revision = await self._core.history.revision(self._account.id)
        if revision == self._revision and not self._failure:
            return
        await self._renew()
        self._revision = revision

    async def _renew(self) -> None:
        """Read the newest, and keep what is here of the older ones: it never changes."""
        async with self._reading:
            shown = self._shown
            found = await self._read(shown, None, FIRST_PAGE)
            if shown != self._shown:
                return
            here = {line.key for line in self._lines}
            if any(line.key in here for line in found):
                self._lines = [line for line in found if line.key not in here] + self._lines
            else:
                self._lines, self._is_all, self._page = found, len(found) < FIRST_PAGE, FIRST_PAGE
            self._list.show(self._lines)
            self._explain_nothing()

    async def _read(self, shown: Shown, older_than: int | None, limit: int) -> list[PastLine]:
        account, history = self._account, self._core.history
        names = await self._core.library.names(account)
        entries = await history.changes(
            account, shelf=shown.shelf, limit=limit, older_than=older_than, actions=shown.actions
        )
        return await asyncio.to_thread(change_lines, entries, names)

    def _explain_nothing(self) -> None:
        keys = spoken(self)
        if self._shown.sort is Sort.ALL and self._shown.shelf is None:
            self._list.explain_nothing("Nothing has happened yet.", "What comes, goes or is edited will stand here.")
        else:
            self._list.explain_nothing(
                "Nothing of this kind has happened.",
                f"{keys['changes.sort']} and {keys['changes.shelf']} show other changes.",
            )

    @on(HeadedList.Highlighted)
    def _go_on(self) -> None:
        if not self._is_all and self._lines and self._list.is_near_the_end:
            self._more()

    @work(group="more")
    async def _more(self) -> None:
        """Read on behind the oldest that is here."""
        if self._reading.locked():
            return
        try:
            async with self._reading:
                shown, limit, oldest = self._shown, self._page, int(self._lines[-1].key)
                found = await self._read(shown, oldest, limit)
                if shown != self._shown:
                    return
                self._lines += found
                self._is_all, self._page = len(found) < limit, min(MOST, 2 * limit)
                self._list.extend(found)
        except RunoutError:
            return  # What is here stays, and it is tried again with the next key.
        self.redraw()

    def action_sort(self) -> None:
        """Show what was added, removed or edited only, one after the other, and then everything again."""
        self._show(replace(self._shown, sort=_next(list(Sort), self._shown.sort)))

    def action_shelf(self) -> None:
        """Show one shelf only, then the other, and then both again."""
        self._show(replace(self._shown, shelf=_next(_SHELVES, self._shown.shelf)))

    def action_pictures(self) -> None:
        """Show, or hide, that a release's pictures have other addresses."""
        self._show(replace(self._shown, pictures=not self._shown.pictures))

    def _show(self, shown: Shown) -> None:
        self._shown, self._lines, self._revision, self._is_all = shown, [], None, False
        self.redraw()
        self._begin_anew()

    @work(group="anew", exclusive=True)
    async def _begin_anew(self) -> None:
        try:
            await self._renew()
        except RunoutError:
            self.look_again()  # It tells of it.
        self.redraw()

    async def action_open(self) -> None:
        """Read what was before and after the highlighted change."""
        line = self._list.highlighted
        if line is not None:
            self._open(int(line.key))

    @work(group="open", exclusive=True)
    async def _open(self, number: int) -> None:
        try:
            found = await self._core.history.changes(self._account, older_than=number + 1, limit=1)
            names = await self._core.library.names(self._account)
        except RunoutError:
            self.look_again()
            return
        for entry in found:
            if entry.number == number:
                page = _page_of(entry, self._site_url)
                self.app.push_screen(ReadingScreen(change_heading(entry), change_text(entry, names), page=page))


def _page_of(entry: Entry, site_url: str) -> str:
    site, release = site_url.rstrip("/"), entry.change.release_id
    return f"{site}/release/{release}" if release else site


def _next(choices: Sequence[_T], now: _T) -> _T:
    return choices[(choices.index(now) + 1) % len(choices)]
