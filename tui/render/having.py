"""The answer to whether somebody has a record, for people: sentences, and lines about the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from core.domain.collection import Copy
from core.domain.having import Having
from core.domain.having_answers import Answer, Match, Verdict, Why
from core.domain.having_found import Hit
from core.domain.having_text import By
from core.domain.release import Release
from core.text import count, counted, printable
from tui.render.rows import formats_in_short
from tui.wording import CANNOT_TELL, NOT_OWNED, OWN_OTHER, WANTED

CODES: Final[Mapping[Verdict, int]] = {
    Verdict.THIS: 0,
    Verdict.OTHER: OWN_OTHER,
    Verdict.WANTED: WANTED,
    Verdict.NOT: NOT_OWNED,
    Verdict.UNKNOWN: CANNOT_TELL,
}
"""The exit code of each answer."""


def code_of(answer: Answer, error: str = "") -> int:
    """The exit code of an answer; what is on a shelf stands, even if Discogs could not be asked."""
    return CODES[Verdict.UNKNOWN if error and answer.verdict is Verdict.NOT else answer.verdict]


NOTHING: Final = "Type a barcode, a catalogue number, a link to Discogs, an id as in r123, or words."

_HOW: Final = {
    By.BARCODE: "by its barcode",
    By.NUMBER: "by its catalogue number",
    By.LINK: "by the link",
    By.ID: "by its id",
    By.WORDS: "by words",
}
_WITH: Final = {By.BARCODE: "this barcode", By.NUMBER: "this catalogue number", By.WORDS: "these words"}
_INDENT: Final = "  "

_COPIES: Final = 5
"""Copies of one release that have a line each."""


def unread(answer_to: str) -> str:
    """Why a text cannot be looked up at all."""
    if "/" in answer_to:
        return "That link leads to no release and no master on Discogs."
    return NOTHING


def sentence(answer: Answer) -> str:
    """The answer, and how it was found."""
    by = answer.by
    match answer.verdict:
        case Verdict.THIS:
            return f"You own this pressing, found {_how(by)}."
        case Verdict.OTHER if by is By.WORDS or answer.sought.master is not None:
            return f"You own a pressing of it, found {_how(by)}; whether it is this one, that does not tell."
        case Verdict.OTHER:
            return f"You own another pressing of it, found {_how(by)}."
        case Verdict.WANTED if answer.matches[0].pressing and by is not By.WORDS:
            return f"You do not own it, but another pressing is on your wantlist, found {_how(by)}."
        case Verdict.WANTED:
            return f"You do not own it, but it is on your wantlist, found {_how(by)}."
        case Verdict.NOT if Why.PRESSINGS in answer.why:
            return "You do not own this pressing."
        case Verdict.NOT:
            wanted = "" if Why.WANTS in answer.why else ", and it is not on your wantlist"
            return f"You do not own it{wanted}."
    return f"Cannot tell whether you own it{_reason(answer)}."


def doubts(answer: Answer) -> Iterator[str]:
    """What else there is to say of it, a sentence each."""
    known, why = answer.known, answer.why
    if answer.verdict is not Verdict.UNKNOWN:
        if Why.ARRIVING in why and known.arriving is not None:
            yield f"The first sync is not over: {count(known.copies)} of {count(known.arriving)} copies are here."
        if Why.NEVER_READ in why:
            yield "Your collection was not read yet."
    if Why.PRESSINGS in why:
        yield "Whether you own another pressing of it, the copy does not know."
    if Why.WANTS in why:
        yield "The wantlist was not read yet."
    if answer.sought.checks is False and answer.by is not By.BARCODE:
        yield "The last digit does not fit the others, as it does in a barcode: look whether it was read right."
    if answer.asked and answer.found > 1:
        yield f"Discogs has {counted(answer.found, 'record')} {_of(answer)}."


def record_lines(having: Having, answer: Answer) -> Iterator[str]:
    """The records that match, each with the copies that are owned of it; then what Discogs has found instead."""
    for match in answer.matches:
        yield named(match.release)
        yield f"{_INDENT}{pressing(match)}"
        yield from (f"{_INDENT}{line}" for line in copy_lines(having, match))
    if answer.total > len(answer.matches):
        yield f"and {counted(answer.total - len(answer.matches), 'more', 'more')}"
    if not answer.matches:
        yield from (f"Discogs: {hit_line(hit)}" for hit in answer.hits)


def named(release: Release) -> str:
    """Artist and title."""
    names = (printable(release.artist), printable(release.title))
    return " – ".join(filter(None, names)) or f"release {release.id}"


def pressing(match: Match) -> str:
    """What tells a pressing from the others, and where it stands."""
    release = match.release
    label = " ".join(filter(None, (*release.label_names[:1], *release.numbers[:1])))
    parts = (
        match.country or "",
        str(release.year or ""),
        formats_in_short(release.formats),
        label,
        f"r{release.id}",
        "on your wantlist" if match.wanted else "",
    )
    return printable(" · ".join(part for part in map(printable, parts) if part))


def copy_lines(having: Having, match: Match) -> Iterator[str]:
    """A line for each copy that is owned, and one for those that there is no room for."""
    for copy in match.copies[:_COPIES]:
        yield _copy_line(having, copy)
    if len(match.copies) > _COPIES:
        yield f"and {counted(len(match.copies) - _COPIES, 'more copy', 'more copies')}"


def _copy_line(having: Having, copy: Copy) -> str:
    """The grades of a copy, and where it is."""
    media, sleeve = printable(copy.media), printable(copy.sleeve)
    grades = f"{media or 'not graded'}, sleeve {sleeve}" if sleeve else media or "not graded"
    folder = printable(having.owned.collection.folder_of(copy))
    shelf = printable(having.owned.place_of(copy))
    places = (f"folder {folder}" if folder else "", f"shelf {shelf}" if shelf else "")
    return " · ".join(("yours: " + grades, *filter(None, places)))


def hit_line(hit: Hit) -> str:
    """A row of what Discogs has found."""
    number = f"r{hit.release}" if hit.release else f"m{hit.master}"
    label = " ".join(filter(None, (*hit.labels[:1], hit.catno)))
    parts = (hit.title, hit.country, str(hit.year or ""), ", ".join(hit.formats[:3]), label, number)
    return " · ".join(text for part in parts if (text := printable(part)))


def _reason(answer: Answer) -> str:
    reasons = [text for why in answer.why if (text := _because(answer, why))]
    return f": {'; '.join(reasons)}" if reasons else ""


def _because(answer: Answer, why: Why) -> str:
    known = answer.known
    match why:
        case Why.NEVER_READ:
            return "your collection was not read yet"
        case Why.ARRIVING:
            return f"the first sync is not over, {count(known.copies)} of {count(known.arriving or 0)} copies are here"
        case Why.BARCODES:
            return f"barcodes are known for {count(known.with_barcodes)} of {count(known.releases)}"
        case Why.SEVERAL if answer.total > 1:
            return f"{count(answer.total)} records here have {_WITH.get(answer.by or By.WORDS, 'this')}"
        case Why.SEVERAL:
            return "it is one of several records"
        case Why.ALIKE:
            return "nothing here has just these words, but there is something like it"
        case Why.UNHEARD:
            return f"Discogs has nothing {_of(answer)}"
        case Why.MANY:
            return f"Discogs has more {_of(answer)} than it tells at once"
    return ""


def _how(by: By | None) -> str:
    return _HOW[by] if by else "here"


def _of(answer: Answer) -> str:
    """What Discogs was asked for."""
    if answer.sought.is_named and answer.by is not By.NUMBER:
        return "under this number"
    return f"with {_WITH[By.BARCODE if answer.sought.kind is By.BARCODE else By.NUMBER]}"
