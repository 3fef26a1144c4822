"""What is left of the requests that Discogs allows, for everybody on this machine together."""

from __future__ import annotations

from core.clock import Clock
from core.domain.ledger import NOT_SIGNED_IN, SIGNED_IN, Terms
from core.domain.spending import BudgetStatus, spending
from core.store.slots import SlotStore


class BudgetService:
    """Tells of the budget; spends nothing of it."""

    def __init__(self, slots: SlotStore, terms: Terms, clock: Clock) -> None:
        self._slots = slots
        self._terms = terms
        self._clock = clock

    async def status(self) -> BudgetStatus:
        """What holds now, for all processes of this machine."""
        running = await self._slots.running()
        members, anybody = [await self._slots.ledger(window) for window in (SIGNED_IN, NOT_SIGNED_IN)]
        return spending(members, self._clock.now().timestamp(), self._terms, running, anybody)
