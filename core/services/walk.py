"""Read a whole shelf page by page, and keep each page until all of them are fit to be judged."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, TypeVar

from core.discogs.client import Session
from core.domain.collection import Copy, Field, Folder
from core.domain.eta import IN_FLIGHT
from core.domain.ids import InstanceId, ReleaseId, Shelf
from core.domain.progress import Phase, SyncProgress
from core.domain.sharing import Sharing
from core.domain.walk import (
    CollectionPage,
    Newest,
    Order,
    Walk,
    for_a_stranger,
    gather,
    is_reliable,
    is_spoiled,
    joined,
    repeated,
)
from core.errors import DiscogsError, NotAuthorised, NotFound, NotYours, ReadAsStranger

from msgspec.structs import replace

T = TypeVar("T")

REREADS: Final = 2
"""How often a page that came spoiled is read again by itself."""

WALKS: Final = 3
"""How often everything is read when the total moves meanwhile; the last one is taken as it comes."""

Keep = Callable[[Order, int, CollectionPage], Awaitable[None]]
"""Keeps the page that was asked for by its order and number."""


class _TotalMoved(Exception):
    """The collection changed while it was read."""


class Walker:
    """The pages of one run."""

    def __init__(
        self,
        session: Session,
        username: str,
        published: Mapping[InstanceId, Copy],
        keep: Keep,
        forget: Callable[[], Awaitable[None]],
        note_newest: Callable[[Newest | None], Awaitable[None]],
        tell: Callable[[SyncProgress], None],
        *,
        shelf: Shelf = Shelf.COLLECTION,
        is_owner: bool = True,
    ) -> None:
        self._session = session
        self._username = username
        self._shelf = shelf
        self._published = published
        self._sharing = Sharing()
        self._keep = keep
        self._forget = forget
        self._note_newest = note_newest
        self._tell = tell
        self._gate = asyncio.Semaphore(IN_FLIGHT)
        self._pages: dict[Order, dict[int, CollectionPage]] = {order: {} for order in Order}
        self._had_folders = any(copy.folder_id is not None for copy in published.values())
        self._spoiled = 0
        self.is_owner = is_owner
        self.can_ask_for_one = is_owner and shelf is Shelf.COLLECTION
        """Whether Discogs answers for a copy by itself; else everything has to be looked at again."""
        self.progress = SyncProgress()
        self.newest: Newest | None = None
        self._told_pages: int | None = None

    async def in_turn(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask as one of the few requests that are under way at a time."""
        async with self._gate:
            return await ask()

    async def begin(self, page: CollectionPage | None = None) -> None:
        """Ask for the newest copies before any page, if they are not here yet: what goes or comes later shows in them.

        Raises NotAuthorised or NotYours. Otherwise the newest can be done without; nothing can be gone on with then.
        """
        try:
            page = page or await self.in_turn(lambda: self._session.newest_page(self._username, self._shelf))
        except (NotAuthorised, NotYours):
            raise
        except DiscogsError:
            page = None
        if page is None or self._is_for_a_stranger(page):
            self.newest, self._told_pages = None, None
            return
        self.newest, self._told_pages = Newest.of(page), page.pages
        is_answered = bool(page.rows) or not self._published
        if is_answered and page.pages == 1 and not is_spoiled(page, 1, page.told):
            # All there is, whatever the order.
            self._note(Order.ADDED, 1, page)

    def resume(self, pages: Mapping[Order, Mapping[int, CollectionPage]]) -> None:
        """Go on from the pages that a run before this one has brought, as far as they are good."""
        told = self.newest.told if self.newest else 0
        for order, found in pages.items():
            for number, page in found.items():
                if is_reliable(page, number, told):
                    self._note(order, number, page)
        self.say(Phase.READING)

    async def read(self) -> Walk:
        """Everything, in a second order too when the first came short; again when the total moves meanwhile.

        Raises ReadAsStranger, or the DiscogsError of a page that cannot be had.
        """
        for _ in range(WALKS - 1):
            try:
                return await self._everything(patient=False)
            except _TotalMoved:
                await self._begin_again()
        return await self._everything(patient=True)

    async def _begin_again(self) -> None:
        await self._forget()
        self._pages = {order: {} for order in Order}
        self.progress = SyncProgress(errors=self._errors)
        await self.begin()
        await self._note_newest(self.newest)

    async def second_look(self, told: int) -> Walk:
        """Everything in another order."""
        return await self._in_order(Order.LABEL, told, patient=True)

    async def copies_of(self, release: ReleaseId) -> CollectionPage:
        """The copies of one release, as one page even when they are more than fit on one."""
        first = await self.in_turn(lambda: self._session.copies_of(self._username, release))
        more = [partial(self._session.copies_of, self._username, release, page) for page in range(2, first.pages + 1)]
        pages = [first]
        # A page that is not there makes the whole shorter than told.
        with contextlib.suppress(NotFound):
            for ask in more:
                pages.append(await self.in_turn(ask))  # noqa: PERF401 - what came before it is kept
        return replace(
            first,
            rows=tuple(copy for page in pages for copy in page.rows),
            unreadable=tuple(row for page in pages for row in page.unreadable),
            anonymous_limit=any(page.anonymous_limit for page in pages),
        )

    async def folders(self) -> tuple[Folder, ...]:
        """What the folders are called."""
        return await self._session.folders(self._username)

    async def fields(self) -> tuple[Field, ...]:
        """What the fields are called."""
        return await self._session.fields(self._username)

    def say(self, phase: Phase, **facts: int | None) -> None:
        """Tell how far the run is; what is not named stays as it was."""
        self.progress = replace(self.progress, phase=phase, errors=self._errors, **facts)
        self._tell(self.progress)

    @property
    def _errors(self) -> int:
        return self._session.failures + self._spoiled

    async def _everything(self, *, patient: bool) -> Walk:
        first = await self._in_order(Order.ADDED, None, patient=patient)
        if len(first.totals) > 1 or not first.is_short:
            return first
        return joined(first, await self._in_order(Order.LABEL, first.told, patient=patient))

    async def _in_order(self, order: Order, told: int | None, *, patient: bool) -> Walk:
        pages = self._pages[order]
        if told is None and self.newest is not None:
            told = self.newest.told
        expected, count = told, self._told_pages
        if patient or expected is None or count is None:
            if 1 not in pages or (told is not None and pages[1].told != told):
                await self._fetch(order, 1, told, patient=patient)
            expected, count = pages[1].told, pages[1].pages
        missing = iter([number for number in range(1, count + 1) if number not in pages])

        async def fetch(numbers: Iterator[int]) -> None:
            for number in numbers:
                await self._fetch(order, number, expected, patient=patient)

        async with together() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(fetch(missing))
        for _ in range(REREADS):
            again = iter(await asyncio.to_thread(repeated, pages))
            async with together() as group:
                for _ in range(IN_FLIGHT):
                    group.create_task(fetch(again))
        walk = await asyncio.to_thread(gather, [pages[number] for number in sorted(pages)])
        return walk if told in (None, *walk.totals) else replace(walk, totals=(*walk.totals, told))

    async def _fetch(self, order: Order, number: int, told: int | None, *, patient: bool) -> None:
        """Read a page, again when it is spoiled, and keep it as it is when that does not help.

        Raises _TotalMoved when the collection has changed, unless that is to be borne with patience.
        """
        totals: list[int | None] = []
        page: CollectionPage | None = None
        for _ in range(1 + REREADS):
            try:
                page = await self.in_turn(partial(self._session.shelf_page, self._username, number, order, self._shelf))
            except NotFound:
                if number == 1:
                    raise
            if page is not None and not self._is_for_a_stranger(page):
                expected = page.told if told is None else told
                if not is_spoiled(page, number, expected):
                    break
            self._spoiled += 1
            totals.append(page.told if page else None)
            if told is not None and totals[-2:] == [totals[-1]] * 2 and totals[-1] not in (told, None):
                break
        if page is not None and self._is_for_a_stranger(page):
            raise ReadAsStranger
        if told is not None and (page is None or page.told != told) and not patient:
            raise _TotalMoved
        if page is not None:
            await self._keep(order, number, page)
            self._note(order, number, page)
            self.say(Phase.READING if order is Order.ADDED else Phase.SECOND_LOOK)

    def _is_for_a_stranger(self, page: CollectionPage) -> bool:
        return self.is_owner and for_a_stranger(page, had_folders=self._had_folders)

    def _note(self, order: Order, number: int, page: CollectionPage) -> None:
        """Count what a page brings."""
        pages = self._pages[order]
        before = pages.get(number)
        share, published = self._sharing.of, self._published
        page = replace(page, rows=tuple([share(copy, published.get(copy.instance_id)) for copy in page.rows]))
        pages[number] = page
        self._had_folders = self._had_folders or any(copy.folder_id is not None for copy in page.rows)
        if order is not Order.ADDED:
            self.progress = replace(self.progress, page=len(pages), pages=page.pages)
            return
        self._count(page, 1)
        if before is not None:
            self._count(before, -1)
        self.progress = replace(self.progress, page=len(pages), pages=page.pages, told=page.told)

    def _count(self, page: CollectionPage, times: int) -> None:
        """Add what a page brings, or take it away again when the page was read anew."""
        known = [(copy, self._published.get(copy.instance_id)) for copy in page.rows]
        new = sum(before is None for _, before in known)
        changed = sum(before is not None and before is not copy for copy, before in known)
        self.progress = replace(
            self.progress,
            seen=self.progress.seen + times * page.size,
            new=self.progress.new + times * new,
            changed=self.progress.changed + times * changed,
            skipped=self.progress.skipped + times * len(page.unreadable),
        )


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group that fails with the first error itself, not with a group of them."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
