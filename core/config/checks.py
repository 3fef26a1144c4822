"""What a value of a setting has to be, and what is said when it is not that. No value is ever repeated."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from core.errors import ConfigProblem

KINDS: Final[dict[Any, str]] = {str: "a text", int: "a whole number", bool: "true or false"}
_LARGEST_CACHE: Final = 10_000_000
"""Million bytes."""
_LEVELS: Final = ("debug", "info", "warning", "error")
_STOPS: Final = frozenset(' ,"')
_FERNET_KEY: Final = re.compile(r"[A-Za-z0-9_-]{43}=")
"""32 bytes. Looked at here because the library that uses it is not loaded before it is needed."""


def objection(section: str, key: str, value: Any) -> str:  # noqa: ANN401 - a value of any setting
    """What a value of the right kind should be, when it is not that."""
    if section == "discogs":
        return _of_discogs(key, value)
    match section, key:
        case "log", "level" if value.lower() not in _LEVELS:
            return "one of " + ", ".join(_LEVELS)
        case "secrets", "key" if value and not _are_keys(value):
            return "one or more Fernet keys (url-safe base64 of 32 bytes, 44 characters), with blanks or commas between"
        case "terminal", "theme" if not value.strip():
            return "the name of a theme, such as runout-dark"
        case "covers", "limit_mb" if not 0 <= value <= _LARGEST_CACHE:
            return f"a whole number from 0 to {_LARGEST_CACHE:,}"
        case _:
            return ""


def _of_discogs(key: str, value: Any) -> str:  # noqa: ANN401 - as above
    match key:
        case "api_url" | "site_url" if not _is_web_address(value):
            return "an address such as https://api.discogs.com"
        case "user_agent" if not value.strip():
            return "a name and an address; Discogs answers nobody without one"
        case "user_agent" if not (value.isascii() and value.isprintable()):
            return "plain ASCII characters in one line"
        case "requests_per_minute" if not 1 <= value <= 100_000:
            return "a whole number from 1 to 100,000"
        case "consumer_key" | "consumer_secret" | "token" if not _is_as_shown(value):
            return "as Discogs shows it, without blanks, commas and quotes"
        case "callback_url" if value and not _leads_back(value):
            return "http://127.0.0.1:PORT/..., http://localhost:PORT/... or an https address"
        case _:
            return ""


def unknown(where: str, key: str, known: Iterable[str], *, prefix: str = "") -> ConfigProblem:
    """A key that there is not, with the nearest that there is."""
    nearest = difflib.get_close_matches(key.lower(), known, n=1)
    return ConfigProblem(where=where, key=prefix + key, expected="", nearest=prefix + nearest[0] if nearest else "")


def unknown_variable(name: str, known: Iterable[str]) -> ConfigProblem:
    """A variable that there is not, with the nearest that there is."""
    # Without what all of them begin with, which would make the unlike look alike; the section is often left out.
    spelt = {part: variable for variable in known for part in (variable.partition("__")[2], variable.partition("_")[2])}
    nearest = difflib.get_close_matches(name.partition("_")[2].upper(), filter(None, spelt), n=1)
    return ConfigProblem("the environment", name, "", spelt[nearest[0]] if nearest else "")


def _is_as_shown(value: str) -> bool:
    return value.isascii() and value.isprintable() and not set(value) & _STOPS


def _are_keys(value: str) -> bool:
    keys = value.replace(",", " ").split()
    return bool(keys) and all(_FERNET_KEY.fullmatch(key) for key in keys)


def _is_web_address(text: str) -> bool:
    return _split(text) is not None


def _leads_back(text: str) -> bool:
    """Whether Discogs may send a member there: to this machine, or where nobody on the way can read along."""
    parts = _split(text)
    if parts is None or not text.isascii() or parts.username is not None or "#" in text:
        return False
    return parts.scheme == "https" or (parts.hostname in ("127.0.0.1", "localhost") and parts.port is not None)


def _split(text: str) -> SplitResult | None:
    """The parts of an address of the web; None when it is none."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if good and " " not in text and text.isprintable() else None
