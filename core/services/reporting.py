"""What a walk comes to: its report, and the rows of the feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from core.domain.changes import Action, Change, Changes, Result, Who, diff, told
from core.domain.collection import Copy
from core.domain.ids import InstanceId, ReleaseId
from core.domain.progress import SyncOutcome, SyncReport, Word
from core.domain.walk import Verdict, Walk
from core.errors import CopiesKept, CopiesUnconfirmed, NeedsYourWord, RowsSkipped, RunoutError
from core.services.absence import Absence, Instances

import msgspec
from msgspec import Raw, Struct

GOOD: Final = frozenset({SyncOutcome.DONE, SyncOutcome.NEEDS_WORD})
"""Outcomes after which what is here is as old as the run."""


class Findings(Struct, frozen=True):
    """All that a walk has brought, and what was here before it."""

    before: Mapping[InstanceId, Copy]
    walk: Walk
    verdict: Verdict
    absence: Absence
    refusals: tuple[RunoutError, ...] = ()
    """Why names of folders or fields could not be had."""

    @property
    def changes(self) -> Changes:
        """What turns the one into the other."""
        absent = (instance for instance in self.before if instance not in self.walk.copies)
        return diff(self.before, self.walk.copies, kept={one for one in absent if one not in self.absence.gone})

    def report(self, changes: Changes) -> SyncReport:
        """How the run ends; who knows the requests, the time and the masters adds them."""
        walk, absence = self.walk, self.absence
        here = len(self.before) + len(changes.added) - len(changes.removed)
        return SyncReport(
            outcome=self._outcome,
            copies=here,
            releases=len(self._releases(changes)),
            added=len(changes.added),
            changed=len(changes.changed),
            removed=len(changes.removed),
            skipped=len(walk.unreadable) + walk.nameless,
            unseen=max(0, walk.told - walk.seen - walk.nameless) + len(absence.asked) + len(absence.unconfirmed),
            problems=(*self._doubts(here), *self._skipped(), *self.refusals),
        )

    def _releases(self, changes: Changes) -> frozenset[ReleaseId]:
        """The releases that are here afterwards."""
        gone, copies = set(changes.removed), self.walk.copies
        stays = (copies.get(instance, copy) for instance, copy in self.before.items() if instance not in gone)
        return frozenset(copy.release.id for copy in chain(stays, changes.added))

    @property
    def _outcome(self) -> SyncOutcome:
        if self.verdict.reasons or self.absence.unconfirmed:
            return SyncOutcome.INCOMPLETE
        return SyncOutcome.NEEDS_WORD if self.absence.asked else SyncOutcome.DONE

    def _doubts(self, here: int) -> Iterator[RunoutError]:
        yield from self.verdict.reasons
        absence = self.absence
        if absence.unconfirmed:
            yield CopiesUnconfirmed(count=len(absence.unconfirmed))
        if absence.asked and not self.verdict.reasons:
            yield NeedsYourWord(missing=len(absence.asked), here=here)
        if absence.kept:
            yield CopiesKept(count=len(absence.kept))

    def _skipped(self) -> Iterator[RunoutError]:
        walk = self.walk
        if walk.unreadable and walk.copies:
            unknown = len(walk.unreadable.keys() - self.before.keys())
            yield RowsSkipped(instances=tuple(sorted(walk.unreadable)), missing=unknown)


def feed(
    findings: Findings, changes: Changes, word: Word, *, is_first: bool, asked: Instances, kept: Instances
) -> Iterator[Change]:
    """The rows of the feed. `asked` and `kept` are the missing copies that were so before."""
    if is_first:
        # Its copies are the state from which the feed begins.
        yield Change(Action.FIRST, after=Raw(msgspec.json.encode({"copies": len(changes.added)})))
        return
    who = Who.PERSON if word is Word.ACCEPT else Who.DISCOGS
    yield from told(findings.before, changes, who=who, texts=False)
    yield from _missing(findings, findings.absence.asked - asked, Action.MISSED, Who.DISCOGS, Result.SKIPPED)
    yield from _missing(findings, findings.absence.kept - kept, Action.KEPT, Who.PERSON, Result.DONE)


def _missing(findings: Findings, instances: Instances, action: Action, who: Who, result: Result) -> Iterator[Change]:
    for instance in sorted(instances):
        release = findings.before[instance].release.id
        yield Change(action, instance, release, who=who, result=result)
