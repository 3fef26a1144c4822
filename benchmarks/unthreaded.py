"""Everything in one thread, so that a clock that moves as soon as nothing is left to do never moves too early.

What threads are busy with cannot be seen from the loop: time would run on while a row is read. Here their work is done
on the spot, in the order in which it was asked for; the SQL and everything else are as they are. Only the ledger of the
budget is kept in mind, because no other process is there to read it from its file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from unittest.mock import patch

from core.domain.ledger import Ledger
from core.store.slots import SlotStore

T = TypeVar("T")


class _Loop(asyncio.SelectorEventLoop):
    def run_in_executor(self, executor: object, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # noqa: ANN401, ARG002 - as the loop has it
        return _done(self, lambda: func(*args))


class _Desk:
    """In place of the queue of one connection's thread."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Do it now."""
        future, work = item
        _settle(future, work)


class _Nobody:
    """In place of that thread."""

    def __init__(self, **how: object) -> None:
        pass

    def start(self) -> None:
        """Nothing is to be waited for."""


class _Mind:
    """Ledgers, by window."""

    def __init__(self) -> None:
        self._ledgers: dict[str, Ledger] = {}

    async def update(self, window: str, change: Callable[[Ledger], tuple[Ledger, T]]) -> T:
        """As the store does it."""
        self._ledgers[window], result = change(self._ledgers.get(window, Ledger()))
        return result


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, as `asyncio.run` does."""
    with (
        patch("aiosqlite.core.SimpleQueue", _Desk),
        patch("aiosqlite.core.Thread", _Nobody),
        patch.object(SlotStore, "update", _Mind().update),
        asyncio.Runner(loop_factory=_Loop) as runner,
    ):
        return runner.run(work)


def _done(loop: asyncio.AbstractEventLoop, work: Callable[[], Any]) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = loop.create_future()
    _settle(future, work)
    return future


def _settle(future: asyncio.Future[Any] | None, work: Callable[[], Any]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - as a thread hands on whatever it is
        if future is not None:
            future.set_exception(error)
        return
    if future is not None:
        future.set_result(result)
