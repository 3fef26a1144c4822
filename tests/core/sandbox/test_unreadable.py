"""Bad input ends in one sentence that says what is wrong and what to do."""

import gzip
import json
from pathlib import Path

from core.sandbox.readers import read_collection
from core.sandbox.unreadable import UnreadableError

import pytest

GOOD = '{"id": 1, "instance_id": 2, "basic_information": {}}'

BAD: list[tuple[str, bytes, str]] = [
    ("c.csv", b"", "is empty"),
    ("c.csv", b"\xef\xbb\xbf\r\n", "no release_id column (columns found: none)"),
    ("c.json", b" \n", "is empty"),
    ("c.csv.gz", b"", "is empty"),
    ("c.csv.gz", b"release_id\n5\n", "is named .gz but is not gzip"),
    ("c.json.gz", gzip.compress(b"[]" * 900)[:-9], "is cut short or damaged"),
    ("notes.txt", b"hello", "is neither CSV nor JSON"),
    ("c.csv", b"Catalog#;Artist\n1;2\n", "no release_id column (columns found: Catalog#;Artist)"),
    ("c.csv", b"Artist,Title\nA,B\n", "no release_id column (columns found: Artist, Title)"),
    ("c.csv", b"Title,release_id\nA,5\nB,five\n", "line 3: release_id 'five' is not a release number"),
    ("c.csv", b"Title,release_id\nA,\n", "line 2: release_id '' is not a release number"),
    ("c.csv", "Title,release_id\nA,٥\n".encode(), "line 2: release_id '٥' is not a release number"),
    ("c.csv", b"Title,release_id\nA,-5\n", "line 2: release_id '-5'"),
    ("c.csv", b'Title,release_id\n"A\nB",x\n', "line 3: release_id 'x'"),
    ("c.csv", b"Title,release_id\nA,B,5\n", "line 2: 3 cells under 2 columns"),
    ("c.csv", b'Title,release_id\n"A,5\n', "the CSV is broken"),
    ("c.csv", b"Title,release_id\nCaf\xe9,5\n", "is not UTF-8 text (byte 20)"),
    ("c.csv", "Title,release_id\n".encode("utf-16"), "is not UTF-8 text"),
    ("c.json", b"{nope", "is not JSON"),
    ("c.json", f"{GOOD}\n{{cut".encode(), "is not JSON"),
    ("c.json", b'{"wants": []}', "is JSON of another shape"),
    ("c.json", b'{"releases": {}}', "is JSON of another shape"),
    ("c.json", b"5", "is JSON of another shape"),
    ("c.json", b'["a"]', "is JSON of another shape"),
    ("c.json", b"[" * 100_000, "is nested too deeply"),
    ("c.json", f'{{"releases": [{GOOD}, {{"id": 3}}]}}'.encode(), "item 2: there is no usable instance_id"),
    ("c.json", f'{{"releases": [{GOOD}, {{"instance_id": 3}}]}}'.encode(), "item 2: there is no usable id"),
    ("c.json", b'[{"releases": [null]}]', "item 1: there is no usable id"),
    ("c.json", b'[{"id": true, "instance_id": 1}]', "item 1: there is no usable id"),
    ("c.json", b'[{"id": 1, "instance_id": 9223372036854775808}]', "item 1: there is no usable instance_id"),
    ("c.json", b'[{"id": 1, "instance_id": 1}]', "item 1: there is no usable basic_information"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BAD, ids=[f"{n}-{s[:30]}" for n, _, s in BAD])
def test_bad_input_is_told_in_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(UnreadableError) as raised:
        read_collection(file)
    said = str(raised.value)
    assert sentence in said
    assert said.startswith(str(file))
    assert said.endswith(".")
    assert ";" in said, "it also says what to do"
    assert "\n" not in said


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"does not exist; give a Discogs CSV export"):
        read_collection(tmp_path / "nowhere")


def test_a_folder_without_a_collection_is_told(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("x")
    (tmp_path / "folders.json").write_text("{}")
    with pytest.raises(UnreadableError, match=r"holds no collection"):
        read_collection(tmp_path)


def test_a_folder_of_several_exports_is_refused_by_the_names_of_its_files(samples: Path) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_collection(samples / "collections" / "collector_c")
    assert "(collection-2016-03-22.csv.gz, collection-2016-05-21.csv.gz); name one of these files." in str(raised.value)


def test_a_full_dump_of_releases_is_no_collection(tmp_path: Path) -> None:
    (tmp_path / "releases.json").write_text(json.dumps([{"id": 5, "title": "a body, not an item"}]))
    with pytest.raises(UnreadableError, match=r"item 1: there is no usable instance_id"):
        read_collection(tmp_path)
