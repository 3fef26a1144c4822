"""`runout have`: the answer and its exit code, for people and for scripts, in every state of an account."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core import config as settings
from core.config import Config
from core.domain.changes import Changes
from core.domain.collection import Collection, Copy
from core.domain.details import InShort
from core.domain.having import Having
from core.domain.having_answers import Answer
from core.domain.having_asked import settled
from core.domain.having_found import Found, Hit
from core.domain.having_text import read
from core.domain.ids import ReleaseId, Shelf
from core.errors import NotConnected
from core.store.cipher import Cipher
from core.store.database import open_database
from core.store.repositories import Repositories
from tests.factories import ADDED, make_copy, make_release
from tests.tui.hostile import HOSTILE, harms
from tests.tui.states import ME, disconnected, half_arrived, refused, synced
from tests.tui.test_listing import SHELF, filled
from tui.arguments import parse
from tui.having import Options, have
from tui.render.having import doubts, record_lines, sentence

import pytest

Captured = pytest.CaptureFixture[str]

NOW = datetime.now(UTC).replace(microsecond=0)
DUB = make_release(10, "Dub", artist="Ann", catno="HM 1", master_id=7)
AGAIN = make_release(11, "Dub", artist="Ann", catno="HM 2", master_id=7)
OTHER = make_release(12, "Something Else", artist="Bob", catno="XL 9")


def wanting(config: Config, *wants: Copy) -> Config:
    """A wantlist that was read."""

    async def act() -> None:
        async with open_database(config.paths.database) as database:
            stores = Repositories.of(database, Cipher(config.paths.key))
            async with database.tx() as tx:
                await stores.collections.apply(tx, ME.id, Changes(added=wants), Shelf.WANTLIST)
                await stores.shelves.begin(tx, ME.id, ADDED)
                for shelf in Shelf:
                    await stores.shelves.mark_published(tx, ME.id, shelf, checked=NOW, walked=NOW)

    asyncio.run(act())
    return config


@pytest.fixture
def config(tmp_path: Path) -> Config:
    copies = [make_copy(1, DUB, folder_id=3, fields={1: "Mint (M)", 2: "Generic"})]
    return wanting(filled(tmp_path, copies), make_copy(12, OTHER))


def asked(config: Config, capsys: Captured, what: str, **options: Any) -> tuple[int, dict[str, Any], str]:
    """The exit code, the object on stdout, and the words on stderr."""
    code = have(config, Options(what=what, as_json=True, **options))
    told = capsys.readouterr()
    found: dict[str, Any] = json.loads(told.out)
    return code, found, told.err


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("r10", 0, "You own this pressing, found by its id."),
        ("hm-1", 0, "You own this pressing, found by its catalogue number."),
        ("m7", 10, "You own a pressing of it, found by its id; whether it is this one, that does not tell."),
        ("ann dub", 10, "You own a pressing of it, found by words; whether it is this one, that does not tell."),
        ("XL 9", 11, "You do not own it, but it is on your wantlist, found by its catalogue number."),
        ("XL 10", 12, "You do not own it, and it is not on your wantlist."),
        ("r99", 12, "You do not own this pressing."),
        ("5012394144777", 13, "Cannot tell whether you own it: barcodes are known for 0 of 1."),
        ("Ann", 13, "Cannot tell whether you own it: nothing here has just these words, but there is something like"),
    ],
)
def test_each_answer_is_a_sentence_and_an_exit_code(
    config: Config, capsys: Captured, what: str, code: int, said: str
) -> None:
    assert have(config, Options(what=what)) == code
    assert capsys.readouterr().out.startswith(said)


def test_what_is_owned_comes_with_grades_and_folder(config: Config, capsys: Captured) -> None:
    assert have(config, Options(what="hm 1")) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Ann – Dub",
        "  1976 · LP · Hall Of Mirrors HM 1 · r10",
        "  yours: Mint (M), sleeve Generic · folder Jazz & Dub",
    ]


def test_one_object_says_the_same_to_scripts(config: Config, capsys: Captured) -> None:
    code, found, said = asked(config, capsys, "HM 1")
    (match,) = found.pop("matches")
    assert datetime.fromisoformat(found.pop("as_of")) == NOW
    assert (code, said) == (0, "")
    assert found == {
        "answer": "own this",
        "exit_code": 0,
        "sought": "HM 1",
        "kind": "number",
        "matched_by": "number",
        "why": [],
        "matching": 1,
        "copies": 1,
        "releases": 1,
        "barcodes_known": 0,
        "arriving": None,
        "asked": False,
        "found": [],
        "finding": 0,
        "error": None,
    }
    assert match["owned"] == [
        {
            "instance_id": 1,
            "media": "Mint (M)",
            "sleeve": "Generic",
            "folder": "Jazz & Dub",
            "shelf": None,
            "rating": None,
            "added": "2024-05-11T18:29:49Z",
        }
    ]
    assert (match["release_id"], match["master_id"], match["wanted"]) == (10, 7, False)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("---", "Type a barcode, a catalogue number, a link to Discogs, an id as in r123, or words.\n"),
        ("https://www.discogs.com/artist/5", "That link leads to no release and no master on Discogs.\n"),
    ],
)
def test_what_cannot_be_looked_up_is_a_sentence(config: Config, capsys: Captured, what: str, said: str) -> None:
    assert have(config, Options(what=what)) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", said)


def test_how_to_go_on_is_said_where_discogs_could_settle_it(config: Config, capsys: Captured) -> None:
    for what, hint in (("5012394144777", True), ("XL 10", True), ("r10", False), ("Ann", False)):
        have(config, Options(what=what))
        assert ("--ask" in capsys.readouterr().err) is hint


def test_before_anybody_has_connected_it_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotConnected):
        have(settings.load({"RUNOUT_DATA_DIR": str(tmp_path)}), Options(what="r1"))


def test_while_the_first_sync_runs_what_is_here_is_found_and_the_rest_unknown(tmp_path: Path, capsys: Captured) -> None:
    config = half_arrived(tmp_path)
    assert asked(config, capsys, f"r{SHELF[0].release.id}")[0] == 0
    code, found, _said = asked(config, capsys, "r99999")
    assert (code, found["why"][0], found["arriving"]) == (13, "arriving", 250)
    have(config, Options(what="r99999"))
    assert "the first sync is not over, 4 of 250 copies are here" in capsys.readouterr().out


def test_of_an_empty_collection_nothing_is_owned(tmp_path: Path, capsys: Captured) -> None:
    config = wanting(filled(tmp_path, ()))
    assert asked(config, capsys, "5012394144777")[0] == 12


def test_before_the_first_sync_nothing_is_known(tmp_path: Path, capsys: Captured) -> None:
    assert have(filled(tmp_path, ()), Options(what="r1")) == 13
    assert "your collection was not read yet" in capsys.readouterr().out


def test_what_is_old_is_told_with_its_age_and_answered_all_the_same(tmp_path: Path, capsys: Captured) -> None:
    code, _found, said = asked(synced(tmp_path, timedelta(hours=9)), capsys, f"r{SHELF[0].release.id}")
    assert code == 0
    assert "What is here is from 9 h" in said


@pytest.mark.parametrize(
    ("state", "error"),
    [(refused, "Discogs does not accept the token"), (disconnected, "is disconnected")],
)
def test_whose_access_is_gone_has_the_answer_and_hears_why_nothing_was_asked(
    tmp_path: Path, capsys: Captured, state: Any, error: str
) -> None:
    config = state(tmp_path)
    assert asked(config, capsys, f"r{SHELF[0].release.id}", ask=True)[0] == 0
    code, found, said = asked(config, capsys, "XL 10", ask=True)
    assert (code, found["answer"], found["exit_code"]) == (13, "not owned", 13)
    assert error in found["error"]
    assert found["error"] in said


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_harm_nothing(tmp_path: Path, capsys: Captured, text: str) -> None:
    copies = [make_copy(1, make_release(10, text, artist=text, label=text, catno=f"{text}1"), fields={1: text})]
    config = filled(tmp_path, copies)
    for what in ("r10", text):
        for as_json in (False, True):
            have(config, Options(what=what, as_json=as_json))
            told = capsys.readouterr()
            lines = (told.out + told.err).splitlines()
            assert not {char for line in lines for char in line if harms(char)}
            if as_json and told.out:
                assert json.loads(told.out)["sought"]


def test_the_command_line_takes_a_barcode_with_blanks_and_options_anywhere() -> None:
    given = parse(["have", "5", "012394", "144777", "--ask", "--json"])
    assert Options.of(given) == Options(what="5 012394 144777", ask=True, as_json=True)
    assert Options.of(parse(["have", "--json", "-weird", "words"])).what == "-weird words"


def told(text: str, owned: Iterable[Copy] = (), wants: Iterable[Copy] = (), hits: Iterable[Hit] = ()) -> list[str]:
    """Everything that is said of one text, once Discogs was asked if it has found anything."""
    collection = Collection(tuple(owned), facts={ReleaseId(10): InShort("UK", ("5012394144777",))})
    having = Having(collection, Collection(tuple(wants)))
    answer: Answer = having.answer(read(text))
    found = tuple(hits)
    if found and answer.question is not None:
        answer = settled(having, answer, answer.question, Found(found, len(found), len(found)))
    return [sentence(answer), *doubts(answer), *record_lines(having, answer)]


def test_the_words_of_each_doubt() -> None:
    mine = [make_copy(1, DUB), make_copy(2, OTHER)]
    assert told("4006381333931", mine)[0] == "Cannot tell whether you own it: barcodes are known for 1 of 2."
    assert told("4006381333932", mine)[1].startswith("The last digit does not fit the others")
    assert told("r99", mine)[1] == "Whether you own another pressing of it, the copy does not know."
    several = [make_copy(number, make_release(number, catno="A 1", master_id=number)) for number in (1, 2, 3, 4)]
    lines = told("a1", several)
    assert lines[0] == "Cannot tell whether you own it: 4 records here have this catalogue number."
    assert lines[-1] == "and 1 more"
    hit = Hit(release=ReleaseId(11), title="Ann - Dub", country="US", year=1980, formats=("Vinyl",), catno="HM 2")
    assert told("4006381333931", [make_copy(2, OTHER)], hits=[hit]) == [
        "You do not own it, and it is not on your wantlist.",
        "Discogs: Ann - Dub · US · 1980 · Vinyl · HM 2 · r11",
    ]
    assert told("5012394144777", mine)[2].startswith("  UK · 1976 · LP")
    both = told("hm 2", [make_copy(1, DUB)], [make_copy(2, AGAIN)])
    assert both[0] == "You own another pressing of it, found by its catalogue number."
    assert "on your wantlist" in "".join(both)
