"""One of five answers, from the copy alone; "you do not own it" only where the copy can tell."""

from __future__ import annotations

from core.domain.collection import Collection, Field, Folder
from core.domain.having import Having
from core.domain.having_answers import BEST, Verdict, Why
from core.domain.having_found import Question
from core.domain.having_text import By, read
from core.domain.ids import FieldId, FolderId
from core.domain.release import Release
from tests.core.domain.blue_lines import (
    BLUE,
    CODE,
    EMPTY,
    LINES,
    MEZZANINE,
    OTHER_CODE,
    REISSUE,
    ask,
    collection,
    owned_ids,
)
from tests.factories import make_copy, make_release

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "by"),
    [("r1", By.ID), ("[r1]", By.ID), ("https://www.discogs.com/release/1-x", By.LINK), ("wbrlp-1", By.NUMBER)],
)
def test_this_pressing_is_owned(text: str, by: By) -> None:
    answer = ask(text, LINES, MEZZANINE, BLUE)
    assert (answer.verdict, answer.by) == (Verdict.THIS, by)
    assert owned_ids(answer) == [1]
    assert answer.question is None


def test_a_barcode_finds_this_pressing_in_either_form() -> None:
    having = Having(collection([LINES, BLUE], {1: "5 012394 144777"}), EMPTY)
    for text in (CODE, "5 012394 144777", f"0{CODE}"):
        answer = having.answer(read(text))
        assert (answer.verdict, answer.by, owned_ids(answer)) == (Verdict.THIS, By.BARCODE, [1])
        assert answer.matches[0].country == "UK"


def test_another_pressing_is_owned_when_the_one_that_is_wanted_is_scanned() -> None:
    wants = collection([REISSUE], {2: CODE})
    answer = Having(collection([LINES, BLUE]), wants).answer(read(CODE))
    assert (answer.verdict, answer.by, owned_ids(answer)) == (Verdict.OTHER, By.BARCODE, [1])
    assert [match.release.id for match in answer.matches if match.wanted] == [2]


@pytest.mark.parametrize("text", ["m7", "https://www.discogs.com/master/7-Blue-Lines", "massive attack blue lines"])
def test_of_a_master_or_of_words_it_is_not_told_which_pressing_is_meant(text: str) -> None:
    answer = ask(text, LINES, REISSUE, MEZZANINE)
    assert answer.verdict is Verdict.OTHER
    assert sorted(owned_ids(answer)) == [1, 2]


@pytest.mark.parametrize("text", ["r2", "WBRLPX 1", "m7", "Massive Attack – Blue Lines"])
def test_it_is_on_the_wantlist(text: str) -> None:
    answer = ask(text, BLUE, wanted=[REISSUE])
    assert answer.verdict is Verdict.WANTED
    assert [match.release.id for match in answer.matches] == [2]


@pytest.mark.parametrize("text", ["r99", "m99", "ZZ 99", "99", "nothing of the kind", OTHER_CODE])
def test_it_is_not_owned_where_everything_is_known(text: str) -> None:
    answer = ask(text, LINES, MEZZANINE, BLUE)
    assert answer.verdict is Verdict.NOT
    assert not answer.matches


def test_a_release_that_nobody_has_may_be_a_pressing_of_something_and_that_is_said() -> None:
    answer = ask("r99", LINES)
    assert (answer.verdict, answer.why, answer.question) == (Verdict.NOT, (Why.PRESSINGS,), Question.RELEASE)
    assert ask("m99", LINES).why == ()


def test_a_barcode_is_not_said_to_be_missing_while_one_is_not_known() -> None:
    having = Having(collection([LINES, MEZZANINE, BLUE], {1: CODE, 3: ""}), EMPTY)
    answer = having.answer(read(OTHER_CODE))
    assert (answer.verdict, answer.why) == (Verdict.UNKNOWN, (Why.BARCODES,))
    assert (answer.known.with_barcodes, answer.known.releases) == (2, 3)
    assert answer.question is Question.BARCODE


