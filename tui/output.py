"""Where output goes: data to stdout, words to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any


def say(line: str) -> None:
    """Tell the person in front of it."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def print_json(value: dict[str, Any]) -> None:
    """Give one object to whatever reads our output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
