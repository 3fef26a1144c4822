"""What Discogs has found, held against what is owned and wanted: the answer after one question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.domain.having import Having
from core.domain.having_answers import BEST, Answer, Verdict, Why
from core.domain.having_found import Found, Hit, Question
from core.domain.having_text import By, folded_number

from msgspec.structs import replace

_BY: Final = {Question.BARCODE: By.BARCODE, Question.NUMBER: By.NUMBER}

_STANDS: Final = (Verdict.THIS, Verdict.OTHER, Verdict.WANTED)
"""What is on a shelf, the strongest first: none of it is undone by what Discogs does not find."""


def settled(having: Having, answer: Answer, question: Question, found: Found) -> Answer:
    """The answer, now that Discogs has said which records these are; what the copy has told stays if that is more."""
    hits = _fitting(answer, question, found)
    after = _judged(having, answer, question, hits) or _unknown(answer, found, hits) or having.nothing(answer.sought)
    if answer.verdict in _STANDS and after.verdict not in _STANDS[: _STANDS.index(answer.verdict)]:
        after = answer
    # Each release comes with its master, which is no other record.
    shown = [hit for hit in hits if hit.release] or hits
    return replace(after, hits=tuple(shown[:BEST]), found=len(shown), asked=True)


def _judged(having: Having, answer: Answer, question: Question, hits: Sequence[Hit]) -> Answer | None:
    """The answer, when anything that was found is owned or wanted, or a pressing of it."""
    by = _BY.get(question, answer.sought.kind)
    ids = dict.fromkeys(hit.release for hit in hits)
    masters = dict.fromkeys(hit.master for hit in hits if hit.master)
    here = [one for number in ids for one in having.owned.release(number) or having.wants.release(number)]
    after = having.found(answer.sought, by, here, masters)
    if after is None or len(_records(hits)) <= 1:
        return after
    # It is one of several records, of which not all need be here.
    return replace(after, verdict=Verdict.UNKNOWN, why=(Why.SEVERAL, *after.why))


def _unknown(answer: Answer, found: Found, hits: Sequence[Hit]) -> Answer | None:
    """The answer, when nothing of it is here and that does not tell that it is not owned."""
    if hits and found.is_all:
        return None
    why = Why.UNHEARD if found.is_all else Why.MANY
    return replace(answer, verdict=Verdict.UNKNOWN, why=(*answer.why, why))


def _fitting(answer: Answer, question: Question, found: Found) -> list[Hit]:
    """Discogs compares catalogue numbers loosely: those that are others are left out."""
    if question is not Question.NUMBER:
        return list(found.hits)
    sought = answer.sought.number
    return [hit for hit in found.hits if sought in _numbers(hit)]


def _numbers(hit: Hit) -> set[str]:
    return {folded_number(hit.catno), *map(folded_number, hit.catno.split(","))}


def _records(hits: Sequence[Hit]) -> set[tuple[str, int]]:
    masters = {("master", hit.master) for hit in hits if hit.master}
    return masters | {("release", hit.release) for hit in hits if hit.release and not hit.master}
