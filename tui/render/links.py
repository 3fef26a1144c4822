"""Names that lead to their pages, in lines that are broken between words."""

from __future__ import annotations

from typing import Literal

from core.text import printable
from tui.render.rows import wrapped

from rich.style import Style
from rich.text import Text

Page = Literal["artist", "label", "master"]


def linked(name: str, site: str, page: Page, number: int) -> Text:
    """A name, safe to show, as a link to its page on a site; 0 stands for a page that is not known."""
    text = Text()
    return text.append(printable(name), style=Style(link=f"{site}/{page}/{number}") if number else None)


def broken(text: Text, width: int) -> list[Text]:
    """The lines of a text as `wrapped` has them, links and all."""
    plain = printable(text.plain)
    if plain != text.plain:  # A name of nothing: what stood around it has moved.
        text = Text(plain)
    lines, at = [], 0
    for line in wrapped(plain, width):
        at = plain.index(line, at)
        lines.append(text[at : at + len(line)])
        at += len(line)
    return lines
