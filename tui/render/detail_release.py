"""What is known of a release beyond a list row, as lines of the detail panel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from core.domain.details import Company, Identifier, KnownDetails, ReleaseDetails
from core.domain.markup import readable
from core.text import count, printable, printable_lines, without_number
from tui.render.detail_lines import by_role, fact, hanging, section
from tui.render.detail_tracks import track_lines
from tui.render.links import linked
from tui.render.rows import wrapped

from rich.text import Text

_FIRST: Final[Mapping[str, str]] = {"barcode": "Barcode", "matrix / runout": "Runout"}
"""The numbers that people look for, by what Discogs calls them, and what they are called here."""


def release_lines(known: KnownDetails, site_url: str, width: int) -> list[Text]:
    """All of it, in lines of a width in cells; of a box of hundreds of tracks that is work for a thread."""
    details, site = known.details, site_url.rstrip("/")
    return [
        *_facts(details, site, width),
        *section("Tracks", track_lines(details.tracks, width, site)),
        *section("Credits", _hanging(by_role(details.credits, site), width)),
        *section("Companies", _hanging(_companies(details.companies, site), width)),
        *section("Other numbers", _hanging(_others(details.identifiers), width)),
        *section("Notes on the release", _notes(details, width)),
    ]


def released(text: str) -> str:
    """`1996-02` of `1996-02-00`: what is not known of a day is left out."""
    return printable(text).removesuffix("-00").removesuffix("-00")


def _facts(details: ReleaseDetails, site: str, width: int) -> Iterator[Text]:
    yield from fact("Country", details.country or "unknown", width)
    yield from fact("Released", released(details.released) or "unknown", width)
    for series in details.series:
        yield from fact("Series", _company(series, site), width)
    for kind, name in _FIRST.items():
        numbers = [one for one in details.identifiers if one.kind.strip().casefold() == kind]
        for at, one in enumerate(numbers):
            yield from fact("" if at else name, _number(one), width)
    yield from fact("Rated", _rating(details), width)
    yield from fact("Members", _members(details), width)


def _rating(details: ReleaseDetails) -> str:
    """`4.31 of 5 by 120`."""
    if details.rating is None:
        return "by nobody"
    return f"{details.rating:.2f} of 5 by {count(details.ratings)}"


def _members(details: ReleaseDetails) -> str:
    have, want = ("unknown" if number is None else count(number) for number in (details.have, details.want))
    return f"{have} have it, {want} want it"


def _companies(companies: Iterable[Company], site: str) -> Iterator[Text]:
    roles: dict[str, list[Company]] = {}
    for one in companies:
        roles.setdefault(printable(one.role), []).append(one)
    for role, those in roles.items():
        text = Text()
        text.append(f"{role}: " if role else "", style="dim")
        for at, one in enumerate(those):
            text.append(", " if at else "").append_text(_company(one, site))
        yield text


def _company(one: Company, site: str) -> Text:
    text, number = linked(without_number(one.name), site, "label", one.id), printable(one.catno)
    return text.append(f" – {number}") if number and number.casefold() != "none" else text


def _others(identifiers: Iterable[Identifier]) -> Iterator[Text]:
    for one in identifiers:
        if one.kind.strip().casefold() not in _FIRST:
            yield Text.assemble((f"{printable(one.kind)}: " if one.kind else "", "dim"), _number(one))


def _number(one: Identifier) -> Text:
    text = Text(printable(one.value) or "–")
    return text.append(f" ({about})", style="dim") if (about := printable(readable(one.about))) else text


def _notes(details: ReleaseDetails, width: int) -> Iterator[Text]:
    if not details.notes.strip():
        return
    for paragraph in printable_lines(readable(details.notes, _names(details)).strip()):
        yield from (Text(line) for line in wrapped(paragraph, width))


def _names(details: ReleaseDetails) -> dict[tuple[str, int], str]:
    """Of whom the notes may speak by number only."""
    tracks = [*details.tracks, *(part for track in details.tracks for part in track.parts)]
    credits_ = [*details.credits, *(one for track in tracks for one in track.credits)]
    artists = [*details.artists, *(one for track in tracks for one in track.artists), *(one.artist for one in credits_)]
    labels = [(label.id, label.shown) for label in details.labels]
    labels += [(one.id, without_number(one.name)) for one in (*details.companies, *details.series)]
    found = {("artist", one.id): one.shown for one in artists if one.id}
    return found | {("label", number): name for number, name in labels if number}


def _hanging(texts: Iterable[Text], width: int) -> Iterator[Text]:
    for text in texts:
        yield from hanging(text, width)
