"""The five answers to whether somebody has a record, with what each rests on and what it does not know."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from core.domain.collection import Copy
from core.domain.having_found import Hit, Question
from core.domain.having_text import By, Sought
from core.domain.release import Release

from msgspec import Struct

BEST: Final = 3
"""Records that are shown when it is not sure which is meant."""


class Verdict(StrEnum):
    """The five answers."""

    THIS = "own this"
    OTHER = "own another"
    WANTED = "wanted"
    NOT = "not owned"
    UNKNOWN = "cannot tell"


class Why(StrEnum):
    """What an answer does not know."""

    NEVER_READ = "never read"
    """No collection has been read yet."""
    ARRIVING = "arriving"
    """The first sync is not over."""
    BARCODES = "barcodes"
    """The barcodes of some releases are not known."""
    SEVERAL = "several"
    """Several records match."""
    ALIKE = "alike"
    """Nothing matches, but something is alike."""
    PRESSINGS = "pressings"
    """It is not known of which record it is a pressing."""
    WANTS = "wants"
    """The wantlist was never read."""
    UNHEARD = "unheard"
    """Discogs has found nothing."""
    MANY = "many"
    """Discogs has found more than it tells at once."""


class Known(Struct, frozen=True):
    """What the copy can tell at all."""

    copies: int
    releases: int
    with_barcodes: int
    """Releases of which the barcodes are known, if they have any."""
    arriving: int | None = None
    """How many copies there will be after the first sync; None when it is over."""
    is_read: bool = True
    """Whether the collection was ever read, or is being read."""
    wants_read: bool = True

    @property
    def gap(self) -> Why | None:
        """Why a copy that is not found may be owned all the same."""
        if self.arriving is not None:
            return Why.ARRIVING
        return None if self.is_read else Why.NEVER_READ


class Match(Struct, frozen=True):
    """A release that was found on one of the shelves."""

    release: Release
    by: By
    copies: tuple[Copy, ...] = ()
    """Those that are owned; none when it is only wanted."""
    wanted: bool = False
    country: str | None = None
    pressing: bool = False
    """Whether it is another pressing of what was found."""


class Answer(Struct, frozen=True):
    """One of the five, with what it rests on."""

    sought: Sought
    verdict: Verdict
    known: Known
    by: By | None = None
    """How it was found; None when nothing was."""
    matches: tuple[Match, ...] = ()
    """The best, at most `BEST` of them."""
    total: int = 0
    """How many match in all."""
    why: tuple[Why, ...] = ()
    hits: tuple[Hit, ...] = ()
    """What Discogs has found, the first of it; if it was asked."""
    found: int = 0
    """How many releases Discogs has found that fit."""
    asked: bool = False

    @property
    def question(self) -> Question | None:
        """What Discogs can be asked to settle it; None when it is settled, or when there is nothing to ask."""
        sought = self.sought
        if self.verdict is Verdict.THIS or self.asked:
            return None
        if sought.is_named and self.by is not By.NUMBER:
            return Question.RELEASE if sought.release is not None and Why.PRESSINGS in self.why else None
        if sought.kind is By.BARCODE:
            return Question.BARCODE
        is_number = By.NUMBER in (self.by, sought.kind) and self.by is not By.ID
        return Question.NUMBER if sought.number and is_number else None
