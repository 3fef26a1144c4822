from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from core.text import INDEPENDENCE_NOTICE, SOURCE_NOTICE
from tui.about import about

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_notices_are_worded_as_the_terms_ask() -> None:
    assert SOURCE_NOTICE == "Data provided by Discogs."
    assert INDEPENDENCE_NOTICE == (
        "This application uses Discogs’ API but is not affiliated with, sponsored or endorsed by Discogs."
        " ‘Discogs’ is a trademark of Zink Media, LLC."
    )


def test_the_readme_has_both_notices() -> None:
    manual = " ".join((ROOT / "README.md").read_text(encoding="utf-8").replace("[Discogs](", "Discogs(").split())
    assert "Data provided by Discogs(https://www.discogs.com/)." in manual
    assert INDEPENDENCE_NOTICE in manual


def test_each_notice_is_written_in_one_place() -> None:
    for notice in (SOURCE_NOTICE, "Zink Media"):
        written = [
            str(path.relative_to(ROOT))
            for package in ("core", "tui", "bot")
            for path in (ROOT / package).rglob("*.py")
            if notice in path.read_text(encoding="utf-8")
        ]
        assert written == ["core/text.py"]


def test_about_says_what_this_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert about(as_json=False) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0] == f"Runout {version('runout')}, MIT licence"
    assert any(line.startswith("https://") for line in lines)
    assert lines[-2:] == [SOURCE_NOTICE, INDEPENDENCE_NOTICE]
    assert told.err == ""


def test_about_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    assert about(as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"name", "version", "licence", "summary", "homepage", "notices"}
    assert (found["name"], found["version"], found["licence"]) == ("Runout", version("runout"), "MIT")
    assert found["notices"] == [SOURCE_NOTICE, INDEPENDENCE_NOTICE]
