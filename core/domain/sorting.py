"""The orders in which a collection can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from core.domain.collection import Copy

_NEVER: Final = datetime.min.replace(tzinfo=UTC)

Key = Callable[[Copy], Any]

ORDERS: Final[dict[str, Key]] = {
    "artist": lambda copy: (copy.release.folded, copy.release.year or 0, copy.instance_id),
    "year": lambda copy: (copy.release.year or 9999, copy.release.folded, copy.instance_id),
    "added": lambda copy: (copy.added or _NEVER, copy.instance_id),
}
"""Each with a last tie-breaker, so that the same collection always reads the same."""


def in_order(copies: Iterable[Copy], order: str) -> tuple[Copy, ...]:
    """The copies in a named order; `-` before the name turns it round."""
    return tuple(sorted(copies, key=ORDERS[order.removeprefix("-")], reverse=order.startswith("-")))
