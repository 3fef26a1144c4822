"""Every fault at every stage of a sync, how each is to end, and the proof that it ended in a right state.

The tests (`test_fault_matrix.py`) and the table (`python -m benchmarks.faults`) both read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.core.services.bad_days import FOR_EVER, NAMES, PAGES, SYNCING, Stage

CONNECTING, FOLDERS, FIELDS, NEWEST = Stage.CONNECTING, Stage.FOLDERS, Stage.FIELDS, Stage.NEWEST
FIRST, MIDDLE, LAST, SECOND = Stage.FIRST, Stage.MIDDLE, Stage.LAST, Stage.SECOND
CONFIRM, PUBLISH = Stage.CONFIRM, Stage.PUBLISH


@dataclass(frozen=True)
class End:
    """How a sync may end: its outcome, and words of the reason; no words mean that there is none."""

    outcome: str
    said: str = ""

    def meets(self, outcome: str, reason: str) -> bool:
        return outcome == self.outcome and (self.said in reason if self.said else not reason)


Ends = tuple[End, ...]
"""Any of these is right."""

DONE: Final[Ends] = (End("done"),)
UNCONFIRMED: Final[Ends] = (End("incomplete", "could not be asked for one by one"),)
MOVED: Final[Ends] = (End("incomplete", "kept changing while it was read"),)
SHORT: Final[Ends] = (End("incomplete", "Discogs told of"),)
SKIPPED: Final[Ends] = (End("done", "1 row could not be read; what was known before is kept"),)
NAMELESS: Final[Ends] = (End("incomplete", "1 row of the collection could not be read at all"),)
ASKS: Final[Ends] = (End("needs your word", "no longer shows 45 of the 75 copies here"),)
STOPPED: Final[Ends] = (End("cancelled"),)
DISK_FULL: Final[Ends] = (End("failed", "disk is full"),)


def failed(said: str) -> Ends:
    return (End("failed", said),)


@dataclass(frozen=True)
class Row:
    """One fault of the sandbox, and how a sync ends that meets it at each stage."""

    name: str
    fault: str
    ends: Mapping[Stage, Ends]
    times: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Routes that it strikes beside the stage's own."""


@dataclass(frozen=True)
class Cell:
    """One fault at one stage."""

    row: Row
    stage: Stage

    @property
    def ends(self) -> Ends:
        return self.row.ends[self.stage]

    def __str__(self) -> str:
        return f"{self.row.name} at {self.stage.title}"


def at(stages: tuple[Stage, ...], ends: Ends) -> dict[Stage, Ends]:
    return dict.fromkeys(stages, ends)


EVERYWHERE: Final = (CONNECTING, *SYNCING)
SOME: Final = (CONNECTING, MIDDLE, CONFIRM)
"""Enough for a fault that is handled like another one."""

READ: Final = (FIRST, MIDDLE, LAST, SECOND)


def lasting(said: str) -> dict[Stage, Ends]:
    """Without copies or names it fails, without the newest page it goes on; what cannot be asked for stays."""
    return at(EVERYWHERE, failed(said)) | {NEWEST: DONE, CONFIRM: UNCONFIRMED}


def passing(name: str, fault: str, stages: tuple[Stage, ...] = EVERYWHERE, **parameters: Any) -> Row:
    return Row(name, fault, at(stages, DONE), 1, parameters)


def for_ever(name: str, ends: Mapping[Stage, Ends], **parameters: Any) -> Row:
    return Row(f"{name}, for ever", name, ends, FOR_EVER, parameters)


def once(name: str, ends: Mapping[Stage, Ends], **parameters: Any) -> Row:
    return Row(f"{name}, once", name, ends, 1, parameters)


