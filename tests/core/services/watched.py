"""A stand-in Discogs that remembers all that ever was, and answers only when it is let."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.sandbox.holding import Copy, Folder, Holding, JsonObject, Want
from core.sandbox.shelf import Shelf
from core.sandbox.world import World
from tests.core.services import truth
from tests.core.services.truth import Row
from tests.stand_in import owned

_STRANGERS: Final = 25
_WANTED: Final = datetime(2023, 1, 1, tzinfo=UTC)


class _Past:
    """Values by what they are of, and when each was true."""

    def __init__(self) -> None:
        self._since: dict[tuple[int, object], int] = {}
        self._until: dict[tuple[int, object], float] = {}
        self._now: dict[int, object] = {}

    def note(self, key: int, value: object, moment: int) -> None:
        if key in self._now and self._now[key] != value:
            self._until[key, self._now[key]] = moment
        self._now[key] = value
        self._since.setdefault((key, value), moment)
        self._until[key, value] = math.inf

    def knows(self, key: int, value: object) -> bool:
        return (key, value) in self._since

    def is_older(self, key: int, value: object, than: object) -> bool:
        """Whether a value was over before another one began."""
        return value != than and self._until[key, value] <= self._since[key, than]


class WatchedShelf(Shelf):
    """Moments are counted: one with each change."""

    def __init__(self, holding: Holding) -> None:
        super().__init__(holding)
        self._moment = 0
        self._left: dict[int, float] = {}
        """When a copy was absent last; those that are absent now are so for ever."""
        self._rows, self._titles = _Past(), _Past()
        self._note(self.copies)

    def next_moment(self) -> int:
        """A moment after all that has happened."""
        self._moment += 1
        return self._moment

    def put(self, copies: Iterable[Copy]) -> None:
        """Add or change copies."""
        given, moment = tuple(copies), self.next_moment()
        for copy in given:
            if copy.instance_id in self._left and self.copy(copy.instance_id) is None:
                self._left[copy.instance_id] = moment
        super().put(given)
        self._note(given)

    def take(self, instance_ids: Iterable[int]) -> None:
        """Remove copies."""
        given = tuple(instance_ids)
        self.next_moment()
        super().take(given)
        self._left |= dict.fromkeys(given, math.inf)

    def lacked(self, instance_id: int, since: int) -> bool:
        """Whether a copy was absent at any time since a moment."""
        return self._left.get(instance_id, -1) >= since

    def ever_had(self, instance_id: int, row: Row) -> bool:
        """Whether a copy was ever such. Its title is its release's, and may have been read with another copy."""
        return self._rows.knows(instance_id, _own(row)) and self._titles.knows(row.release, row.title)

    def is_older(self, instance_id: int, row: Row, than: Row) -> bool:
        """Whether a copy, or the title of its release, was such before it was the other."""
        retitled = row.release == than.release and self._titles.is_older(row.release, row.title, than.title)
        return retitled or self._rows.is_older(instance_id, _own(row), _own(than))

    def rename_folder(self, folder_id: int, name: str) -> None:
        """Give a folder another name."""
        self._folders[folder_id] = Folder(folder_id, name)

    def _note(self, copies: Iterable[Copy]) -> None:
        for copy in copies:
            row = truth.row(copy)
            self._rows.note(copy.instance_id, _own(row), self._moment)
            self._titles.note(row.release, row.title, self._moment)


def _own(row: Row) -> Row:
    return row._replace(title="")


class WatchedWorld(World):
    """Requests arrive and are counted at once, and wait then until they are let through."""

    def __init__(self, holding: Holding, **how: Any) -> None:
        super().__init__(holding, **how)
        self.account.shelf = WatchedShelf(holding)
        self.limits._limits[False] = _STRANGERS
        self._passes = 0
        self.ever_wanted: list[int] = []
        """Every release that was wanted at any time, in the order of their dates."""

    @property
    def shelf(self) -> WatchedShelf:
        """The collection of the first account."""
        assert isinstance(self.account.shelf, WatchedShelf)
        return self.account.shelf

    @property
    def answered(self) -> int:
        """How many requests are over."""
        return self.counts.total - self.counts.in_flight

    def want(self, release: int, rating: int) -> None:
        """Want a release, later than all others; one that is wanted already stays."""
        wants = self.account.wants
        if release not in {want.release["id"] for want in wants}:
            date = (_WANTED + timedelta(minutes=len(self.ever_wanted) // 2)).isoformat()
            row = owned(1, release).release if (known := self._known(release)) is None else known
            self.ever_wanted.append(release)
            self.account.wants = (*wants, Want(rating, date, "", row))

    def unwant(self, first: int, number: int) -> None:
        """Some are no longer wanted."""
        self.account.wants = (*self.account.wants[:first], *self.account.wants[first + number :])

    def rate_want(self, which: int, rating: int) -> None:
        """Rate one of the wants."""
        wants = list(self.account.wants)
        if wants:
            wants[which % len(wants)] = replace(wants[which % len(wants)], rating=rating)
            self.account.wants = tuple(wants)

    def _known(self, release: int) -> JsonObject | None:
        return next((copy.release for copy in self.shelf.of_release(release)), None)

    def let_through(self, requests: int) -> None:
        """Answer so many requests."""
        self._passes = requests

    def hold_all(self) -> None:
        """Answer nothing until further notice."""
        self._passes = 0

    async def pause(self, seconds: float) -> None:
        """Wait for the leave to go on, then so many seconds of this world."""
        while self._passes < 1:
            await asyncio.sleep(0.001)
        self._passes -= 1
        await super().pause(seconds)
