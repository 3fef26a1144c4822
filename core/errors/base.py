"""The root of all errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(unsafe_hash=True)
class RunoutError(Exception):
    """The root. Every leaf below has words in each front end."""

    def __str__(self) -> str:
        return repr(self)