def _rows() -> Iterator[Row]:
    yield passing("outage of 2 s", "outage", seconds=2.0)
    trouble = failed("having trouble (status 503)")
    yield Row("outage", "outage", at(EVERYWHERE, trouble) | {CONFIRM: UNCONFIRMED}, FOR_EVER, {"seconds": 6000.0})
    down = at(EVERYWHERE, failed("cannot be reached")) | {CONFIRM: UNCONFIRMED}
    yield Row("outage, refused", "outage", down, FOR_EVER, {"seconds": 6000.0, "refused": True})
    yield passing("latency", "latency", seconds=0.05)
    yield passing("hang, once", "hang")
    yield for_ever("hang", lasting("does not answer in time"))
    yield passing("429, once", "429")
    yield passing("429 without a body, once", "429", SOME, body=False)
    yield passing("429 with Retry-After, once", "429", SOME, retry_after=7)
    yield for_ever("429", lasting("too many requests"))
    yield passing("500, once", "500")
    yield for_ever("500", lasting("having trouble (status 500)"))
    yield passing("502, once", "502", SOME)
    yield for_ever("502", {stage: lasting("having trouble (status 502)")[stage] for stage in SOME})
    yield passing("reset, once", "reset")
    yield for_ever("reset", lasting("cannot be reached"))
    yield passing("truncated, once", "truncated")
    unread = "that cannot be read"
    yield for_ever("truncated", lasting(unread) | at(NAMES, (End("done", unread),)))
    yield from _spoiled()
    yield from _changed()
    yield from _unwelcome()


def _spoiled() -> Iterator[Row]:
    """Pages that are not what they should be."""
    skipped = at((FIRST, MIDDLE, LAST), SKIPPED) | at((NEWEST, SECOND, CONFIRM), DONE)
    yield once("undecodable item", skipped)
    yield for_ever("undecodable item", skipped)
    nameless = at(READ, NAMELESS) | {NEWEST: DONE} | {CONFIRM: UNCONFIRMED}
    yield once("item without instance_id", nameless)
    yield for_ever("item without instance_id", nameless)
    for name in ("empty page", "short page"):
        yield once(name, at(PAGES, DONE) | {CONFIRM: UNCONFIRMED})
        yield for_ever(name, at(PAGES, DONE) | {SECOND: (*DONE, *SHORT)} | {CONFIRM: UNCONFIRMED})
    yield once("page repeated", at((MIDDLE, LAST, SECOND), DONE))
    yield for_ever("page repeated", at((MIDDLE, LAST), DONE) | {SECOND: (*DONE, *SHORT)})
    yield once("total moves", at(PAGES, DONE) | {CONFIRM: UNCONFIRMED})
    yield for_ever("total moves", at(READ, MOVED) | {NEWEST: (*DONE, *MOVED)} | {CONFIRM: UNCONFIRMED})
    yield Row("total tells of 30, for ever", "total moves", {FIRST: (*MOVED, *ASKS)}, FOR_EVER, {"by": -46})


def _changed() -> Iterator[Row]:
    """The owner is at it while the collection is read."""
    either = (*DONE, *MOVED, *SHORT)
    for name in ("item added", "item removed"):
        yield once(name, at(PAGES, DONE))
        yield for_ever(name, at(READ, either))
    yield Row("item of the next page removed", "item removed", at((FIRST, MIDDLE, SECOND), DONE), 1, {"before": False})
    yield once("shuffled ties", at(PAGES, (*DONE, *SHORT)))
    yield for_ever("shuffled ties", at(PAGES, (*DONE, *SHORT)))


def _unwelcome() -> Iterator[Row]:
    """The owner is not taken for the owner, or has had enough; the disk has."""
    nobody, no_token = "as if nobody were signed in", failed("does not accept the token")
    mild = at(PAGES, DONE) | {CONNECTING: no_token, CONFIRM: (*UNCONFIRMED, *failed("You must authenticate"))}
    unnamed = {FOLDERS: (End("done", nobody),), FIELDS: failed("You must authenticate")}
    yield once("owner as anonymous", mild | unnamed | {FOLDERS: DONE})
    yield for_ever("owner as anonymous", mild | unnamed | at(READ, failed(nobody)))
    yield once("revoked token", at(SYNCING, failed("refused the request (status 401)")) | {CONNECTING: no_token})
    yield Row(
        "revoked token, and /oauth/identity says so",
        "revoked token",
        at(SYNCING, no_token),
        FOR_EVER,
        {},
        ("identity",),
    )
    yield Row("stopped by hand", "hang", at((*EVERYWHERE, PUBLISH), STOPPED), FOR_EVER)
    yield Row("stopped by hand as it commits", "", {PUBLISH: (*DONE, *STOPPED)})
    yield Row("disk full", "", at((FIRST, MIDDLE, LAST, SECOND, PUBLISH), DISK_FULL))
    yield Row("lease taken over", "", {PUBLISH: failed("Another Runout has begun to sync")})
    yield Row("another process writes for a moment", "", {PUBLISH: DONE})


ROWS: Final = tuple(_rows())
CELLS: Final = tuple(Cell(row, stage) for row in ROWS for stage in Stage if stage in row.ends)
