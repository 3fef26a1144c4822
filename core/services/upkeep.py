"""Keep the database small and quick, by itself."""

from __future__ import annotations

from datetime import datetime

from core.store.database import Database
from core.store.upkeep import UpkeepRepository


class UpkeepService:
    """Nothing of it changes what anybody sees."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._upkeep = UpkeepRepository(database)

    async def clean(self, now: datetime) -> str:
        """Let go of what has expired; what that was."""
        async with self._database.tx() as tx:
            gone = await self._upkeep.clean(tx, now)
        return ", ".join(f"{what}: {number}" for what, number in gone.items() if number)

    async def optimise(self, now: datetime) -> str:  # noqa: ARG002 - a job is told the time
        """Let SQLite look after itself."""
        await self._database.tend()
        return ""
