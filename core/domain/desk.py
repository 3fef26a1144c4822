"""How the terminal was left, so that it opens as it was."""

from __future__ import annotations

from typing import Final

from core.domain.ids import InstanceId

from msgspec import Struct

TALLEST: Final = 100
"""Rows that are found again at once when the terminal opens; those below, of a taller one, come a moment later."""


class Desk(Struct, frozen=True):
    """One account's filter, order, columns and place. What was never set is as it is at the first start."""

    text: str = ""
    """The filter, as it stood in the bar."""
    order: str = "artist"
    """As `core.domain.sorting.order_text` writes it."""
    columns: tuple[str, ...] = ()
    """Names, from left to right; none for those that are shown when nobody has chosen."""
    instance: InstanceId | None = None
    """The copy that was highlighted."""
    offset: int = 0
    """Its line on the screen, 0 being the first row."""
    screen: tuple[InstanceId, ...] = ()
    """The copies that were to be seen, from above."""
    facets_open: tuple[str, ...] | None = None
    """None when nobody has opened or closed any."""
    shows_facets: bool = True
    asks_facets: bool = False
    """Whether they were asked for where there is no room for them by themselves."""
    shows_detail: bool = True
    theme: str = ""
    """Its name; empty for ours."""
