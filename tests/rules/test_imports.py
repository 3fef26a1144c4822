"""What imports what: the contracts are kept, and what no static graph can see is tried in processes of their own."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "bot", "tui")
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
]

NETWORK = {"aiohttp", "httpcore", "httpx", "respx"}
OTHERS = {"PIL", "apscheduler", "cryptography", "discord", "oauthlib", "plotext", "textual_plotext"}


def lint(place: Path) -> subprocess.CompletedProcess[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--no-logo"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place), "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def modules_after(code: str, *arguments: str) -> set[str]:
    """The names of all modules that a fresh Python has loaded after running the code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('\\n'.join(sys.modules), file=sys.stderr)", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] in PACKAGES}


def test_every_contract_is_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    for name in CONTRACTS:
        assert f"{name} KEPT" in done.stdout
    assert "0 broken" in done.stdout


PLANTED = {
    "The front ends stand on the core and do not see each other": ("core/services/library.py", "import tui.wording"),
    "Inside the core arrows point down": ("core/domain/view.py", "from core.services.library import LibraryService"),
    "Settings and logs are for the composition root and the entry points": (
        "core/store/database.py",
        "from core.config import Config",
    ),
    "The stand-in shares no code with the program": ("core/sandbox/world.py", "from core.text import fold"),
    "The program does not import the stand-in": ("tui/demo.py", "from core.sandbox.world import World"),
    "The domain is pure: no I/O, no loop, no clock, no chance of its own": ("core/domain/query.py", "import httpx"),
    "Only core.discogs.http carries requests": ("core/discogs/client.py", "import httpx"),
    "Only the store speaks SQL": ("core/services/sync.py", "import sqlite3"),
    "Only the heartbeat knows the scheduler": ("core/jobs.py", "import apscheduler"),
    "The core knows no front end's library": ("core/text.py", "from rich.text import Text"),
    "Front ends call services, never the store or the client": (
        "tui/screens/browse.py",
        "from core.store.database import Database",
    ),
    "Widgets and renderers know no services and no screens": (
        "tui/widgets/record_table.py",
        "from core.app import Core",
    ),
}


def test_every_contract_has_a_breach_to_be_tried() -> None:
    assert set(PLANTED) == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "breach"), PLANTED.items(), ids=[file for file, _ in PLANTED.values()])
def test_a_breach_is_noticed(tmp_path: Path, contract: str, breach: tuple[str, str]) -> None:
    """A contract that is misspelt holds for ever."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file, line = breach
    with (tmp_path / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout
    assert f"{contract} BROKEN" in done.stdout


def test_the_core_imports_nothing_by_itself() -> None:
    loaded = modules_after("import core")
    assert ours(loaded) == {"core"}
    assert not packages(loaded) & {"textual", "rich", "msgspec", *NETWORK, *OTHERS}


def test_opening_the_core_needs_no_network_and_no_front_end() -> None:
    """The connection is opened by the first request, the seal by the first token."""
    loaded = modules_after("import core.app")
    assert "core.services.sync" in loaded
    assert not packages(loaded) & {"textual", "rich", "bot", "tui", *NETWORK, *OTHERS}
    assert not {name for name in loaded if name.startswith("core.sandbox")}


MAIN = "from tui.__main__ import main\ntry:\n    main([{!r}])\nexcept SystemExit as end:\n    assert end.code == {}"


@pytest.mark.parametrize(
    "code",
    [
        "import tui.__main__",
        MAIN.format("--help", 0),
        MAIN.format("syn", 2),
    ],
    ids=["import", "help", "a mistyped command"],
)
def test_the_command_line_is_read_before_anything_heavy_is_loaded(code: str) -> None:
    loaded = modules_after(code)
    assert "tui.arguments" in loaded
    assert not packages(loaded) & {"textual", "rich", "aiosqlite", "sqlite3", "asyncio", *NETWORK, *OTHERS}
    assert "core.app" not in loaded


FIRST_PAINT = """
import asyncio, sys
from core import config
from core.app import open_core
from tui.app import RunoutApp

async def act():
    async with open_core(config.load({"RUNOUT_DATA_DIR": sys.argv[1]})) as core:
        app = RunoutApp(core, site_url="https://www.discogs.com")
        async with app.run_test(size=(80, 24)) as pilot:
            for _ in range(1_000):
                screen = app.screen
                if "No account is connected" in "".join(strip.text for strip in screen._compositor.render_strips()):
                    return
                await pilot.pause(0.01)
            raise AssertionError("nothing was painted")

asyncio.run(act())
"""


def test_the_first_paint_needs_no_network_no_seal_and_no_stand_in(tmp_path: Path) -> None:
    loaded = modules_after(FIRST_PAINT, str(tmp_path / "data"))
    assert {"textual", "aiosqlite"} <= packages(loaded)
    assert not packages(loaded) & {*NETWORK, *OTHERS}
    assert not {name for name in loaded if name.startswith("core.sandbox")}
