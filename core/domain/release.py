"""What a row of somebody's collection says about the release itself: facts shared by everybody who owns it."""

from __future__ import annotations

from core.domain.ids import MasterId, ReleaseId
from core.text import fold, joined_credit, without_number

from msgspec import Struct


class Artist(Struct, frozen=True, gc=False):
    """One name of a credit, with the word that joins it to the next."""

    name: str
    """As in the database, namesake number included: `Gunmen (2)`."""
    variation: str = ""
    """The name as printed on this release, empty when it is the same."""
    join: str = ""
    id: int = 0

    @property
    def shown(self) -> str:
        """The name as a reader expects it: as printed, without the namesake number."""
        return self.variation or without_number(self.name)


class LabelNumber(Struct, frozen=True, gc=False):
    """One label and one catalogue number; a label with two numbers is two of these."""

    name: str
    catno: str = ""
    id: int = 0

    @property
    def shown(self) -> str:
        """The label's name without the namesake number."""
        return without_number(self.name)

    @property
    def number(self) -> str:
        """The catalogue number, empty when Discogs says `none`."""
        return "" if self.catno.casefold() == "none" else self.catno


class Format(Struct, frozen=True, gc=False):
    """One row of the format field, such as `2 x Vinyl, LP, Album (red)`."""

    name: str
    quantity: str = "1"
    """Text on purpose: values of 64 digits exist in the database."""
    text: str = ""
    descriptions: tuple[str, ...] = ()


class Release(Struct, frozen=True, gc=False):
    """A release as the rows of a collection describe it."""

    id: ReleaseId
    title: str
    artists: tuple[Artist, ...] = ()
    labels: tuple[LabelNumber, ...] = ()
    formats: tuple[Format, ...] = ()
    genres: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    year: int | None = None
    """The pressing's year; None when Discogs does not know it."""
    master_id: MasterId | None = None
    thumb: str = ""
    cover_image: str = ""
    folded: str = ""
    """What bare words are matched against, and what sorting by artist goes by; see `folded_text`."""

    @property
    def artist(self) -> str:
        """The whole credit in one line."""
        return joined_credit((artist.shown, artist.join) for artist in self.artists)

    @property
    def label_names(self) -> tuple[str, ...]:
        """Each label once, in the order of the release."""
        return tuple(dict.fromkeys(label.shown for label in self.labels))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Each catalogue number once, in the order of the release."""
        return tuple(dict.fromkeys(label.number for label in self.labels if label.number))


def folded_text(title: str, artists: tuple[Artist, ...], labels: tuple[LabelNumber, ...]) -> str:
    """The searchable text of a release: folded lines of artist, title, labels, numbers and the artists' other names.

    The artist comes first, so that the text sorts a collection by artist and title. Made once when a row is read,
    because folding 100,000 of them takes more than a second.
    """
    credit = joined_credit((artist.shown, artist.join) for artist in artists)
    names = dict.fromkeys(without_number(artist.name) for artist in artists if artist.variation)
    numbers = [label.number for label in labels if label.number]
    lines = [credit, title, " / ".join(label.shown for label in labels), " / ".join(numbers), *names]
    return "\n".join(fold(line) for line in lines)
