"""`runout demo --check`, the whole program as a process of its own, on collections that people published."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.stand_in import SAMPLES

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = SAMPLES / "collections"


def demo(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the demo from somewhere else than the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "tui", "demo", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("path", "complete"),
    [
        ("collector_a", "316 copies of 315 releases arrived complete"),
        ("collector_a/collection.csv", "316 copies of 315 releases arrived complete"),
        ("collector_b", "621 copies of 621 releases arrived complete"),
        ("collector_b/collection.json.gz", "621 copies of 621 releases arrived complete"),
        ("collector_c/collection-2016-03-22.csv.gz", "2,188 copies of "),
        ("collector_c/collection-2016-05-21.csv.gz", "2,197 copies of "),
    ],
)
def test_every_copy_of_a_real_collection_arrives(tmp_path: Path, path: str, complete: str) -> None:
    done = demo("--check", "--collection", str(COLLECTIONS / path), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"ok: {complete}")
    assert done.stdout.count("\n") == 1
    assert "0 refusals" in done.stdout


def test_the_sample_and_a_generated_collection_with_odd_texts_arrive(tmp_path: Path) -> None:
    for arguments in ((), ("--items", "1500"), ("--items", "0")):
        done = demo("--check", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), arguments


def test_a_folder_with_several_exports_asks_to_name_one(tmp_path: Path) -> None:
    done = demo("--check", "--collection", str(COLLECTIONS / "collector_c"), cwd=tmp_path)
    assert done.returncode == 1
    assert "collection-2016-03-22.csv.gz" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content",
    [b"", b"not,a,discogs,export\n1,2,3,4\n", b"\x89PNG\r\n\x1a\n", b'{"releases": 5}', b"\xff\xfe"],
    ids=["empty", "another CSV", "a picture", "another JSON", "no UTF-8"],
)
def test_a_file_that_is_no_collection_gets_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    done = demo("--check", "--collection", str(path), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "some.csv" in done.stderr


def test_without_a_terminal_the_demo_says_what_to_do(tmp_path: Path) -> None:
    done = demo(cwd=tmp_path)
    assert done.returncode == 1
    assert "--check" in done.stderr


def test_data_that_are_kept_are_used_again_and_nothing_else_is_touched(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for _ in range(2):
        assert demo("--check", "--keep", str(kept), "--items", "50", cwd=tmp_path).returncode == 0
    assert (kept / "runout.db").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    refused = demo("--check", "--keep", str(tmp_path / "mine"), cwd=tmp_path)
    assert refused.returncode == 1
    assert [entry.name for entry in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    environment_temp = tmp_path / "temporary"
    environment_temp.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TMPDIR", str(environment_temp))
        assert demo("--check", cwd=tmp_path).returncode == 0
    assert list(environment_temp.iterdir()) == []
    assert sorted(entry.name for entry in tmp_path.iterdir()) in (["temporary"], ["home", "temporary"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_collection(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    done = demo("--check", "--collection", str(tmp_path / "pipe.csv"), cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
