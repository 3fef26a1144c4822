"""What Discogs has found settles what the copy cannot tell, and undoes nothing that it has told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.domain.having import Having
from core.domain.having_answers import Answer, Verdict, Why
from core.domain.having_asked import settled
from core.domain.having_found import Found, Hit
from core.domain.having_text import read
from core.domain.ids import MasterId, ReleaseId
from core.domain.release import Release
from tests.core.domain.blue_lines import (
    BLUE,
    CODE,
    LINES,
    MEZZANINE,
    REISSUE,
    ask,
    collection,
    owned_ids,
)


def by_number(text: str, *owned: Release, hits: Iterable[Hit], told: int | None = None, **how: Any) -> Answer:
    """What is answered when Discogs has found these."""
    having = Having(collection(owned), collection(how.pop("wanted", ())), **how)
    answer = having.answer(read(text))
    found = tuple(hits)
    assert answer.question is not None
    page = Found(found, len(found) if told is None else told, len(found))
    return settled(having, answer, answer.question, page)


def hit(release: int | None, master: int | None = None, catno: str = "") -> Hit:
    return Hit(
        release=None if release is None else ReleaseId(release),
        master=None if master is None else MasterId(master),
        title="Somebody - Something",
        catno=catno,
    )


def test_discogs_settles_a_barcode() -> None:
    assert by_number(CODE, LINES, hits=[hit(1, 7), hit(None, 7)]).verdict is Verdict.THIS
    assert by_number(CODE, LINES, hits=[hit(2, 7), hit(None, 7)]).verdict is Verdict.OTHER
    assert by_number(CODE, BLUE, wanted=[LINES], hits=[hit(2, 7)]).verdict is Verdict.WANTED
    nowhere = by_number(CODE, BLUE, hits=[hit(2, 7)])
    assert (nowhere.verdict, nowhere.asked, nowhere.question, nowhere.hits) == (Verdict.NOT, True, None, (hit(2, 7),))


def test_a_release_and_its_master_are_one_that_was_found() -> None:
    answer = by_number(CODE, LINES, hits=[hit(None, 7), hit(1, 7)])
    assert (answer.found, answer.hits) == (1, (hit(1, 7),))
    master = by_number(CODE, LINES, hits=[hit(None, 7)])
    assert (master.verdict, master.found) == (Verdict.OTHER, 1)


def test_what_discogs_does_not_have_settles_nothing() -> None:
    answer = by_number(CODE, BLUE, hits=[])
    assert (answer.verdict, answer.why) == (Verdict.UNKNOWN, (Why.BARCODES, Why.UNHEARD))
    more = by_number(CODE, BLUE, hits=[hit(2, 7)], told=500)
    assert (more.verdict, more.why) == (Verdict.UNKNOWN, (Why.BARCODES, Why.MANY))
    assert by_number(CODE, LINES, hits=[hit(1, 7)], told=500).verdict is Verdict.THIS


def test_numbers_that_are_only_alike_are_left_out() -> None:
    hits = [hit(1, 7, "ZZ 12"), hit(3, 8, "ZZ 123")]
    assert by_number("zz12", MEZZANINE, hits=hits).verdict is Verdict.NOT
    assert by_number("zz12", LINES, hits=hits).verdict is Verdict.THIS
    assert by_number("zz12", LINES, hits=hits[1:]).why == (Why.UNHEARD,)


def test_one_number_on_several_records_does_not_tell_which_is_meant() -> None:
    hits = [hit(1, 7, "ZZ 12"), hit(3, 8, "ZZ-12")]
    answer = by_number("zz12", LINES, hits=hits)
    assert (answer.verdict, answer.why, owned_ids(answer)) == (Verdict.UNKNOWN, (Why.SEVERAL,), [1])
    assert by_number("zz12", BLUE, hits=hits).verdict is Verdict.NOT


def test_what_the_copy_has_told_is_not_undone_by_what_discogs_does_not_find() -> None:
    for hits in ([], [hit(99, 98, "WBRLPX 1")]):
        answer = by_number("WBRLPX 1", BLUE, wanted=[REISSUE], hits=hits)
        assert (answer.verdict, answer.asked) == (Verdict.WANTED, True)


def test_a_release_is_settled_by_its_master() -> None:
    assert by_number("r99", LINES, hits=[hit(99, 7)]).verdict is Verdict.OTHER
    alone = by_number("r99", LINES, hits=[hit(99)])
    assert (alone.verdict, alone.why) == (Verdict.NOT, ())


def test_what_is_settled_or_cannot_be_asked_is_not_asked() -> None:
    assert ask("r1", LINES).question is None
    assert ask("m99", LINES).question is None
    assert ask("massive attack", LINES, MEZZANINE).question is None
    assert ask("nothing of the kind", LINES).question is None
