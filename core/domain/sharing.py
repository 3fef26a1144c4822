"""Copies that arrive, made of what is here already: 100,000 of them would weigh as much again as all that is shown."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from core.domain.collection import Copy
from core.domain.release import Release

from msgspec.structs import replace

T = TypeVar("T")

_SHARED: Final = ("artists", "formats", "genres", "styles")
"""What many releases have in common."""


class Sharing:
    """Of values that are equal, one is kept: the published one, else the first that came."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}

    def of(self, copy: Copy, published: Copy | None) -> Copy:
        """The published copy itself if nothing has changed; else an equal of `copy` that shares what it can."""
        if published is None:
            return replace(copy, release=self._release(copy.release), fields=self._one(copy.fields))
        if copy == published:
            return published
        same = published.release == copy.release
        release = published.release if same else self._release(copy.release)
        return replace(copy, release=release, fields=self._one(copy.fields))

    def _release(self, release: Release) -> Release:
        return replace(release, **{name: self._one(getattr(release, name)) for name in _SHARED})

    def _one(self, value: T) -> T:
        kept: T = self._kept.setdefault(value, value)
        return kept
