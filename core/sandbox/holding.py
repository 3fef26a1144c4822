"""What one person owns: copies, folders and fields, as plain values. Readers make them, the shelf serves them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

JsonObject = dict[str, Any]

ALL, UNCATEGORIZED = 0, 1
MEDIA, SLEEVE, NOTES = 1, 2, 3
GRADES = (
    "Mint (M)",
    "Near Mint (NM or M-)",
    "Very Good Plus (VG+)",
    "Very Good (VG)",
    "Good Plus (G+)",
    "Good (G)",
    "Fair (F)",
    "Poor (P)",
)
UNKNOWN_DATE = "2012-01-01T00:00:00-08:00"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the owner's making, or Uncategorized (1). All (0) is not one: it is every copy."""

    folder_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Field:
    """A notes field. A dropdown has options, a textarea has lines."""

    field_id: int
    name: str
    position: int
    options: tuple[str, ...] | None = None
    lines: int = 1
    public: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """One owned copy. `release` is its basic_information in full, one object shared by all copies of a release.

    Its pictures are recorded addresses or names of invented pictures; readers get addresses that lead to the server.
    """

    instance_id: int
    folder_id: int
    rating: int
    date_added: str
    notes: tuple[tuple[int, str], ...]
    release: JsonObject


@dataclass(frozen=True, slots=True)
class Want:
    """A wanted release; each is wanted once. `release` is its basic_information in full."""

    rating: int
    date_added: str
    notes: str
    release: JsonObject


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the database does not tell: numbers of deleted releases and masters, and of masters without a year."""

    releases: frozenset[int] = frozenset()
    masters: frozenset[int] = frozenset()
    undated: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Holding:
    """A whole collection. `profile` holds what is known of its owner, `remarks` what the reader had to decide.

    `value` holds three recorded prices, `bodies` recorded answers of GET /releases/{id} by number.
    """

    copies: tuple[Copy, ...]
    folders: tuple[Folder, ...]
    fields: tuple[Field, ...]
    profile: JsonObject = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    wants: tuple[Want, ...] = ()
    value: JsonObject = field(default_factory=dict)
    bodies: Mapping[int, JsonObject] = field(default_factory=dict)
    gaps: Gaps = field(default_factory=Gaps)


DEFAULT_FIELDS = (
    Field(MEDIA, "Media Condition", 1, GRADES),
    Field(SLEEVE, "Sleeve Condition", 2, ("Generic", "No Cover", *GRADES)),
    Field(NOTES, "Notes", 3, lines=3),
)


def completed(holding: Holding) -> Holding:
    """Return the same holding with every folder and field that its copies name, and with Uncategorized."""
    folders = {folder.folder_id: folder for folder in holding.folders}
    for number in sorted({UNCATEGORIZED, *(copy.folder_id for copy in holding.copies)} - folders.keys() - {ALL}):
        folders[number] = Folder(number, "Uncategorized" if number == UNCATEGORIZED else f"Folder {number}")
    fields = {one.field_id: one for one in holding.fields or DEFAULT_FIELDS}
    for number in sorted({number for copy in holding.copies for number, _ in copy.notes} - fields.keys()):
        fields[number] = Field(number, f"Field {number}", len(fields) + 1)
    return replace(holding, folders=tuple(folders.values()), fields=tuple(fields.values()))
