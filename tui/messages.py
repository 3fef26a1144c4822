"""Messages that cross widgets."""

from __future__ import annotations

from core.domain.progress import SyncEvent

from textual.message import Message


class SyncProgressed(Message):
    """Something happened in the sync that runs; a newer one replaces those that were not handled yet."""

    def __init__(self, event: SyncEvent) -> None:
        self.event = event
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """A flood of progress collapses into the newest."""
        return isinstance(message, SyncProgressed)
