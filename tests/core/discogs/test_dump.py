"""Reading the monthly dump: what it says, in whatever form it says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

from core.discogs import dump_cut, facts, unpacking
from core.discogs.dump import Changed
from core.domain.dump import Batch, Wanted
from core.domain.ids import MasterId
from core.domain.master import Master
from core.sandbox.generate import generated
from core.sandbox.masters import master_of
from core.sandbox.monthly import monthly
from core.sandbox.world import World
from tests.core.discogs.dumps import ALL, batches, of_main, only, read
from tests.monthly_dump import dump_of, entry, make_master, packed, some_masters, text_of, write

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("plain", [False, True], ids=["packed", "plain"])
def test_the_dump_says_of_each_master_what_the_api_says(tmp_path: Path, *, plain: bool) -> None:
    world = World(generated(300, 1))
    told = {
        number: facts.master(msgspec.json.encode(master_of(world.catalogue, number)))
        for number in world.catalogue.masters()
    }
    assert len(told) > 50
    path = monthly(tmp_path, "20260801", world=world, entries=400, plain=plain)
    everything = {master.id: master for master in read(path)}

    assert len(everything) == len(told) + 400
    assert {number: everything[MasterId(number)] for number in told} == told
    assert read(path, only(*told)) == [everything[MasterId(number)] for number in sorted(told)]


def test_only_what_is_wanted_is_kept_by_its_number_or_by_its_main_release(tmp_path: Path) -> None:
    path = write(tmp_path, packed(dump_of(make_master(number) for number in range(1, 40))))

    assert read(path, only(7, 30, 99)) == [make_master(7), make_master(30)]
    assert read(path, of_main(70, 71)) == [make_master(7)]
    assert read(path, Wanted(masters=only(3).masters, releases=of_main(30, 80).releases)) == [
        make_master(3),
        make_master(8),
    ]
    assert read(path, only()) == []


def with_line_feeds(master: Master) -> str:
    return entry(master, title="One\r\nTwo\n\nThree", notes="</master> <master id='9'> ]]> -->")


ODD: dict[str, Callable[[Master], str]] = {
    "line feeds and marks": with_line_feeds,
    "single quotes": lambda master: entry(master, quote="'"),
    "more attributes": lambda master: entry(master, more=" status='Accepted' note=\"id='5' >\""),
    "the number last": lambda master: entry(master).replace("<master id", "<master x-id='5' note=\" id='5'\" id"),
    "blanks in tags": lambda master: (
        entry(master).replace("<master id=", "<master\n  id = ").replace("</master>", "</master >")
    ),
    "blanks around": lambda master: f"\r\n  {entry(master)}\t\n",
    "a comment within": lambda master: entry(master).replace("<year>", "<!-- </master><master id='9'> --><year>"),
    "a comment between": lambda master: f"<!-- <master id='9'></master> -->{entry(master)}",
    "an instruction": lambda master: f"<?master id='9'?>{entry(master)}<?x </master>?>",
    "a marked section": lambda master: entry(master).replace("<title>", "<title><![CDATA[</master><master id='9'>]]>"),
    "an entry within": lambda master: entry(master).replace(
        "<title>", "<x><master id='9'><year>1</year></master></x><title>"
    ),
    "something between": lambda master: f"and <other id='9'><year>1</year></other> then {entry(master)}",
    "names within": lambda master: entry(master).replace(
        "<artists>", "<a><year>1</year><genres><genre>No</genre></genres></a><artists>"
    ),
    "a reference for a number": lambda master: entry(master).replace(
        f'id="{master.id}"', f'id="&#{ord("0")};{master.id}"'
    ),
    "blanks in values": lambda master: entry(master).replace("</year>", "\n </year>").replace("<genre>", "<genre> \n"),
    "twice": lambda master: entry(master) + entry(master),
    "marked values": lambda master: entry(master).replace(", &amp; ", ", <![CDATA[&]]> "),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("every", [1, 3], ids=["all so", "some so"])
def test_odd_forms_change_nothing(tmp_path: Path, odd: str, every: int) -> None:
    masters = some_masters(30)
    text = text_of(ODD[odd](master) if place % every == 0 else entry(master) for place, master in enumerate(masters))
    path = write(tmp_path, packed(text))
    some = [master.id for master in masters[::4]]
    main = [master.main_release for master in masters if master.main_release][:3]

    assert list(dict.fromkeys(read(path))) == masters
    assert list(dict.fromkeys(read(path, only(*some)))) == masters[::4]
    assert [one.main_release for one in dict.fromkeys(read(path, of_main(*main)))] == main


@pytest.mark.parametrize(
    "whole",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: b"<?xml version='1.0' encoding='UTF-8'?>\n<!-- made -->\n" + text,
        lambda text: text.replace(b"<masters>", b"<masters made='2026-08-01' note='>'>", 1),
        lambda text: text.replace(b"\n", b""),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text + b"<!-- <master id='9'></master> -->\n\n",
        lambda text: text.replace(b"</masters>", b"</masters\n>"),
    ],
)
def test_what_stands_around_the_entries_does_not_matter(tmp_path: Path, whole: Callable[[bytes], bytes]) -> None:
    masters = some_masters(20)
    path = write(tmp_path, whole(dump_of(masters)))

    assert read(path) == masters
    assert read(path, only(masters[3].id)) == [masters[3]]


def test_entries_that_are_empty_or_say_little_are_unknown_in_the_rest(tmp_path: Path) -> None:
    said = [
        "<master id='1'/>",
        "<master id='2'></master>",
        "<master id='3'><year>0</year><main_release>0</main_release><genres/></master>",
        "<master id='4'><year>about 1970</year><main_release>x</main_release></master>",
        f"<master id='5'><year>{'9' * 64}</year><main_release>{'1' * 64}</main_release></master>",
        "<master id='6'><year>-5</year><genres><genre/><genre> </genre><genre>Rock</genre></genres></master>",
        "<master id='7'><year>１９７０</year></master>",
        "<master id='8'/>",
    ]
    known = [make_master(number, None, (), (), 0) for number in range(1, 9)]
    known[5] = make_master(6, None, ("Rock",), (), 0)
    path = write(tmp_path, text_of(said))

    assert read(path) == known
    assert read(path, only(*range(1, 9))) == known
    assert batches(path)[-1].reached.entries == 8


def test_entries_without_a_usable_number_are_passed_over_and_counted(tmp_path: Path) -> None:
    numbers = ("", "0", "-3", "x", "9" * 64, str(2**63), "1.5", "٣")
    bad = [entry(make_master(1)).replace('id="1"', f'id="{number}"') for number in numbers]
    without = entry(make_master(1)).replace(' id="1"', "")
    largest = make_master(2**63 - 1, main_release=5)
    path = write(tmp_path, text_of([entry(make_master(4)), *bad, without, entry(largest)]))

    for wanted in (ALL, only(4, 2**63 - 1)):
        found = batches(path, wanted)
        assert [master for batch in found for master in batch.masters] == [make_master(4), largest]
        assert (found[-1].reached.entries, found[-1].reached.unnumbered) == (11, 9)


texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n\r"), max_size=30)
words = texts.map(str.strip).filter(bool).filter(lambda text: text == text.strip())


@given(
    st.lists(
        st.tuples(
            st.integers(1, 2**63 - 1),
            st.none() | st.integers(1, 9999),
            st.lists(words, max_size=3),
            st.lists(words, max_size=3),
            texts,
            st.sampled_from(sorted(ODD)),
        ),
        max_size=6,
        min_size=1,
        unique_by=lambda row: row[0],
    )
)
def test_whatever_a_value_holds_comes_out_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int | None, list[str], list[str], str, str]]
) -> None:
    masters = [make_master(number, year, genres, styles, 5) for number, year, genres, styles, *_ in rows]
    plain = [entry(master, title=row[4], notes=row[4][::-1]) for master, row in zip(masters, rows, strict=True)]
    path = write(tmp_path_factory.mktemp("dump"), text_of(plain))
    some = [master.id for master in masters[::2]]

    assert read(path) == masters
    assert read(path, only(*some)) == masters[::2]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1_000])
def test_it_does_not_matter_how_the_bytes_come(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    masters = some_masters(12)
    odd = sorted(ODD)
    text = text_of(ODD[odd[place]](master) for place, master in enumerate(masters))
    paths = [write(tmp_path, text, "plain.xml"), write(tmp_path, packed(text) + packed(b"") + bytes(9))]
    monkeypatch.setattr(unpacking, "CHUNK", size)

    for path, wanted in product(paths, (ALL, only(*(master.id for master in masters)))):
        assert list(dict.fromkeys(read(path, wanted))) == masters


def test_members_of_a_packed_file_are_read_one_behind_the_other(tmp_path: Path) -> None:
    masters = some_masters(40)
    text = dump_of(masters)
    path = write(tmp_path, packed(text[:999]) + bytes(700) + packed(text[999:]) + bytes(3))

    assert read(path) == masters


@pytest.mark.parametrize(
    "wanted", [ALL, only(*range(1, 8_000, 3)), of_main(*range(3, 8_000, 9))], ids=["all", "by number", "by main"]
)
def test_reading_goes_on_after_any_batch_without_what_was_read_before(
    tmp_path: Path, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "CHUNK", 5_000)
    masters = some_masters(400)
    text = b"<!-- -->" + dump_of(masters).replace(b"<title>", b"<!-- --><title>", 40)
    for path in (write(tmp_path, text, "plain.xml"), write(tmp_path, packed(text))):
        whole = batches(path, wanted)
        assert len(whole) > 5
        for place, stopped in enumerate(whole):
            rest = batches(path, wanted, stopped.reached)
            assert {batch.masters for batch in rest if batch.is_skipped} <= {()}
            found = [batch for batch in (*whole[: place + 1], *rest) if not batch.is_skipped]
            assert [one for batch in found for one in batch.masters] == [
                one for batch in whole for one in batch.masters
            ]
            assert found[-1].reached == whole[-1].reached


def test_reading_does_not_go_on_in_another_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "CHUNK", 5_000)
    masters = some_masters(400)
    path = write(tmp_path, packed(dump_of(masters)))
    stopped = batches(path)[3].reached
    for other in (masters[1:], masters[:20], [make_master(masters[0].id, 1066), *masters[1:]]):
        with pytest.raises(Changed):
            batches(write(tmp_path, packed(dump_of(other))), ALL, stopped)


def whole(reader: Sequence[Batch]) -> list[Master]:
    return [master for batch in reader for master in batch.masters]


def test_entries_cut_by_hand_are_those_that_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = monthly(tmp_path, "20260801", world=World(generated(100, 1)), entries=3_000)
    numbers = {master.id for master in read(path)[::7]}
    fast = whole(batches(path, only(*numbers)))
    monkeypatch.setattr(dump_cut.Cutter, "cut", lambda *_: None)

    assert len(fast) == len(numbers)
    assert whole(batches(path, only(*numbers))) == fast
