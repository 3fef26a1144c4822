"""The pins: everything the program needs, each at one version with its hashes, and no address anywhere."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
FILES = ("build", "dev", "lock", "runtime")
PIN = re.compile(r"([a-z0-9-]+)==([A-Za-z0-9.!+]+)( ; [^\\]+)?((?: --hash=sha256:[0-9a-f]{64})+)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text_of(name: str) -> str:
    return (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")


def entries(name: str) -> list[str]:
    """Each requirement as one line, its continuations joined."""
    return re.sub(r"\s*\\\n\s*", " ", text_of(name)).splitlines()


def versions(name: str) -> dict[str, str]:
    found = {}
    for entry in entries(name):
        pin = PIN.fullmatch(entry)
        assert pin is not None, entry
        assert pin[1] not in found, f"{pin[1]} stands twice in {name}.txt"
        found[pin[1]] = pin[2]
    return found


def names(requirements: list[str]) -> set[str]:
    """The packages asked for, spelt as the pins spell them."""
    return {re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", one, maxsplit=1)[0]).lower() for one in requirements}


def test_the_files_are_these_and_no_others() -> None:
    assert {path.name for path in REQUIREMENTS.iterdir()} == {f"{name}.txt" for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_no_address_and_no_machine_is_named(name: str) -> None:
    assert "://" not in text_of(name)
    assert not re.search(r"^\s*-(?!-hash=)|(^|\s)[./~]|@", text_of(name), re.MULTILINE), "an option, a path or a URL"


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_one_version_with_its_hashes(name: str) -> None:
    assert versions(name)


@pytest.mark.parametrize(("one", "other"), [("runtime", "dev"), ("build", "dev"), ("build", "runtime")])
def test_what_shares_an_environment_has_one_version(one: str, other: str) -> None:
    ours, theirs = versions(one), versions(other)
    assert {name: ours[name] for name in ours.keys() & theirs} == {name: theirs[name] for name in ours.keys() & theirs}


def test_what_the_program_needs_is_part_of_what_its_developers_need() -> None:
    assert versions("runtime").items() <= versions("dev").items()


def test_every_dependency_is_pinned() -> None:
    project = PROJECT["project"]
    assert names(project["dependencies"]) <= versions("runtime").keys()
    assert names(project["optional-dependencies"]["dev"]) <= versions("dev").keys()
    assert names(PROJECT["build-system"]["requires"]) <= versions("build").keys()


def test_no_lock_that_records_addresses_is_tracked() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    # An unpacked sdist is no checkout: what lies in it is what counts there.
    tracked = listed.stdout.splitlines() if listed.returncode == 0 else [path.name for path in ROOT.iterdir()]
    kinds = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pixi.lock"}
    assert not [name for name in tracked if Path(name).name in kinds or re.fullmatch(r"pylock(\..+)?\.toml", name)]
