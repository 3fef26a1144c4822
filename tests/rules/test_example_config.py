"""The example of a configuration file: it can be used as it is, and nothing that can be set is missing."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from core import config
from core.config import CUSTOMARY, SECTIONS, Config
from core.config.settings import KEYS
from tui.app import OWNERS, RunoutApp
from tui.keys import Remapped, remapped
from tui.themes import AUTO, THEMES

import pytest
from msgspec import structs
from textual.theme import BUILTIN_THEMES

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
README = EXAMPLE.with_name("README.md").read_text(encoding="utf-8")

SETTING = re.compile(r"^#(?=\w+ = )", re.MULTILINE)
"""A setting that is commented out stands right behind its mark; a sentence has a blank between."""


def all_set() -> str:
    """The example with every setting in force. The version stands in one place, and that is not the example."""
    return SETTING.sub("", TEXT).replace("VERSION", version("runout"))


def loaded(path: Path) -> Config:
    return config.load({"RUNOUT_CONFIG": str(path)})


def defaults(path: Path) -> Config:
    path.write_text("", encoding="utf-8")
    return loaded(path)


def test_the_example_loads_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    before = defaults(path)
    path.write_text(TEXT, encoding="utf-8")
    assert loaded(path) == before


def test_what_it_shows_are_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    before = defaults(path)
    path.write_text(all_set(), encoding="utf-8")
    assert loaded(path) == before
    assert SETTING.search(TEXT), "nothing is commented out"


def test_every_setting_is_named_in_its_section_and_nothing_else() -> None:
    named = {section: set(keys) for section, keys in tomllib.loads(all_set()).items() if section != KEYS}
    assert named == {name: {field.name for field in structs.fields(kind)} for name, kind in SECTIONS.items()}


def test_every_section_there_is_has_been_thought_of() -> None:
    assert {field.name for field in structs.fields(Config)} - {"paths", "time"} == tomllib.loads(TEXT).keys()


@pytest.mark.parametrize("key", [key for keys in tomllib.loads(all_set()).values() for key in keys])
def test_every_setting_is_explained_in_the_lines_before_it(key: str) -> None:
    before = TEXT[: re.search(rf"^#{key} = ", TEXT, re.MULTILINE).start()].splitlines()  # type: ignore[union-attr]
    assert re.match(r"# \w", before[-1]), f"{key} needs a sentence"


@pytest.mark.parametrize(
    ("section", "key"), [(section, key) for section, keys in tomllib.loads(all_set()).items() for key in keys]
)
def test_every_value_that_it_shows_is_what_holds_without_it(section: str, key: str, tmp_path: Path) -> None:
    shown = tomllib.loads(all_set())[section][key]
    assert shown == getattr(getattr(defaults(tmp_path / "config.toml"), section), key)


BINDING = re.compile(r'^# +(?="\w+\.\w+" = )', re.MULTILINE)
"""Nothing holds for a binding but what it has itself, so those of the example are only shown."""


def test_bindings_are_shown_as_they_may_be_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(BINDING.sub("", TEXT), encoding="utf-8")
    wanted = {"browse.sync": "ctrl+r,f5", "table.down": "down,j,ctrl+n"}
    assert dict(loaded(path).keys) == wanted
    assert remapped(wanted.items(), (RunoutApp, *OWNERS)) == Remapped(tuple(wanted.items()))


def test_the_themes_it_names_are_there() -> None:
    (named,) = re.findall(r"^# The colours: (.*?)\n#theme", TEXT, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r'"([\w-]+)"', named)) <= {AUTO, *(theme.name for theme in THEMES), *BUILTIN_THEMES}


FILES = [f"RUNOUT_{section}__{key}_FILE".upper() for section, kind in SECTIONS.items() for key in kind.secret]


@pytest.mark.parametrize("name", ["RUNOUT_SECTION__KEY", "RUNOUT_CONFIG", "RUNOUT_DATA_DIR", *FILES])
def test_the_environment_is_mentioned(name: str) -> None:
    assert name in TEXT


@pytest.mark.parametrize(("key", "names"), CUSTOMARY.items(), ids=CUSTOMARY)
def test_customary_names_are_mentioned_beside_what_they_set(key: str, names: tuple[str, ...]) -> None:
    assert re.search(rf"^#   {', '.join(names)} +{key}$", TEXT, re.MULTILINE)
    assert all(name in README or "OAUTH" in name for name in names)
