"""What must not stop half-way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from core.errors import RunoutError

T = TypeVar("T")


async def finished(work: Coroutine[Any, Any, T]) -> T:
    """Await something to its end; whoever is stopped meanwhile is stopped when it is over."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        with contextlib.suppress(RunoutError, asyncio.CancelledError):
            task.result()
        raise
