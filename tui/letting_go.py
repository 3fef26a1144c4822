"""Letting go of a large collection: freed in one go, 100,000 copies would hold up a key for a sixth of a second."""

from __future__ import annotations

import asyncio
from typing import Any, Final

AT_ONCE: Final = 200
"""Copies that are freed between two looks at what else is to be done: less than a millisecond."""


async def let_go(held: list[Any]) -> None:
    """Empty a list, a few of it at a time; what nothing else holds is freed with that.

    For whoever replaces a collection: take `list(collection.copies)` before, replace it, and let go of the list then.
    """
    while held:
        del held[-AT_ONCE:]
        await asyncio.sleep(0)
