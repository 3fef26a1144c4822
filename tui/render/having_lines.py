"""One question and its answer in the terminal, names as links to their pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from core.domain.having import Having
from core.domain.having_answers import Answer, Match, Verdict
from core.domain.having_found import Hit
from core.domain.having_text import Sought
from core.text import counted, printable
from tui.render.having import copy_lines, doubts, hit_line, named, pressing, sentence, unread

from rich.style import Style
from rich.text import Text

_STYLES: Final = {
    Verdict.THIS: "bold green",
    Verdict.OTHER: "bold green",
    Verdict.WANTED: "bold magenta",
    Verdict.NOT: "bold",
    Verdict.UNKNOWN: "bold yellow",
}

_LONGEST: Final = 200
"""Letters of a question that are shown."""


@dataclass(slots=True)
class Given:
    """One question as it stands: waiting for its answer, answered, or being asked of Discogs."""

    sought: Sought
    answer: Answer | None = None
    text: Text = field(default_factory=Text)
    """The answer as it is shown."""
    said: str = ""
    """What came of asking Discogs, when that was no answer."""
    is_asking: bool = False


def given_text(given: Given, ask: str = "") -> Text:
    """All of it; `ask` is the key that asks Discogs, where that can be asked."""
    lines = [Text(f"› {printable(given.sought.text)[:_LONGEST]}", "dim")]
    if given.sought.is_nothing:
        lines.append(Text(unread(given.sought.text)))
    elif given.answer is None:
        lines.append(Text("Your records are still being looked through…"))
    else:
        lines.append(given.text)
    if given.said:
        lines.append(Text(printable(given.said), "bold"))
    elif ask and given.answer is not None and given.answer.question is not None:
        lines.append(Text(f"{ask} asks Discogs, by one request.", "dim"))
    return Text("\n").join(lines)


def answer_text(having: Having, answer: Answer, site: str) -> Text:
    """An answer with the records that it is about."""
    return Text("\n").join(_lines(having, answer, site))


def _lines(having: Having, answer: Answer, site: str) -> Iterator[Text]:
    yield Text(sentence(answer), _STYLES[answer.verdict])
    for text in doubts(answer):
        yield Text(text)
    for match in answer.matches:
        yield from _match(having, match, site)
    if answer.total > len(answer.matches):
        yield Text(f"and {counted(answer.total - len(answer.matches), 'more', 'more')}")
    if not answer.matches:
        for hit in answer.hits:
            yield Text("Discogs: ").append(hit_line(hit), Style(link=_page(hit, site)))


def _match(having: Having, match: Match, site: str) -> Iterator[Text]:
    page = Style(link=f"{site}/release/{match.release.id}")
    yield Text("  ").append(named(match.release), page)
    yield Text(f"    {pressing(match)}")
    for line in copy_lines(having, match):
        yield Text(f"    {line}")


def _page(hit: Hit, site: str) -> str:
    return f"{site}/release/{hit.release}" if hit.release else f"{site}/master/{hit.master}"
