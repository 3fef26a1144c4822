"""Stops a connection's thread just where a statement begins, so that a test can act there."""

from __future__ import annotations

import asyncio
import threading
from typing import Final

import aiosqlite

ENDLESS: Final = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1e9) SELECT count(*) FROM n"
"""Takes longer than anybody waits."""

_PATIENCE: Final = 30.0
"""Seconds after which a test that waits in vain fails."""


class Gate:
    """Set on a connection, for the statements that begin so; open unless it is to be held."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._reached = threading.Event()
        self._opened = threading.Event()

    @classmethod
    async def on(cls, connection: aiosqlite.Connection, sql: str, *, held: bool = False) -> Gate:
        gate = cls(sql)
        if not held:
            gate.open()
        await connection.set_trace_callback(gate._pass)
        return gate

    async def reached(self) -> None:
        """Wait until the statement has begun."""
        assert await asyncio.to_thread(self._reached.wait, _PATIENCE), f"{self._sql} was never run"

    def open(self) -> None:
        """Let the statement go on."""
        self._opened.set()

    def _pass(self, sql: str) -> None:
        if sql.startswith(self._sql):
            self._reached.set()
            self._opened.wait(_PATIENCE)
