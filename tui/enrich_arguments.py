"""What can be typed to have facts read that a list row does not carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.parsing import json_of

if TYPE_CHECKING:
    from tui.arguments import Commands


def add_enrich(commands: Commands) -> None:
    """Original years and details, now."""
    enrich = commands.add(
        "enrich",
        says="read original years now, and details if you want them",
        more="Read the original year, genres and styles of your records from Discogs, which an open terminal and"
        " `runout daemon` do by themselves. It goes on beside everything else, about 44 records a minute, and what is"
        " stopped goes on where it was. `runout dump import` brings the same without a single request.",
        example="runout enrich --json | jq .collection.known",
    )
    enrich.add_argument("--details", action="store_true", help="then read tracklists, credits and identifiers, too")
    json_of(enrich, "print one JSON object at the end, everything else on stderr")
