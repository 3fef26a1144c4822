"""Records out of the program: chosen from the local copy, and written to a file whole or not at all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.clock import Clock
from core.domain.account import Access, Account
from core.domain.collection import Collection, Copy
from core.domain.exporting import Export, Kind, selected
from core.domain.exporting_about import About
from core.domain.ids import Shelf
from core.domain.sorting import Order
from core.errors import ExportNotWritten, FromFile
from core.services.export_writing import StoppedError, write_whole
from core.services.library import LibraryService

from msgspec import Struct

_FIRST: Final = 1
"""Lines of a CSV that are no record."""


class Wanted(Struct, frozen=True):
    """What is to be exported of an account."""

    kind: Kind
    shelf: Shelf
    text: str
    """The query."""
    order: Order
    order_text: str
    source: str
    """The page of Discogs on which the shelf stands."""
    site_url: str


class Written(Struct, frozen=True):
    """A file that was written."""

    path: str
    records: int
    bytes: int


OnWritten = Callable[[int, int], None]
"""Hears how many records are written, and of how many; possibly from another thread."""


class ExportService:
    """Nothing of it is asked of Discogs."""

    def __init__(self, library: LibraryService, clock: Clock) -> None:
        self._library = library
        self._clock = clock

    async def choose(self, account: Account, wanted: Wanted) -> Export:
        """The records that are wanted. Raises QuerySyntaxError, or FromFile for the wantlist of what has none."""
        if account.access is Access.LOCAL and wanted.shelf is Shelf.WANTLIST:
            raise FromFile(account.username)
        collection = await self._library.collection(account, wanted.shelf)
        today = self._clock.now().date()
        copies = await asyncio.to_thread(selected, collection, wanted.order, wanted.text, today)
        return self.of(account, wanted, collection, copies)

    def of(self, account: Account, wanted: Wanted, collection: Collection, copies: tuple[Copy, ...]) -> Export:
        """An export of records that are chosen already."""
        about = About(
            account=account.username,
            shelf=wanted.shelf,
            source=wanted.source,
            site_url=wanted.site_url,
            made_at=self._clock.now(),
            query=wanted.text,
            order=wanted.order_text,
        )
        return Export(wanted.kind, copies, collection, about)

    async def write(
        self, export: Export, target: Path, *, replace: bool = False, on_written: OnWritten | None = None
    ) -> Written:
        """Write a file. When it is cancelled, nothing is there that was not there before, unless it was done by then.

        Raises ExportExists unless `replace`, or ExportNotWritten.
        """
        gone, total = threading.Event(), len(export.copies)

        def act() -> int:
            def on_lines(lines: int) -> None:
                if on_written is not None:
                    on_written(min(total, max(0, lines - _FIRST)), total)

            return write_whole(target, export.lines(), replace=replace, is_stopped=gone.is_set, on_lines=on_lines)

        writing = asyncio.ensure_future(asyncio.to_thread(act))
        try:
            size = await asyncio.shield(writing)
        except asyncio.CancelledError:
            gone.set()
            (done,) = await asyncio.gather(writing, return_exceptions=True)
            if not isinstance(done, int):
                raise
            # Too late: the file has its name already, and whoever waits is to hear of it.
            size = done
        except StoppedError:
            raise ExportNotWritten(path=str(target), reason="it was stopped") from None
        return Written(str(target), total, size)
