"""Whoever presses a key has the interpreter: threads that read 100,000 rows wait meanwhile, between two parts."""

from __future__ import annotations

import asyncio
import threading
from typing import Final

from core.domain.apart import GIVE_WAY

_ANSWERED: Final = 0.03
"""Seconds from a key on in which its answer is worked out and painted."""

_PATIENCE: Final = 0.01
"""Seconds that a thread waits between two parts, so that a key that is held down does not keep it from its end."""

_TIMES: Final = 4
"""So many times patience is more than an answer takes."""


class Floor:
    """Who has it speaks; taken with every key."""

    def __init__(self) -> None:
        self._is_free = threading.Event()
        self._is_free.set()
        self._freeing: asyncio.TimerHandle | None = None

    def take(self) -> None:
        """A key was pressed. To be called in the loop."""
        self._is_free.clear()
        if self._freeing is not None:
            self._freeing.cancel()
        self._freeing = asyncio.get_running_loop().call_later(_ANSWERED, self._is_free.set)

    def wait(self) -> None:
        """Until the last key was answered, but not for long. To be called in a thread, between two parts of work."""
        self._is_free.wait(_PATIENCE)


async def between_keys() -> None:
    """Until the last key was answered: what is painted then is in nobody's way."""
    for _ in range(_TIMES):
        await asyncio.to_thread(GIVE_WAY.get())
