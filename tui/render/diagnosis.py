"""The words of `runout doctor`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.domain.account import Access
from core.domain.health import Check, Health
from core.text import ago, count, counted, duration, printable
from tui.wording import describe

_MARKS = {Health.WELL: "ok    ", Health.NOTE: "note  ", Health.BROKEN: "BROKEN"}
_MEGABYTE = 1_000_000
_A_MINUTE_FOR_MEMBERS = 60


def line_of(check: Check, now: datetime | None = None) -> str:
    """What was found of one thing, and what to do about it."""
    said = _said(check, now or datetime.now(UTC))
    return f"{_MARKS[check.health]}  {check.name:<10}  {said}"


def as_json(check: Check) -> dict[str, Any]:
    """The same for scripts."""
    facts = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in check.facts.items()}
    said = describe(check.error) if check.error else ""
    return {**facts, "name": check.name, "health": str(check.health), "error": said}


def _said(check: Check, now: datetime) -> str:
    facts = check.facts
    match check.name:
        case "python":
            old = "" if check.health is Health.WELL else ": install 3.11 or newer"
            return f"Python {facts['version']}{old}"
        case "sqlite":
            old = "" if check.health is Health.WELL else ": 3.37 or newer is needed, which comes with a newer Python"
            return f"SQLite {facts['version']}{old}"
        case "time zones" if not facts["zones"]:
            return "no time-zone data: install the package tzdata; times are shown in UTC until then"
        case "time zones":
            return f"{count(facts['zones'])} time zones known"
        case "terminal":
            return _terminal(facts)
        case "config" if check.error is None:
            there = "" if facts["exists"] else " (not there; defaults hold)"
            is_open = ": others can read the secrets in it: chmod 600 it" if check.health is Health.NOTE else ""
            return f"{printable(facts['path'])}{there}{is_open}"
        case "key":
            return _key(check)
        case "records":
            others = " lets others read your records: chmod 700 it"
            return f"{printable(facts['path'])}{others if check.health is Health.NOTE else ', for you alone'}"
        case _:
            return _of_the_core(check, now)


def _of_the_core(check: Check, now: datetime) -> str:
    facts, error = check.facts, f"{describe(check.error)}" if check.error else ""
    match check.name:
        case "database" if not error:
            return _database(facts)
        case "disk":
            little = ": make some room, or a large sync may stop" if check.health is Health.NOTE else ""
            return f"{count(facts['free'] // _MEGABYTE)} MB free{little}"
        case "discogs":
            return error or "answers"
        case "clock" if facts["seconds"] is None:
            return "Discogs did not say what time it is there"
        case "clock":
            far = f"{duration(abs(facts['seconds']))} {'ahead of' if facts['seconds'] > 0 else 'behind'} Discogs'"
            return f"{far}: set this machine's clock" if check.health is Health.BROKEN else f"{far} clock"
        case "account":
            name, since = printable(facts["username"]), facts["connected_at"].date().isoformat()
            last = facts["last_sync_at"]
            if facts["access"] == Access.LOCAL:
                return f"{name}, since {since}, from a file, imported {ago(last, now)}" if last else name
            synced = f"synced {ago(last, now)}" if last else "never synced"
            return f"{name}, since {since}, {synced}, read as {facts['access']}" + (f": {error}" if error else "")
        case "accounts" if not error:
            return "nobody is connected: `runout connect`"
        case "limit":
            return _limit(facts["per_minute"])
    return error


def _terminal(facts: dict[str, Any]) -> str:
    if not facts["is_terminal"]:
        return f"output goes to a file or a pipe, in {facts['encoding']}"
    size = f"{facts['columns']} x {facts['lines']}"
    small = "" if facts["columns"] >= 80 and facts["lines"] >= 24 else ", less than the 80 x 24 it is made for"
    colours = "colours" if facts["colours"] else "no colours"
    return f"{printable(facts['name'])}, {size}{small}, {facts['encoding']}, {colours}"


def _key(check: Check) -> str:
    facts = check.facts
    if facts.get("given"):
        return "given by the settings"
    path = printable(facts["path"])
    if "reason" in facts:
        return f"{path} cannot be read: {printable(facts['reason'])}"
    if not facts["exists"]:
        return f"{path} is made when somebody connects"
    if check.health is Health.BROKEN:
        return f"{path} can be read by others (mode {facts['mode']}): chmod 600 it, and `runout keys rotate`"
    return f"{path}, for you alone"


def _database(facts: dict[str, Any]) -> str:
    path, size = printable(facts["path"]), f"{facts['bytes'] / _MEGABYTE:,.1f} MB"
    if facts["damage"]:
        return f"{path} is damaged ({printable(facts['damage'])}): move it away and sync again, or take a backup"
    others = facts["processes"]
    beside = "" if not others else f", open in {counted(others, 'other process', 'other processes')}"
    return f"{path}, schema {facts['schema']}, {size}, whole{beside}"


def _limit(per_minute: int | None) -> str:
    if per_minute is None:
        return "Discogs did not say how much it allows"
    who = "a member" if per_minute >= _A_MINUTE_FOR_MEMBERS else "anybody"
    return f"{counted(per_minute, 'request')} a minute, as for {who}"
