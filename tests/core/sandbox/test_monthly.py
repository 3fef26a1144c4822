"""The monthly file of masters: in the form of the real one, and in step with what the API says."""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from core.sandbox.generate import generated, with_gaps
from core.sandbox.masters import master_of
from core.sandbox.monthly import main, monthly
from core.sandbox.monthly_entries import entry, invented_entries
from core.sandbox.oddities import ODD_TEXTS
from core.sandbox.shipped import shipped
from core.sandbox.world import World

import pytest

ROOT = Path(__file__).parents[3]
CHILDREN = ["main_release", "artists", "genres", "styles", "year", "title", "data_quality", "videos"]
DATE = "20260801"


def text_of(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()


def masters_in(path: Path) -> dict[int, ET.Element]:
    found = [*ET.fromstring(text_of(path))]
    assert {one.tag for one in found} <= {"master"}
    numbers = [int(one.get("id", "")) for one in found]
    assert numbers == sorted(set(numbers))
    return dict(zip(numbers, found, strict=True))


def said(value: object) -> str:
    """What XML can say of a text."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", "" if value is None else str(value))


def meaning(one: ET.Element) -> dict[str, Any]:
    return {
        "id": int(one.get("id", "")),
        "main_release": int(one.findtext("main_release", "")),
        "year": int(one.findtext("year", "")),
        "title": one.findtext("title", ""),
        "data_quality": one.findtext("data_quality"),
        "genres": [genre.text for genre in one.iterfind("genres/genre")],
        "styles": [style.text for style in one.iterfind("styles/style")],
        "artists": [
            tuple(artist.findtext(name, "") for name in ("id", "name", "anv", "join"))
            for artist in one.iterfind("artists/artist")
        ],
        "videos": [
            (video.get("src"), int(video.get("duration", "")), video.get("embed"), video.findtext("title", ""))
            for video in one.iterfind("videos/video")
        ],
    }


def of_api(body: Any) -> dict[str, Any]:
    return {
        **{name: body[name] for name in ("id", "main_release", "year", "data_quality", "genres", "styles")},
        "title": said(body["title"]),
        "artists": [tuple(said(one[name]) for name in ("id", "name", "anv", "join")) for one in body["artists"]],
        "videos": [
            (one["uri"], one["duration"], str(one["embed"]).lower(), said(one["title"]))
            for one in body.get("videos", ())
        ],
    }


@pytest.mark.parametrize("world", [World(with_gaps(generated(300, 2), 2)), World(shipped())], ids=["gaps", "sample"])
async def test_it_holds_exactly_the_masters_of_a_world_and_says_what_the_api_says(tmp_path: Path, world: World) -> None:
    found = masters_in(monthly(tmp_path, DATE, world=world))
    assert [*found] == world.catalogue.masters()
    for number, one in found.items():
        assert meaning(one) == of_api(master_of(world.catalogue, number))


async def test_what_editors_change_is_in_the_next_one(tmp_path: Path) -> None:
    world = World(generated(100, 2))
    first, second, third, *_ = masters_in(monthly(tmp_path, DATE, world=world))
    world.website.delete_master(first)
    world.website.rewrite_master(second, {"year": 0, "title": "<&> \"'\r\nAnother"})
    for number in world.catalogue.named_under(third):
        world.website.delete_release(number)
    found = masters_in(monthly(tmp_path, "20260901", world=world))
    assert not {first, third} & found.keys()
    assert (found[second].findtext("year"), found[second].findtext("title")) == ("0", "<&> \"'\r\nAnother")


def test_others_lie_between_the_masters_of_a_world_and_have_numbers_of_their_own(tmp_path: Path) -> None:
    world = World(shipped())
    own = world.catalogue.masters()
    numbers = [*masters_in(monthly(tmp_path, DATE, world=world, entries=500))]
    assert len(numbers) == len(own) + 500
    others = sorted({*numbers} - {*own})
    assert len(others) == 500
    assert others[0] < own[-1]
    assert own[0] < others[-1]


def test_where_there_is_no_room_between_numbers_others_come_after() -> None:
    taken = frozenset(range(1, 4_000_001)) - {9}
    numbers = [number for number, _ in invented_entries(6, 1, taken)]
    assert len(set(numbers)) == 6
    assert not taken & {*numbers}
    assert numbers == sorted(numbers)


def test_the_form_is_that_of_the_real_file(tmp_path: Path) -> None:
    text = text_of(monthly(tmp_path, DATE, entries=3000))
    assert text.startswith("<masters>\n<master id=")
    assert text.endswith("</master>\n</masters>\n")
    assert len(re.findall(r"^<master id=\"\d+\">", text, re.MULTILINE)) == text.count("<master ") == 3000
    assert "&#13;\n" in text
    assert "\r" not in text
    assert re.search(r"[^>]\n[^<]", text), "values hold raw line feeds"
    assert not re.search(r"<(\w+)></\1>|<\w+/>", text), "what is empty is left out"
    orders = set(re.findall(r"<video (\w+)=\"[^\"]*\" (\w+)=\"[^\"]*\" (\w+)=", text))
    assert len(orders) == 3


def test_every_element_of_the_real_file_occurs_in_its_order_and_each_but_the_first_may_be_missing(
    tmp_path: Path,
) -> None:
    missing: set[str] = set()
    for one in masters_in(monthly(tmp_path, DATE, entries=20_000)).values():
        names = [child.tag for child in one]
        assert names == [name for name in CHILDREN if name in names]
        missing |= {*CHILDREN} - {*names}
    assert missing == {"styles", "year", "title", "videos"}


def test_some_have_year_zero_and_several_artists_with_joins(tmp_path: Path) -> None:
    found = masters_in(monthly(tmp_path, DATE, entries=2000)).values()
    assert any(one.findtext("year") == "0" for one in found)
    artists = [one.findall("artists/artist") for one in found]
    assert any(len(some) > 1 and some[0].findtext("join") for some in artists)
    assert any(artist.findtext("anv") for some in artists for artist in some)


def test_an_entry_is_about_as_large_as_real_ones_with_videos_are() -> None:
    sizes = [len(text.encode()) for _, text in invented_entries(3000, 1)]
    assert 1000 < sum(sizes) / len(sizes) < 1400


@pytest.mark.parametrize("odd", ODD_TEXTS)
def test_an_odd_text_arrives_as_far_as_xml_can_say_it(odd: str) -> None:
    world = World(generated(60, 2))
    number = world.catalogue.masters()[0]
    world.website.rewrite_master(number, {"title": odd, "genres": [odd]})
    one = ET.fromstring(entry(master_of(world.catalogue, number) or {}))
    assert one.findtext("title", "") == said(odd)


def test_the_sum_is_that_of_the_packed_file_with_one_blank_before_its_name(tmp_path: Path) -> None:
    path = monthly(tmp_path, DATE, entries=50)
    assert path.name == "discogs_20260801_masters.xml.gz"
    lines = (tmp_path / "discogs_20260801_CHECKSUM.txt").read_text(encoding="ascii").split("\n")
    assert lines.pop() == ""
    sums = {name: found for found, name in (line.split(" ") for line in lines)}
    assert [*sums] == [f"discogs_20260801_{kind}.xml.gz" for kind in ("artists", "labels", "masters", "releases")]
    assert sums[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_unpacked_it_is_the_same_and_so_is_the_sum(tmp_path: Path) -> None:
    packed = monthly(tmp_path / "packed", DATE, entries=50, seed=4)
    plain = monthly(tmp_path / "plain", DATE, entries=50, seed=4, plain=True)
    assert plain.name == "discogs_20260801_masters.xml"
    assert text_of(plain) == text_of(packed)
    assert not (tmp_path / "plain" / packed.name).exists()
    name = "discogs_20260801_CHECKSUM.txt"
    assert (plain.parent / name).read_bytes() == (packed.parent / name).read_bytes()


def test_the_same_seed_gives_the_same_file_and_another_another(tmp_path: Path) -> None:
    bodies = [monthly(tmp_path / name, DATE, entries=40, seed=seed).read_bytes() for name, seed in NAMED_SEEDS]
    assert bodies[0] == bodies[1] != bodies[2]


NAMED_SEEDS = (("a", 1), ("b", 1), ("c", 2))


def test_entries_are_made_as_they_are_written() -> None:
    first, second, third = (number for number, _ in islice(invented_entries(10**8, 1), 3))
    assert 0 < first < second < third


def test_the_command_writes_it_and_says_where(tmp_path: Path) -> None:
    options = ["--date", "20260901", "--entries", "30", "--seed", "2", "--plain", "--items", "40", "--gaps"]
    done = subprocess.run(
        [sys.executable, "-m", "core.sandbox.monthly", str(tmp_path / "new"), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    path = Path(json.loads(done.stdout)["written"])
    assert path.name == "discogs_20260901_masters.xml"
    world = World(with_gaps(generated(40, 2), 2))
    assert {*world.catalogue.masters()} <= masters_in(path).keys()
    assert len(masters_in(path)) == len(world.catalogue.masters()) + 30


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--date", "20261301"], "see --help."),
        (["--entries", "many"], "see --help."),
        (["--collection", "nowhere"], "nowhere does not exist"),
        (["--items", "1", "--collection", "x"], "not allowed with argument"),
    ],
)
def test_a_wrong_option_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert main([str(tmp_path), *options]) == 2
    assert sentence in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]


def test_a_directory_that_cannot_be_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file")]) == 2
    assert "cannot be written" in capsys.readouterr().err
