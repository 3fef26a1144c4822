"""The lines of what is missing or open to others on this machine, for the line that warns as long as it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.domain.health import Check
from core.errors import KeyDamaged, SealBroken
from core.text import count
from tui.advice import advised, by_key
from tui.wording import describe

_MEGABYTE: Final = 1_000_000

_OPEN: Final = {
    "key": "Others can read the key file: chmod 600 it, then run `runout keys rotate`.",
    "records": "Others can read your records: chmod 700 their directory (see `runout paths`).",
    "config": "Others can read the secrets in the configuration file: chmod 600 it.",
}


def lack(check: Check, keys: Mapping[str, str]) -> str:
    """What was found and what to do about it: in a line of 78 cells, unless the system itself said what is wrong."""
    way, facts = by_key(keys), check.facts
    match check.name, check.error:
        case "account", SealBroken():
            return advised("The stored token does not open with this key. Run `runout connect` again.", way)
        case "account", KeyDamaged():
            return advised("The key file holds no key. Delete it and run `runout connect` again.", way)
        case "application", _:
            return "This sign-in needs both [discogs] consumer_key and consumer_secret: set them."
        case "disk", _:
            return f"Only {count(facts['free'] // _MEGABYTE)} MB are free: make some room, or a large sync may stop."
        case "key", _ if "reason" in facts:
            return "The key file cannot be read; `runout doctor` says which it is, and why."
        case name, None if name in _OPEN:
            return _OPEN[name]
        case _, None:
            return ""
        case _, error:
            return describe(error, way)