@pytest.mark.parametrize("text", ["r99", "m99", "ZZ 99", "nothing of the kind", OTHER_CODE])
def test_nothing_is_said_to_be_missing_while_the_first_sync_runs(text: str) -> None:
    here = collection([LINES], known=[1], arriving=300)
    answer = Having(here, EMPTY, is_read=False).answer(read(text))
    assert answer.verdict is Verdict.UNKNOWN
    assert answer.why[0] is Why.ARRIVING
    assert answer.known.arriving == 300


def test_what_is_here_is_found_while_the_first_sync_runs() -> None:
    here = collection([LINES], arriving=300)
    assert Having(here, EMPTY, is_read=False).answer(read("r1")).verdict is Verdict.THIS


def test_of_a_collection_that_was_never_read_nothing_is_known_and_of_an_empty_one_everything() -> None:
    assert Having(EMPTY, EMPTY, is_read=False).answer(read("r1")).why[0] is Why.NEVER_READ
    assert Having(EMPTY, EMPTY).answer(read(CODE)).verdict is Verdict.NOT


def test_a_wantlist_that_was_never_read_is_said_and_costs_no_answer() -> None:
    answer = ask("ZZ 99", LINES, wants_read=False)
    assert (answer.verdict, answer.why) == (Verdict.NOT, (Why.WANTS,))


def test_a_file_does_not_tell_which_records_are_pressings_of_a_master() -> None:
    answer = ask("m7", BLUE, tells_masters=False)
    assert (answer.verdict, answer.why) == (Verdict.UNKNOWN, (Why.PRESSINGS,))


def test_the_number_of_several_records_does_not_tell_which_is_meant() -> None:
    other = make_release(5, "Other", artist="Somebody", catno="WBRLP-1", master_id=50)
    answer = ask("WBRLP1", LINES, other)
    assert (answer.verdict, answer.why, answer.total) == (Verdict.UNKNOWN, (Why.SEVERAL,), 2)
    assert sorted(owned_ids(answer)) == [1, 5]


def test_two_pressings_with_one_number_are_one_record() -> None:
    again = make_release(6, "Blue Lines", artist="Massive Attack", catno="WBRLP 1", master_id=7)
    answer = ask("WBRLP 1", LINES, again)
    assert (answer.verdict, sorted(owned_ids(answer))) == (Verdict.THIS, [1, 6])


def test_the_name_of_an_artist_is_no_record() -> None:
    answer = ask("massive attack", LINES, MEZZANINE, BLUE)
    assert (answer.verdict, answer.why, answer.total) == (Verdict.UNKNOWN, (Why.SEVERAL,), 2)
    alone = ask("massive attack", LINES, BLUE)
    assert (alone.verdict, alone.why) == (Verdict.UNKNOWN, (Why.ALIKE,))


def test_a_whole_title_is_meant_before_a_longer_one() -> None:
    answer = ask("blue", LINES, MEZZANINE, BLUE)
    assert (answer.verdict, owned_ids(answer)) == (Verdict.OTHER, [4])


@pytest.mark.parametrize("text", ["massive atack blue lines", "Mezzannine", "mezzanien", "masive attack mezzanine"])
def test_a_letter_more_or_less_is_something_alike_and_never_said_to_be_missing(text: str) -> None:
    answer = ask(text, LINES, MEZZANINE, BLUE)
    assert (answer.verdict, answer.why) == (Verdict.UNKNOWN, (Why.ALIKE,))
    assert answer.matches


@pytest.mark.parametrize("text", ["love", "massive atta blue lin", "mezz"])
def test_beginnings_of_words_do_not_mean_a_record(text: str) -> None:
    loverboy = make_release(5, "Loverboy", artist="Loverboy", master_id=50)
    answer = ask(text, LINES, MEZZANINE, loverboy)
    assert (answer.verdict, answer.why, answer.total) == (Verdict.UNKNOWN, (Why.ALIKE,), 1)


def test_another_record_of_the_same_artist_is_not_alike() -> None:
    assert ask("massive attack protection", LINES, MEZZANINE).verdict is Verdict.NOT


