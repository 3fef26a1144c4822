"""Another process of the program, with the real core on the real files; it can really be killed."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, NamedTuple

from core import config as settings
from core.app import Core, open_core
from core.discogs import parse
from core.domain import probe
from core.domain.account import Account
from core.domain.ids import Shelf
from core.domain.progress import Kind, Phase, SyncEvent, SyncProgress, Word
from core.store.collections import CollectionRepository
from core.store.leases import LeaseRepository

# Forked from a process that has loaded everything: starting Python anew for each takes a second.
_LIBRARIES: Final = ["pytest", "anyio._backends._asyncio", "cryptography.fernet", "httpcore"]
_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([*_LIBRARIES, "core.discogs.http", __name__])

PATIENCE: Final = 45
"""Seconds after which something that does not end is taken to have stopped for ever; a lease lasts longer."""


class Death(StrEnum):
    """Moments of a run at which a process kills itself with a signal that nobody can catch."""

    SECOND_LOOK = "a page of the second look is staged"
    CONFIRMING = "the first of the missing copies is to be asked for"
    PUBLISHING = "the publish is about to begin"
    APPLIED = "the changes are in the transaction"
    CLOSED = "everything is in the transaction"
    PUBLISHED = "the transaction is over"


_PHASES: Final = {
    Death.SECOND_LOOK: Phase.SECOND_LOOK,
    Death.CONFIRMING: Phase.CONFIRMING,
    Death.PUBLISHING: Phase.PUBLISHING,
    Death.PUBLISHED: Phase.DONE,
}


class Home(NamedTuple):
    """What a process has to know. Pages are small, so that few copies make many."""

    directory: Path
    environ: dict[str, str]
    token: str
    per_page: int


class What(NamedTuple):
    """What a sync looks at."""

    shelf: Shelf = Shelf.COLLECTION
    kind: Kind = Kind.WALK


EVERYTHING: Final = What()
"""The whole collection."""


class Ended(NamedTuple):
    """How a sync ended."""

    outcome: str
    requests: int
    copies: int
    removed: int
    problems: tuple[str, ...]


class Order:
    """A sync that was asked for. `result` is None when its process ended first."""

    def __init__(self, word: Word, begun: int, what: What) -> None:
        self.word = word
        self.what = what
        self.begun = begun
        self.result: asyncio.Future[Ended | None] = asyncio.get_running_loop().create_future()
        self.pages = 0
        """How many pages have been staged, the resumed ones included."""

    @property
    def is_over(self) -> bool:
        """Whether it has ended. Raises AssertionError when it broke."""
        if self.result.done():
            self.result.result()
        return self.result.done()


class Process:
    """Listens while the loop of the test runs. Made by `House.enter`."""

    def __init__(self, home: Home) -> None:
        self._loop = asyncio.get_running_loop()
        self._link, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_live, args=(home, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._orders: dict[int, Order] = {}
        self._given = 0
        self.ready: asyncio.Future[None] = self._loop.create_future()
        self.is_alive = True
        self._loop.add_reader(self._link.fileno(), self._hear)

    def order(
        self, word: Word = Word.ASK, death: Death | None = None, what: What = EVERYTHING, *, begun: int = 0
    ) -> Order:
        """Ask for a sync. `begun` is for the test to remember when."""
        self._given += 1
        order = self._orders[self._given] = Order(word, begun, what)
        self._send("sync", self._given, word, death, what)
        return order

    async def sync(self, word: Word = Word.ASK, death: Death | None = None) -> Ended | None:
        """One sync to its end; None when the process dies of it."""
        async with asyncio.timeout(PATIENCE):
            return await self.order(word, death).result

    @property
    def is_busy(self) -> bool:
        """Whether it was asked for a sync that has not ended."""
        return self.is_alive and any(not order.result.done() for order in self._orders.values())

    def stop(self) -> None:
        """Somebody does not want to wait for the syncs that are under way."""
        self._send("stop")

    def kill(self) -> None:
        """End it at once: nothing of it runs any more when this returns."""
        if self.is_alive:
            self._process.kill()
            self._bury()

    def leave(self) -> None:
        """Let it close everything in order and end."""
        if self.is_alive:
            self._send("leave")
            self._process.join(PATIENCE)
            self.kill()

    def _send(self, *order: Any) -> None:
        with suppress(OSError):
            self._link.send(order)

    def _hear(self) -> None:
        try:
            while self._link.poll():
                self._take(self._link.recv())
        except (EOFError, OSError):
            self._bury()

    def _take(self, message: tuple[str, Any, Any]) -> None:
        match message:
            case "ready", _, _:
                self.ready.set_result(None)
            case "page", number, pages:
                self._orders[number].pages = pages
            case "ended", number, found:
                self._orders[number].result.set_result(found)
            case "stopped", number, _:
                self._orders[number].result.set_result(None)
            case "broke", number, why:
                waiting = self._orders[number].result if number else self.ready
                waiting.set_exception(AssertionError(f"another process: {why}"))

    def _bury(self) -> None:
        if not self.is_alive:
            return
        self.is_alive = False
        self._loop.remove_reader(self._link.fileno())
        self._process.join()
        with suppress(EOFError, OSError):
            while self._link.poll():
                self._take(self._link.recv())
        self._link.close()
        self._process.close()
        for order in self._orders.values():
            if not order.result.done():
                order.result.set_result(None)


def _live(home: Home, link: Connection) -> None:
    """What a process does; it ends with whoever started it."""
    vars(parse)["MOST_PER_PAGE"] = home.per_page
    vars(probe)["TELLING"] = home.per_page // 5
    asyncio.run(_obey(home, link))


async def _obey(home: Home, link: Connection) -> None:
    try:
        async with open_core(settings.load(home.environ)) as core:
            account = await core.library.account() or await core.connect.with_token(home.token)
            resident = _Resident(core, account, link)
            link.send(("ready", 0, None))
            while True:
                match await asyncio.to_thread(_received, link):
                    case "sync", number, word, death, what:
                        resident.begin(number, word, death, what)
                    case "stop", *_:
                        resident.stop()
                    case _:
                        resident.leaves = True
                        return
    except Exception as error:  # noqa: BLE001 - it is told to the test, which fails of it
        link.send(("broke", 0, repr(error)))


def _received(link: Connection) -> tuple[Any, ...]:
    try:
        return tuple(link.recv())
    except EOFError:
        return ("leave",)


class _Resident:
    """Does in a process what it is asked for, and says how that ends."""

    def __init__(self, core: Core, account: Account, link: Connection) -> None:
        self._core = core
        self._account = account
        self._link = link
        self._syncing: set[asyncio.Task[None]] = set()
        self.leaves = False

    def begin(self, number: int, word: Word, death: Death | None, what: What) -> None:
        task = asyncio.create_task(self._sync(number, word, death, what))
        self._syncing.add(task)
        task.add_done_callback(self._syncing.discard)

    def stop(self) -> None:
        for task in self._syncing:
            task.cancel()

    async def _sync(self, number: int, word: Word, death: Death | None, what: What) -> None:
        def tell(event: SyncEvent) -> None:
            if isinstance(event, SyncProgress):
                if death is not None and event.phase == _PHASES.get(death):
                    _die()
                if event.phase is Phase.READING:
                    self._link.send(("page", number, event.page))

        if death is Death.APPLIED:
            _let_die_after(CollectionRepository, "apply")
        elif death is Death.CLOSED:
            _let_die_after(LeaseRepository, "release")
        try:
            report = await self._core.sync.run(self._account, tell, word, shelf=what.shelf, kind=what.kind)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            stopped = self.leaves or (task is not None and task.cancelling())
            self._link.send(("stopped" if stopped else "broke", number, "cancelled, although nobody wanted that"))
            raise
        except Exception as error:  # noqa: BLE001 - it is told to the test, which fails of it
            self._link.send(("broke", number, repr(error)))
        else:
            problems = tuple(map(repr, report.problems))
            ended = Ended(report.outcome, report.requests, report.copies, report.removed, problems)
            self._link.send(("ended", number, ended))


def _let_die_after(owner: type[Any], name: str) -> None:
    """The process does not live to see what comes after this."""
    whole: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def and_die(*arguments: Any) -> None:
        await whole(*arguments)
        _die()

    setattr(owner, name, and_die)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
