"""A file that is no dump, or a broken one, is refused: by what it is, or where it is broken."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from core.discogs import unpacking
from core.discogs.unpacking import open_source
from core.domain.dump import Wanted
from core.errors import DumpBroken, DumpCutOff, DumpDamaged, DumpError, DumpUnreadable, Instead, NotMasters
from tests.core.discogs.dumps import ALL, batches, of_main, only, read, refused
from tests.monthly_dump import dump_of, entry, make_master, packed, some_masters, text_of, write

import pytest


@pytest.mark.parametrize(
    ("content", "found", "name"),
    [
        (b"", Instead.NOTHING, ""),
        (packed(b""), Instead.NOTHING, ""),
        (b"<masters></masters>", Instead.NO_ENTRIES, ""),
        (b"<masters/>\n", Instead.NO_ENTRIES, ""),
        (b"<releases>\n<release id='1'/></releases>", Instead.OTHER_XML, "releases"),
        (packed(b"<artists><artist><id>1</id></artist></artists>"), Instead.OTHER_XML, "artists"),
        (b"<labels><label>" + b"x" * 70_000, Instead.OTHER_XML, "labels"),
        (b"<Error><Code>AccessDenied</Code></Error>", Instead.OTHER_XML, "Error"),
        (b"<!DOCTYPE html><html><body><br>429</html>", Instead.WEB_PAGE, ""),
        (packed(b"\n <HTML><p>x"), Instead.WEB_PAGE, ""),
        (b"PK\x03\x04" + bytes(40), Instead.ZIP, ""),
        (b"\xfd7zXZ\x00" + bytes(40), Instead.PACKED, "xz"),
        (b"BZh91AY" + bytes(40), Instead.PACKED, "bzip2"),
        (b"\x28\xb5\x2f\xfd" + bytes(40), Instead.PACKED, "zstd"),
        (packed(packed(b"<masters/>")), Instead.PACKED, "gzip twice"),
        ("<masters/>".encode("utf-16"), Instead.ENCODED, "UTF-16"),
        ("<masters/>".encode("utf-16-le"), Instead.ENCODED, "UTF-16"),
        (b"<?xml version='1.0' encoding='latin1'?><masters/>", Instead.ENCODED, "latin1"),
        (b'{"message": "You are making requests too quickly."}', Instead.NO_XML, ""),
        (b"id,title\n1,x\n", Instead.NO_XML, ""),
        (b"\x00" * 100, Instead.NO_XML, ""),
        (b"\x1f", Instead.NO_XML, ""),
    ],
)
def test_a_file_of_another_kind_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, found: Instead, name: str
) -> None:
    path = write(tmp_path, content)

    assert refused(path) == NotMasters(path=str(path), found=found, name=name)


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))
ONE = '<masters><master id="1"><title>&{};</title></master></masters>'
TYPES = {
    "bomb": f'<!DOCTYPE masters [<!ENTITY a0 "aaaaaaaaaa">{BOMB}]>{ONE.format("a29")}',
    "file": f'<!DOCTYPE masters [<!ENTITY x SYSTEM "file:///etc/passwd">]>{ONE.format("x")}',
    "elsewhere": '<!DOCTYPE masters SYSTEM "http://192.0.2.1/x.dtd"><masters><master id="1"/></masters>',
    "after a comment": f"<?xml version='1.0'?><!-- {'x' * 9_000} --><!DOCTYPE masters [{BOMB}]>{ONE.format('a29')}",
}


@pytest.mark.parametrize("name", TYPES)
def test_what_declares_anything_is_refused_before_anything_expands(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, TYPES[name].encode())
    tracemalloc.start()
    try:
        assert refused(path) == NotMasters(path=str(path), found=Instead.DOCTYPE)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_an_entity_that_nobody_has_declared_is_refused_where_it_is(tmp_path: Path) -> None:
    text = text_of([entry(make_master(1)), "<master id='2'><title>\n&bomb;</title></master>"])
    path = write(tmp_path, text)
    at = text.index(b"&bomb;")

    for wanted in (ALL, only(1), only()):
        assert refused(path, wanted) == DumpBroken(path=str(path), reason="undefined entity", byte=at, line=4, master=1)


@pytest.mark.parametrize("wanted", [ALL, only(), of_main(3)], ids=["all", "none", "by main"])
@pytest.mark.parametrize(
    "wrong", [b"<year>1976</yeer>", b"<title>a & b</title>", b"\x00", b"\xff\xfe", b"<a b=c/>", b"</masters>"]
)
def test_what_is_broken_is_refused_with_its_place(tmp_path: Path, wrong: bytes, wanted: Wanted) -> None:
    before, after = dump_of(some_masters(3_000)).split(b"</masters>")[0], b"<master id='70000'>"
    text = before + after + b"\n\n" + wrong + b"</master>\n</masters>\n"
    begins = len(before) + len(after) + 2
    for path in (write(tmp_path, text, "plain.xml"), write(tmp_path, packed(text))):
        error = refused(path, wanted)

        assert isinstance(error, DumpBroken)
        assert begins <= error.byte < begins + len(wrong)
        assert error.line == text.count(b"\n", 0, begins) + 1
        assert error.master == some_masters(3_000)[-1].id


@pytest.mark.parametrize("end", [b"", b"\n", b"</master>", b"</mast", b"<!-- ", b"<![CDATA[</master></masters>"])
def test_a_text_that_ends_too_early_is_refused_with_its_place(tmp_path: Path, end: bytes) -> None:
    text = dump_of(some_masters(50)).split(b"</masters>")[0] + b"<master id='9999'>\n<year>19" + end
    text = text.replace(b"<year>19</master>", b"</master>")
    last = 9_999 if b"</master>" in end else some_masters(50)[-1].id
    for path in (write(tmp_path, text, "plain.xml"), write(tmp_path, packed(text))):
        assert refused(path) == DumpCutOff(path=str(path), byte=len(text), line=text.count(b"\n") + 1, master=last)


@pytest.mark.parametrize("rest", [b"<masters></masters>", b"more", b"<master id='3'></master>"])
def test_what_follows_the_end_is_refused(tmp_path: Path, rest: bytes) -> None:
    text = dump_of([make_master(1)])
    path = write(tmp_path, text + rest)

    assert isinstance(error := refused(path), DumpBroken)
    assert error.byte >= len(text)


def test_what_is_packed_and_followed_by_something_else_is_refused(tmp_path: Path) -> None:
    whole = packed(dump_of([make_master(1)]))
    path = write(tmp_path, whole + b"\n")

    assert isinstance(refused(path), DumpDamaged)


@pytest.mark.parametrize("plain", [False, True], ids=["packed", "plain"])
def test_an_entry_that_does_not_end_is_refused_in_little_memory(tmp_path: Path, *, plain: bool) -> None:
    """Fifty megabytes of nothing are fifty kilobytes when they are packed."""
    text = dump_of([make_master(1)]).replace(b"</masters>", b"<master id='2'><title>" + b"x" * 50_000_000)
    path = write(tmp_path, text if plain else packed(text))
    del text
    tracemalloc.start()
    try:
        error = refused(path)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(error, DumpBroken)
    assert (error.master, error.line) == (1, 3)


def test_an_entry_of_three_megabytes_is_no_harm(tmp_path: Path) -> None:
    masters = [make_master(1), make_master(2, styles=("x" * 900,)), make_master(3)]
    said = [entry(master, title="&" * (200_000 if master.id == 2 else 1)) for master in masters]
    path = write(tmp_path, packed(text_of(said)))

    assert read(path) == masters
    assert read(path, only(1, 3)) == [masters[0], masters[2]]


@pytest.mark.parametrize("wanted", [ALL, only(), only(*range(700))], ids=["all", "none", "some"])
def test_a_flipped_bit_in_a_packed_file_is_never_believed(tmp_path: Path, wanted: Wanted) -> None:
    """All but what stands in the head of the packing, of its date and system, is summed up."""
    masters = some_masters(30)
    whole = packed(dump_of(masters))
    expected = read(write(tmp_path, whole), wanted)
    for place in range(len(whole)):
        spoiled = bytearray(whole)
        spoiled[place] ^= 1 << place % 8
        path = write(tmp_path, bytes(spoiled))
        try:
            assert read(path, wanted) == expected
            assert place < 10
        except DumpError:
            pass


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.xml.gz"

    assert refused(missing) == DumpUnreadable(path=str(missing), reason="No such file or directory")
    assert refused(tmp_path) == DumpUnreadable(path=str(tmp_path), reason="it is a directory")
    with pytest.raises(DumpUnreadable):
        open_source(Path("a\0b"), lambda: False)


def test_what_is_damaged_in_the_part_that_was_read_before_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "CHUNK", 5_000)
    whole = packed(dump_of(some_masters(400)))
    stopped = batches(write(tmp_path, whole))[-1].reached
    path = write(tmp_path, whole[:5_000] + bytes(99) + whole[5_099:])
    with pytest.raises(DumpDamaged) as error:
        batches(path, ALL, stopped)

    assert error.value.byte > stopped.position // 2
    assert error.value.line > 200
