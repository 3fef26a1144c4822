"""`runout about`: version, licence, where the program comes from, and the notices that Discogs' terms ask for."""

from __future__ import annotations

import sys
from importlib.metadata import metadata
from typing import Any

from core.text import INDEPENDENCE_NOTICE, SOURCE_NOTICE
from tui.output import print_json


def about(*, as_json: bool) -> int:
    """Say what this program is."""
    facts = _facts()
    if as_json:
        print_json(facts)
        return 0
    lines = (
        f"{facts['name']} {facts['version']}, {facts['licence']} licence",
        facts["summary"],
        facts["homepage"],
        "",
        *facts["notices"],
    )
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _facts() -> dict[str, Any]:
    """What the installed package says of itself; what it lacks is empty."""
    package = metadata("runout")

    def said(name: str) -> str:
        return next(iter(package.get_all(name, [])), "")

    urls = dict(entry.split(", ", 1) for entry in package.get_all("Project-URL", []))
    return {
        "name": "Runout",
        "version": said("Version"),
        "licence": said("License-Expression"),
        "summary": said("Summary"),
        "homepage": urls.get("Homepage", ""),
        "notices": [SOURCE_NOTICE, INDEPENDENCE_NOTICE],
    }