@pytest.mark.parametrize(
    "text", ["Massive Attack - Blue Lines LP", "blue lines massive attack", "the blue lines vinyl"]
)
def test_what_people_write_beside_a_title_does_not_matter(text: str) -> None:
    answer = ask(text, LINES, MEZZANINE)
    assert (answer.verdict, owned_ids(answer)) == (Verdict.OTHER, [1])


def test_a_number_is_no_beginning_of_another() -> None:
    answer = ask("WBRLP", LINES)
    assert answer.verdict is Verdict.UNKNOWN
    longer = make_release(5, "Other", catno="ZZ 123")
    assert ask("ZZ 12", longer).verdict is Verdict.NOT


def test_a_bare_number_is_what_matches() -> None:
    by_number = make_release(5, "Other", catno="00042")
    assert ask("00042", by_number, LINES).by is By.NUMBER
    assert (ask("1", LINES).by, ask("1", LINES).verdict) == (By.ID, Verdict.THIS)
    titled = make_release(6, "1999", artist="Prince", catno="WB 1")
    assert (ask("1999", titled).by, ask("1999", titled).verdict) == (By.WORDS, Verdict.OTHER)
    having = Having(collection([LINES], {1: "9876543"}), EMPTY)
    assert having.answer(read("9876543")).by is By.BARCODE


def test_what_looks_like_an_id_may_be_a_catalogue_number() -> None:
    number = make_release(5, "Other", catno="R 123")
    assert (ask("r123", number).verdict, ask("r123", number).by) == (Verdict.THIS, By.NUMBER)
    assert ask("[r123]", number).verdict is Verdict.NOT


def test_no_more_than_the_best_are_shown() -> None:
    many = [make_release(number, f"Dub {number}", artist="King Tubby") for number in range(10, 40)]
    answer = ask("king tubby dub", *many)
    assert (answer.verdict, answer.total, len(answer.matches)) == (Verdict.UNKNOWN, 30, BEST)


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("Shelf", "Price"), "A3"), (("Price", "Location"), "12"), (("Price", "Record Location"), "12"), (("Price",), "")],
)
def test_the_field_for_the_shelf_is_found_by_its_name(names: tuple[str, ...], expected: str) -> None:
    fields = tuple(Field(FieldId(4 + place), name, position=place) for place, name in enumerate(names))
    copy = make_copy(1, LINES, fields={1: "Mint (M)", 3: "in the notes", 4: "A3", 5: "12"})
    having = Having(Collection((copy,), (Folder(FolderId(1), "Uncategorized"),), fields), EMPTY)
    assert having.owned.place_of(copy) == expected


TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["r1", "m7", "1", CODE, "wbrlp 1", "blue", "blue lines", "massive attack", "the", "a", "zz 9"]),
)


@given(st.lists(st.sampled_from([LINES, REISSUE, MEZZANINE, BLUE]), unique=True), TEXTS)
def test_an_answer_holds_together(owned: list[Release], text: str) -> None:
    having = Having(collection(owned, {1: CODE}), collection([BLUE]))
    answer = having.answer(read(text))
    mine = [match for match in answer.matches if match.copies]
    assert len(answer.matches) <= BEST
    assert answer.total >= len(answer.matches)
    if answer.verdict in (Verdict.THIS, Verdict.OTHER):
        assert answer.matches[0].copies
    if answer.verdict is Verdict.WANTED:
        assert not mine
        assert answer.matches[0].wanted
    if answer.verdict is Verdict.NOT:
        assert not answer.matches
    assert (answer.by is None) == (not answer.matches)


@given(st.lists(st.integers(1, 60), unique=True, max_size=20), st.integers(1, 60))
def test_by_id_it_is_owned_exactly_when_a_copy_is_there(owned: list[int], sought: int) -> None:
    having = Having(collection(make_release(number) for number in owned), EMPTY)
    answer = having.answer(read(f"[r{sought}]"))
    assert answer.verdict is (Verdict.THIS if sought in owned else Verdict.NOT)
