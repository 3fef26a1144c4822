"""The words of the first screen: what can be done, what is fetched for it, and how long that takes."""

from __future__ import annotations

from typing import Final

from core.domain.account import Newcomer
from core.domain.ledger import ANONYMOUS_PER_MINUTE
from core.text import counted, printable
from tui.render.foretelling import about, foretold, seconds_to_fetch

from rich.style import Style
from rich.text import Text

CHOICES: Final = (
    ("Connect with a personal token", "Your own collection, with its folders, conditions and notes."),
    ("Look at a public collection", "Of anybody who shows it to everybody: by name, without sign-in."),
    ("Try the demo", "Invented records on this machine. Discogs is not asked for anything."),
)
JOIN: Final = (
    ("Fetch it", "The records appear as they arrive, and can be browsed meanwhile."),
    ("Back", "Nothing is kept."),
)
OF_FILES: Final = "A CSV export is brought with `runout import FILE`."
"""What cannot be done in the terminal itself, and is no less a way to see one's records."""

_EXAMPLES: Final = (2_000, 10_000)
"""Copies, for how long it takes while nobody knows how many there are."""


def welcome(current: str) -> tuple[str, Text]:
    """What is said first, to somebody who has records open or none."""
    if current:
        return "Another collection", Text(f"{current} is open, and stays. What else would you like to see?")
    return "Welcome to Runout", Text("No account is connected yet. What would you like to see?")


def developers_page(site_url: str) -> str:
    """Where a token is made."""
    return f"{site_url.rstrip('/')}/settings/developers"


def about_tokens(site_url: str, per_minute: int) -> Text:
    """Where a token is to be had, what becomes of it, and what is fetched with it."""
    page = developers_page(site_url)
    text = Text("Make one on Discogs, under Settings, Developers:\n")
    text.append(page, style=Style(link=page, underline=True))
    text.append("\n\nIt is not shown here, and is kept on this machine, sealed.\n\n")
    text.append("Every copy is fetched with its release, folder, conditions, rating and notes; no prices, no pictures.")
    text.append(f" {_how_long(per_minute)}")
    return text


def about_public(per_minute: int, *, has_application: bool = False) -> Text:
    """What is fetched of somebody's collection that everybody may see."""
    return Text(
        "The name of a member of Discogs whose collection is shown to everybody.\n\n"
        "Every copy is fetched as anybody sees it: without folders, notes and pictures."
        f" {_how_long(allowed(None, per_minute, has_application=has_application))}"
    )


def about_newcomer(newcomer: Newcomer, copies: int | None, per_minute: int, *, has_application: bool = False) -> Text:
    """Who was found, how much they have, and how long that takes."""
    name, as_anybody = printable(newcomer.identity.username), newcomer.credential is None
    text = Text("")
    text.append(name, style="bold")
    text.append(", read as anybody sees it.\n\n" if as_anybody else ", with your token.\n\n")
    speed = allowed(newcomer, per_minute, has_application=has_application)
    text.append(_how_long(speed) if copies is None else foretold(copies, speed))
    return text


def allowed(newcomer: Newcomer | None, per_minute: int, *, has_application: bool = False) -> int:
    """Requests a minute: fewer for whoever neither signs in nor has an application to vouch for them."""
    signed_in = newcomer is not None and newcomer.credential is not None
    return per_minute if signed_in or has_application else min(ANONYMOUS_PER_MINUTE, per_minute)


def _how_long(per_minute: int) -> str:
    said = (
        f"{counted(copies, 'copy', 'copies')} take {about(seconds_to_fetch(copies, per_minute))}"
        for copies in _EXAMPLES
    )
    return f"{', '.join(said)}: Discogs allows {per_minute} requests a minute."
