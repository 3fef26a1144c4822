"""What can be typed to ask whether a record is owned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.parsing import json_of

if TYPE_CHECKING:
    from tui.arguments import Commands


def add_have(commands: Commands) -> None:
    """Whether it is safe to buy."""
    have = commands.add(
        "have",
        says="say whether you own a record, by barcode, catalogue number, link, id or words",
        more="Say whether you own this pressing (exit code 0), own another one (10), want it (11), do not own it (12),"
        " or that your copy cannot tell (13), and why. What is found comes with grades, folder, and the field that you"
        " keep shelves in. Nothing is asked of Discogs without --ask.",
        example="runout have 5 012394 144777 --ask",
    )
    have.add_argument(
        "what",
        nargs="+",
        metavar="WHAT",
        help="a barcode, with or without blanks; a catalogue number; a link to a release or master; r123, m123; words",
    )
    have.add_argument(
        "--ask",
        action="store_true",
        help="where the copy does not settle it, ask Discogs by one request (by barcode, number, or id; not by words)",
    )
    json_of(have)
    have.takes_a_query = True
