"""Folders and fields by name: asked for beside the copies, which can do without them."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from core.domain.collection import Field, Folder
from core.errors import Blocked, BrokenAnswer, NotAuthorised, NotFound, NotYours, ReadAsStranger, Rejected, RunoutError
from core.services.walk import REREADS, Walker, together

T = TypeVar("T")

Names = tuple[tuple[Folder, ...] | RunoutError | None, tuple[Field, ...] | RunoutError | None]
"""Folders and fields, or why they could not be had; None when they were not asked for."""

NO_NAMES: Final[Names] = (None, None)


async def names_of(walker: Walker) -> Names:
    """What the folders and fields are called now.

    Raises NotAuthorised when the owner's credential is no longer good, or the DiscogsError of a bad day.
    """
    async with together() as group:
        folders = group.create_task(_or_refusal("folders", walker, walker.folders))
        fields = group.create_task(_or_refusal("fields", walker, walker.fields))
    return folders.result(), fields.result()


async def _or_refusal(what: str, walker: Walker, ask: Callable[[], Awaitable[T]]) -> T | RunoutError:
    """An answer, or why it is refused: names can be done without when the copies come."""
    for _ in range(REREADS):
        with contextlib.suppress(ReadAsStranger):
            return await _once_or_refusal(walker, ask)
    try:
        return await _once_or_refusal(walker, ask)
    except ReadAsStranger:
        return ReadAsStranger(what=what)


async def _once_or_refusal(walker: Walker, ask: Callable[[], Awaitable[T]]) -> T | RunoutError:
    try:
        return await walker.in_turn(ask)
    except (BrokenAnswer, NotFound, NotYours, Rejected, Blocked) as error:
        return error
    except NotAuthorised as error:
        if walker.is_owner:
            raise
        return error
