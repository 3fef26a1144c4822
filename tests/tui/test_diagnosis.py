"""The words of `runout doctor`: what was found of each thing, what to do about it, and the same for scripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core import errors
from core.domain.health import Check, Health
from core.sandbox.server import serve
from core.sandbox.world import World
from tests.browser import application
from tests.stand_in import evening, many
from tui import diagnosis
from tui.render.diagnosis import as_json, line_of

import pytest

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SINCE, SYNCED = NOW - timedelta(days=20), NOW - timedelta(hours=3)
WELL, NOTE, BROKEN = Health.WELL, Health.NOTE, Health.BROKEN
ACCOUNT = {"username": "collector_a", "access": "owner", "connected_at": SINCE, "last_sync_at": SYNCED}
DATABASE = {"path": "/home/x/runout.db", "schema": 3, "bytes": 4_200_000, "processes": 0, "damage": ""}
TERMINAL = {
    "is_terminal": True,
    "name": "xterm-256color",
    "columns": 120,
    "lines": 40,
    "encoding": "utf-8",
    "colours": True,
}
KEY = {"path": "/home/x/secret.key", "exists": True, "mode": "600"}

SAID: list[tuple[Check, str]] = [
    (Check("python", WELL, {"version": "3.12.1"}), "ok      python      Python 3.12.1"),
    (Check("python", BROKEN, {"version": "3.9.2"}), "BROKEN  python      Python 3.9.2: install 3.11 or newer"),
    (Check("sqlite", WELL, {"version": "3.40.1"}), "ok      sqlite      SQLite 3.40.1"),
    (Check("sqlite", BROKEN, {"version": "3.31.0"}), "SQLite 3.31.0: 3.37 or newer is needed"),
    (Check("time zones", WELL, {"zones": 1_598}), "1,598 time zones known"),
    (Check("time zones", NOTE, {"zones": 0}), "install the package tzdata"),
    (Check("terminal", WELL, TERMINAL), "xterm-256color, 120 x 40, utf-8, colours"),
    (Check("terminal", NOTE, TERMINAL | {"lines": 20}), "less than the 80 x 24 it is made for"),
    (Check("terminal", NOTE, TERMINAL | {"colours": False, "encoding": "ascii"}), "ascii, no colours"),
    (Check("terminal", WELL, TERMINAL | {"is_terminal": False}), "output goes to a file or a pipe, in utf-8"),
    (Check("config", WELL, {"path": "/home/x/config.toml", "exists": True}), "ok      config      /home/x/config.toml"),
    (Check("config", WELL, {"path": "/home/x/config.toml", "exists": False}), "(not there; defaults hold)"),
    (
        Check("config", NOTE, {"path": "/x/config.toml", "exists": True}),
        "others can read the secrets in it: chmod 600 it",
    ),
    (Check("records", WELL, {"path": "/home/x"}), "ok      records     /home/x, for you alone"),
    (Check("records", NOTE, {"path": "/home/x"}), "/home/x lets others read your records: chmod 700 it"),
    (Check("config", BROKEN, error=errors.ConfigUnreadable("/x/config.toml", "no TOML")), "cannot be read: no TOML"),
    (Check("key", WELL, KEY), "/home/x/secret.key, for you alone"),
    (Check("key", WELL, {"given": True}), "given by the settings"),
    (Check("key", WELL, KEY | {"exists": False}), "is made when somebody connects"),
    (Check("key", BROKEN, KEY | {"mode": "644"}), "can be read by others (mode 644): chmod 600 it, and `runout keys"),
    (
        Check("key", BROKEN, {"path": "/x/key", "reason": "Permission denied"}),
        "/x/key cannot be read: Permission denied",
    ),
    (Check("database", WELL, DATABASE), "/home/x/runout.db, schema 3, 4.2 MB, whole"),
    (Check("database", WELL, DATABASE | {"processes": 2}), "whole, open in 2 other processes"),
    (Check("database", WELL, DATABASE | {"processes": None}), "4.2 MB, whole"),
    (Check("database", BROKEN, DATABASE | {"damage": "Page 7: never used"}), "is damaged (Page 7: never used)"),
    (Check("database", BROKEN, {"path": "/x"}, errors.DatabaseTooNew("/x", 9, 3)), "written by a later version"),
    (Check("disk", WELL, {"free": 5_000_000_000}), "ok      disk        5,000 MB free"),
    (Check("disk", NOTE, {"free": 5_000_000}), "note    disk        5 MB free: make some room"),
    (Check("discogs", WELL), "ok      discogs     answers"),
    (Check("discogs", BROKEN, error=errors.Unreachable("api.discogs.com", "no route")), "cannot be reached (no route)"),
    (Check("discogs", NOTE, error=errors.Unavailable(503)), "Discogs is having trouble (status 503)"),
    (Check("clock", WELL, {"seconds": -0.4}), "0.4 s behind Discogs' clock"),
    (Check("clock", WELL, {"seconds": None}), "Discogs did not say what time it is there"),
    (Check("clock", BROKEN, {"seconds": 7_205.0}), "2 h 0 min ahead of Discogs': set this machine's clock"),
    (Check("account", WELL, ACCOUNT), "collector_a, since 2026-11-01, synced 3 h ago, read as owner"),
    (Check("account", WELL, ACCOUNT | {"last_sync_at": None}), "never synced"),
    (Check("account", BROKEN, ACCOUNT, errors.SealBroken("collector_a")), "does not open with this key"),
    (Check("account", BROKEN, ACCOUNT, errors.NotAuthorised()), "owner: Discogs does not accept the token"),
    (Check("accounts", NOTE), "note    accounts    nobody is connected: `runout connect`"),
    (Check("limit", WELL, {"per_minute": 60}), "60 requests a minute, as for a member"),
    (Check("limit", WELL, {"per_minute": 25}), "25 requests a minute, as for anybody"),
    (Check("limit", NOTE, {"per_minute": None}), "note    limit       Discogs did not say how much it allows"),
]


@pytest.mark.parametrize(("check", "said"), SAID, ids=lambda value: value if isinstance(value, str) else value.name)
def test_every_finding_has_its_words(check: Check, said: str) -> None:
    line = line_of(check, NOW)
    assert said in line
    assert line.isprintable()
    assert line.startswith({WELL: "ok      ", NOTE: "note    ", BROKEN: "BROKEN  "}[check.health])


@pytest.mark.parametrize("check", [check for check, _ in SAID], ids=lambda check: check.name)
def test_for_scripts_every_finding_keeps_its_name_and_its_facts(check: Check) -> None:
    found = json.loads(json.dumps(as_json(check)))
    assert (found["name"], found["health"]) == (check.name, str(check.health))
    assert bool(found["error"]) == (check.error is not None)
    assert set(check.facts) <= set(found)


def test_moments_are_written_as_iso_text() -> None:
    assert as_json(Check("account", WELL, ACCOUNT))["last_sync_at"] == "2026-11-21T09:00:00+00:00"


def test_foreign_text_cannot_move_the_screen() -> None:
    hostile = "a\x1b[31mb\r\nc\u202e"
    for check in (
        Check("account", WELL, ACCOUNT | {"username": hostile}),
        Check("terminal", WELL, TERMINAL | {"name": hostile}),
        Check("database", BROKEN, DATABASE | {"path": hostile, "damage": hostile}),
        Check("key", BROKEN, {"path": hostile, "reason": hostile}),
    ):
        assert line_of(check, NOW).isprintable()


Environment = pytest.MonkeyPatch


def settings(environment: Environment, directory: Path, **more: str) -> None:
    for name, value in {"RUNOUT_DATA_DIR": str(directory), **more}.items():
        environment.setenv(name, value)


async def found() -> dict[str, Any]:
    """What is found with the settings of the environment, by name."""
    return {check.name: check for check in await diagnosis._all("")}


ALL = ["python", "sqlite", "time zones", "terminal", "config", "key", "records"]


async def test_where_nobody_was_ever_connected_nothing_is_broken(tmp_path: Path, monkeypatch: Environment) -> None:
    async with serve(World(many(1))) as sandbox:
        settings(monkeypatch, tmp_path, RUNOUT_DISCOGS__API_URL=sandbox.url)
        checks = await diagnosis._all("")
    assert [check.name for check in checks][: len(ALL)] == ALL
    assert [check.name for check in checks if check.health is BROKEN] == []
    assert checks[ALL.index("key")].facts == {"path": str(tmp_path / "secret.key"), "exists": False}


@pytest.mark.parametrize(("mode", "health"), [(0o600, WELL), (0o400, WELL), (0o644, BROKEN), (0o640, BROKEN)])
async def test_a_key_that_others_may_read_is_broken(
    tmp_path: Path, monkeypatch: Environment, mode: int, health: Health
) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        tonight.config.paths.key.chmod(mode)
        settings(monkeypatch, tmp_path, RUNOUT_DISCOGS__API_URL=tonight.sandbox.url)
        checks = await found()
    assert (checks["key"].health, checks["key"].facts["mode"]) == (health, f"{mode:o}")
    assert checks["account"].health is WELL


async def test_settings_that_cannot_be_meant_are_told_and_the_rest_is_looked_at(
    tmp_path: Path, monkeypatch: Environment
) -> None:
    settings(monkeypatch, tmp_path, RUNOUT_LOG__LEVEL="loud")
    # Without settings it would go on to the real Discogs, which no test may.
    (tmp_path / "runout.db").write_bytes(b"no database" * 500)
    checks = await found()
    assert isinstance(checks["config"].error, errors.ConfigInvalid)
    assert checks["key"].health is WELL
    assert checks["database"].health is BROKEN


async def test_a_file_that_is_no_database_is_told_by_name(tmp_path: Path, monkeypatch: Environment) -> None:
    (tmp_path / "runout.db").write_bytes(b"no database" * 500)
    settings(monkeypatch, tmp_path, RUNOUT_DISCOGS__API_URL="http://127.0.0.1:9")
    checks = await found()
    assert checks["database"].health is BROKEN
    assert checks["database"].error == errors.DatabaseUnusable(
        path=str(tmp_path / "runout.db"), reason="file is not a database"
    )


@pytest.mark.parametrize("as_object", [False, True])
async def test_no_secret_is_printed_in_any_way(tmp_path: Path, monkeypatch: Environment, as_object: bool) -> None:
    async with evening(tmp_path, many(1)) as tonight:
        key = tonight.config.paths.key.read_text().strip()
        secrets = {"aPersonalToken", tonight.sandbox.token, key, *list(application(tonight.sandbox).values())[:2]}
        more = application(tonight.sandbox) | {"RUNOUT_DISCOGS__TOKEN": "aPersonalToken"}
        settings(monkeypatch, tmp_path, RUNOUT_DISCOGS__API_URL=tonight.sandbox.url, **more)
        told = []
        for trouble in (None, "revoked", "sealed by another key"):
            if trouble == "revoked":
                tonight.sandbox.world.revoke()
            elif trouble:
                monkeypatch.setenv("RUNOUT_SECRETS__KEY", "A" * 43 + "=")
                secrets.add("A" * 43)
            checks = await diagnosis._all("")
            told.append(
                json.dumps([as_json(check) for check in checks])
                if as_object
                else "".join(line_of(check) for check in checks)
            )
    assert "does not accept the token" in told[1]
    assert "does not open with this key" in told[2]
    assert len(secrets) == 6
    for secret in secrets:
        assert secret
        assert not any(secret in one for one in told)
