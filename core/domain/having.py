"""Do I have this? One of five answers, from the copy alone; what Discogs has found may settle it.

"You do not own it" is said only where the copy can tell. Otherwise it is said what the copy does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from core.domain.collection import Collection
from core.domain.having_answers import BEST, Answer, Known, Match, Verdict, Why
from core.domain.having_likeness import are_one_record, distinct, is_meant, is_whole
from core.domain.having_shelf import Shelved
from core.domain.having_text import By, Sought
from core.domain.ids import MasterId
from core.domain.release import Release

from msgspec.structs import replace

K = TypeVar("K")

_RANKED: Final = 200
"""Records among which the best are looked for; who types one frequent word is told how many there are."""


class Having:
    """Both shelves of an account, ready to be asked; takes a second or two to build for 100,000 copies."""

    def __init__(
        self,
        collection: Collection,
        wants: Collection,
        *,
        is_read: bool = True,
        wants_read: bool = True,
        tells_masters: bool = True,
    ) -> None:
        """`is_read`, `wants_read`: whether the shelves were ever read.

        `tells_masters`: whether rows tell of which record they are a pressing, as those from a file do not.
        """
        self.owned = Shelved(collection)
        self.wants = Shelved(wants)
        self.known = Known(
            copies=len(collection.copies),
            releases=len(self.owned),
            with_barcodes=self.owned.with_barcodes,
            arriving=collection.arriving,
            is_read=is_read or bool(collection.copies),
            wants_read=wants_read,
        )
        self._tells_masters = tells_masters

    def parts(self) -> list[object]:
        """All that was made for it, for whoever lets go of it: freed in one go it would hold up a key."""
        shelves = (self.owned, self.wants)
        return [part for shelf in shelves for part in shelf.parts()]

    def answer(self, sought: Sought) -> Answer:
        """What the copy tells of one text, in a millisecond or two."""
        if sought.is_nothing:
            return self.nothing(sought)
        if sought.is_named:
            named = self._named(sought)
            return (self._numbered(sought) if named.by is None else None) or named
        return self._barcoded(sought) or self._numbered(sought) or self._by_id(sought) or self._worded(sought)

    def found(
        self, sought: Sought, by: By, releases: Iterable[Release], masters: Iterable[MasterId] = ()
    ) -> Answer | None:
        """What is to be said when these releases are meant, or pressings of these masters; None if none is here."""
        mine = [self.match(release, by) for release in distinct(releases)]
        numbers = dict.fromkeys((*(one.release.master_id for one in mine if one.release.master_id), *masters))
        ids = {one.release.id for one in mine}
        others = [
            self.match(release, by, pressing=True)
            for number in numbers
            for release in distinct((*self.owned.master(number), *self.wants.master(number)))
            if release.id not in ids
        ]
        return self.judged(sought, by, mine, others)

    def judged(self, sought: Sought, by: By, mine: Sequence[Match], others: Sequence[Match]) -> Answer | None:
        """The first of the answers that holds, of what was found and of other pressings of it."""
        for verdict, some in (
            (Verdict.THIS, [one for one in mine if one.copies]),
            (Verdict.OTHER, [one for one in others if one.copies]),
            (Verdict.WANTED, [one for one in (*mine, *others) if one.wanted]),
        ):
            if some:
                first = {one.release.id for one in some}
                rest = [one for one in (*mine, *others) if one.release.id not in first]
                return self._answer(sought, verdict, by, [*some, *rest])
        return None

    def nothing(self, sought: Sought, *why: Why) -> Answer:
        """Nothing was found: not owned, unless there is a reason why the copy cannot tell."""
        gap = self.known.gap
        unsure = (*((gap,) if gap else ()), *why)
        told = () if self.known.wants_read else (Why.WANTS,)
        verdict = Verdict.UNKNOWN if unsure or sought.is_nothing else Verdict.NOT
        return Answer(sought, verdict, self.known, why=(*unsure, *told))

    def match(self, release: Release, by: By, *, pressing: bool = False) -> Match:
        """A release of one of the shelves with what is owned of it."""
        facts = self.owned.collection.facts.get(release.id) or self.wants.collection.facts.get(release.id)
        return Match(
            release,
            by,
            copies=self.owned.copies(release.id),
            wanted=bool(self.wants.copies(release.id)),
            country=facts.country if facts else None,
            pressing=pressing,
        )

    def _named(self, sought: Sought) -> Answer:
        """What a link or an id names: the copy can always tell whether that is owned."""
        if sought.master is not None:
            # Of a master it is not said which pressing is meant, so that any of them is another.
            answer = self.found(sought, sought.kind, (), (sought.master,))
            return answer or self.nothing(sought, *(() if self._tells_masters else (Why.PRESSINGS,)))
        answer = self.found(sought, sought.kind, self._both(Shelved.release, sought.release))
        if answer is not None:
            return answer
        answer = self.nothing(sought)
        return replace(answer, why=(*answer.why, Why.PRESSINGS))

    def _barcoded(self, sought: Sought) -> Answer | None:
        return self._told_apart(sought, By.BARCODE, self._both(Shelved.barcode, sought.barcode))

    def _numbered(self, sought: Sought) -> Answer | None:
        return self._told_apart(sought, By.NUMBER, self._both(Shelved.number, sought.number))

    def _by_id(self, sought: Sought) -> Answer | None:
        return self.found(sought, By.ID, self._both(Shelved.release, sought.release))

    def _told_apart(self, sought: Sought, by: By, releases: Sequence[Release]) -> Answer | None:
        """What has the same number need not be the same record."""
        if are_one_record(releases):
            return self.found(sought, by, releases)
        return self._unsure(sought, by, releases, Why.SEVERAL)

    def _worded(self, sought: Sought) -> Answer:
        """Words name a record and no pressing."""
        (owned, own), (wanted, want) = (shelf.words(sought.words) for shelf in (self.owned, self.wants))
        total = len(owned.sure) + len(wanted.sure)
        sure = [*map(own, owned.sure[:_RANKED]), *map(want, wanted.sure[:_RANKED])]
        wholes = [one for one in sure if is_whole(sought.words, one)]
        # What looks like a catalogue number, and is none that is here, is no title because it has the same words.
        meant = [one for one in sure if is_meant(sought.words, one)] if sought.kind is By.WORDS else []
        for some in (wholes, meant):
            if some and are_one_record(some) and total <= _RANKED:
                matches = [self.match(one, By.WORDS, pressing=True) for one in distinct(some)]
                if (answer := self.judged(sought, By.WORDS, (), matches)) is not None:
                    return answer
        if wholes or meant:
            return self._unsure(sought, By.WORDS, wholes or meant, Why.SEVERAL)
        if sure:
            return self._unsure(sought, By.WORDS, sure, Why.SEVERAL if total > 1 else Why.ALIKE, total)
        if near := [*map(own, owned.near[:_RANKED]), *map(want, wanted.near[:_RANKED])]:
            return self._unsure(sought, By.WORDS, near, Why.ALIKE)
        may_be_barcode = sought.barcode and self.known.with_barcodes < self.known.releases
        return self.nothing(sought, *((Why.BARCODES,) if may_be_barcode else ()))

    def _unsure(self, sought: Sought, by: By, releases: Sequence[Release], why: Why, total: int = 0) -> Answer:
        some = distinct(releases)
        best = sorted(some[:_RANKED], key=lambda one: self._rank(sought, one))
        matches = tuple(self.match(one, by) for one in best[:BEST])
        whys = (why, *((gap,) if (gap := self.known.gap) else ()))
        return Answer(sought, Verdict.UNKNOWN, self.known, by, matches, max(total, len(some)), whys)

    def _rank(self, sought: Sought, release: Release) -> tuple[bool, int, bool, int, str]:
        present = set(release.folded.split())
        missing = sum(word not in present for word in sought.words)
        is_owned = bool(self.owned.copies(release.id))
        return not is_whole(sought.words, release), missing, not is_owned, len(present), release.folded

    def _both(self, read: Callable[[Shelved, K], Sequence[Release]], key: K) -> list[Release]:
        return distinct((*read(self.owned, key), *read(self.wants, key)))

    def _answer(self, sought: Sought, verdict: Verdict, by: By, matches: Sequence[Match]) -> Answer:
        gap = self.known.gap if verdict is Verdict.WANTED else None
        whys = (gap,) if gap else ()
        return Answer(sought, verdict, self.known, by, tuple(matches[:BEST]), len(matches), whys)
