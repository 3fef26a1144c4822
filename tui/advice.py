"""What a sentence advises to run, as it is done where the sentence is shown: inside the terminal, by a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Way(Struct, frozen=True):
    """How somebody connects without leaving for the shell."""

    do: str
    """What to do, without a full stop: `press n`."""
    by: str
    """What it is done with: `n`."""
    aim: str = ""
    """What is put behind that where the sentence does not go on to say what for."""


BY_TOKEN: Final = Way("connect with a token", "a token")
"""In the dialog that takes one."""

_CONNECT: Final = re.compile(
    r"(?P<none>Run `runout connect`, or look around with `runout demo`)"
    r"|(?P<run>[Rr])un `runout connect`(?P<rest> again\b| to\b)?"
    r"|(?P<colon>: )?`runout connect`"
)


def by_key(keys: Mapping[str, str]) -> Way | None:
    """The way of screens where a key connects; `keys` are those that hold, by the ids of their bindings."""
    key = keys.get("browse.connect")
    return Way(f"press {key}", key, " to connect") if key else None


def advised(text: str, way: Way | None) -> str:
    """A sentence that may advise `runout connect`, with the way there is instead; as it was when there is none."""
    if way is None:
        return text
    do, by, aim = way.do, way.by, way.aim

    def instead(found: re.Match[str]) -> str:
        if found["none"]:
            return f"{_begun(do)} to connect one, or to look around" if aim else f"{_begun(do)}, or look around"
        if found["run"]:
            rest = found["rest"] or ""
            return (_begun(do) if found["run"] == "R" else do) + (rest if rest == " to" else f"{aim}{rest}")
        return f": {do}{aim}" if found["colon"] else by

    return _CONNECT.sub(instead, text)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
