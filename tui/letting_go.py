"""Letting go of a large collection: freed in one go, 100,000 copies would hold up a key for a sixth of a second."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from core.domain.view import View

AT_ONCE: Final = 200
"""Copies that are freed between two looks at what else is to be done: less than a millisecond."""


async def let_go(held: list[Any], at_once: int = AT_ONCE) -> None:
    """Empty a list, a few of it at a time; what nothing else holds is freed with that.

    For whoever replaces a collection: take `list(collection.copies)` before, replace it, and let go of the list then.
    """
    while held:
        del held[-at_once:]
        await asyncio.sleep(0)


def parts_of(view: View) -> list[Any]:
    """What a view has made of 100,000 copies, to be let go of one by one: freed with it, they would take 10 ms."""
    arranged, worked_out = view.arranged, vars(view.collection).values()
    # The index goes first: it holds all that was worked out.
    return [*worked_out, arranged.instances, arranged.copies, arranged.rearranged, view.copies, arranged.index]
