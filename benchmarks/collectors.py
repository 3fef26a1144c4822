"""Thousands of collectors who take no room: a page of theirs is made when it is asked for.

Releases are those of the stand-in Discogs, a few thousand that all share; what a collector has of them follows from the
collector's number. Bodies are shaped like those of the stand-in.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from statistics import NormalDist
from typing import Final

from core.domain.ids import Shelf
from core.sandbox.generate import generated
from core.sandbox.wire import encoded

PER_PAGE: Final = 100
GIANT: Final = 50_000
"""Copies of the largest collections: one of 500."""

_TIES: Final = 3
"""Rows of one second: equal dates are common."""

_STRIDE: Final = 7_919
_INVENTED: Final = 20_000
_BEYOND: Final = 1_000_000_000
_WIDTH, _WANTS_WIDTH = 1.3, 1.5
"""How far sizes spread: of their logarithms."""

_FOLDERS: Final = b'{"folders":[{"id":0,"name":"All","count":0},{"id":1,"name":"Uncategorized","count":0}]}'
_FIELDS: Final = (
    b'{"fields":[{"id":1,"name":"Media Condition","type":"dropdown","position":1,"public":true,"options":["Mint (M)",'
    b'"Very Good Plus (VG+)"]},{"id":3,"name":"Notes","type":"textarea","position":3,"public":true,"lines":3}]}'
)


class Pressed:
    """The releases that there are, as bodies. `beyond` is added to their numbers, so that nobody else has them."""

    def __init__(self, invented: int = _INVENTED, *, beyond: int = 0) -> None:
        releases = {copy.release["id"]: copy.release for copy in generated(invented, 1).copies}
        self.masters = frozenset(row["master_id"] + beyond for row in releases.values() if row["master_id"])
        numbers = ("id", "master_id")
        rows = ({**row, **{name: row[name] + beyond for name in numbers if row[name]}} for row in releases.values())
        self.bodies = tuple((row["id"], encoded(row)) for row in rows)


@dataclass(slots=True)
class Pile:
    """A shelf of one collector. Rows are numbers, in the order in which they were added."""

    pressed: Pressed
    owner: int
    shelf: Shelf
    filled_at: datetime
    """When the last of the rows was added that were there from the beginning."""
    rows: Sequence[int]
    _numbers: count[int] = field(init=False)
    _first: int = field(init=False)
    _added: dict[int, datetime] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._first = len(self.rows)
        self._numbers = count(self._first)

    def add(self, now: datetime) -> None:
        """One more, the newest."""
        number = next(self._numbers)
        self._added[number] = now.replace(microsecond=0)
        self.rows = [*self.rows, number]

    def remove(self, chance: random.Random) -> None:
        """One less."""
        if self.rows:
            gone = chance.choice(self.rows)
            self.rows = [number for number in self.rows if number != gone]

    def page(self, number: int, *, newest_first: bool = False, shuffled: int = 0) -> Sequence[int]:
        """The rows of a page; another `shuffled` holds those of one second in another order."""
        start, size = (number - 1) * PER_PAGE, len(self.rows)
        places = range(start, min(start + PER_PAGE, size))
        rows = [self.rows[size - 1 - place if newest_first else place] for place in places]
        return [self._turned(row, shuffled) for row in rows] if shuffled else rows

    def of_release(self, release: int) -> Sequence[int]:
        """The rows that are copies of a release."""
        return [row for row in self.rows if self._release(row)[0] == release]

    def row(self, number: int, *, is_owners: bool = True) -> bytes:
        """A row as it comes. Strangers see no folder."""
        release, body = self._release(number)
        if self.shelf is Shelf.WANTLIST:
            head = f'{{"id":{release},"date_added":"{self._moment(number)}","rating":0,"notes":"",'
        else:
            folder = '"folder_id":1,' if is_owners else ""
            notes = '"notes":[{"field_id":1,"value":"Very Good Plus (VG+)"}],' if number % 2 else ""
            head = (
                f'{{"id":{release},"instance_id":{self.owner * 1_000_000 + number + 1},'
                f'"date_added":"{self._moment(number)}","rating":{number % 3},{folder}{notes}'
            )
        return b"".join((head.encode(), b'"basic_information":', body, b"}"))

    def body(self, number: int, rows: Sequence[int], told: int, *, is_owners: bool = True) -> bytes:
        """A page of such rows."""
        pages = max(1, -(-told // PER_PAGE))
        told_of = {"page": number, "pages": pages, "per_page": PER_PAGE, "items": told, "urls": {}}
        name = "wants" if self.shelf is Shelf.WANTLIST else "releases"
        head = f'{{"pagination":{json.dumps(told_of)},"{name}":['.encode()
        return b"".join((head, b",".join(self.row(row, is_owners=is_owners) for row in rows), b"]}"))

    def _release(self, number: int) -> tuple[int, bytes]:
        bodies = self.pressed.bodies
        return bodies[(number * _STRIDE + self.owner) % len(bodies)]

    def _moment(self, number: int) -> str:
        moment = self._added.get(number)
        if moment is None:
            moment = self.filled_at - timedelta(minutes=90 * ((self._first - 1) // _TIES - number // _TIES))
        return moment.isoformat()

    def _turned(self, row: int, by: int) -> int:
        """Another row of the same second, if that is there, too."""
        first = row - row % _TIES
        turned = first + (row - first + by) % _TIES
        return turned if isinstance(self.rows, range) and turned in self.rows else row


@dataclass(frozen=True, slots=True)
class Collector:
    """Somebody with a collection and a wantlist."""

    number: int
    piles: dict[Shelf, Pile]

    @property
    def username(self) -> str:
        """As Discogs knows it."""
        return f"collector_{self.number}"

    @property
    def token(self) -> str:
        """What reads it."""
        return f"token{self.number:035d}"

    def identity(self) -> bytes:
        """GET /oauth/identity."""
        return encoded({"id": self.number, "username": self.username})

    def profile(self) -> bytes:
        """GET /users/{username}."""
        return encoded({"id": self.number, "username": self.username, "curr_abbr": "EUR"})

    def names(self, what: str) -> bytes:
        """Folders or fields."""
        return _FOLDERS if what == "folders" else _FIELDS


class Collectors:
    """All of them."""

    def __init__(self, number: int, filled_at: datetime, *, mean: int = 600, wants: int = 60, seed: int = 1) -> None:
        pressed, chance = Pressed(), random.Random(seed)  # noqa: S311 - it draws records
        copies, wanted = sizes(number, mean), spread(number, wants, _WANTS_WIDTH)
        chance.shuffle(copies)
        chance.shuffle(wanted)
        self.all = tuple(
            Collector(
                one,
                {
                    shelf: Pile(pressed, one, shelf, filled_at, range(many))
                    for shelf, many in ((Shelf.COLLECTION, copies[one - 1]), (Shelf.WANTLIST, wanted[one - 1]))
                },
            )
            for one in range(1, number + 1)
        )
        self.pressed = pressed
        self._filled_at = filled_at
        self._by_token = {one.token: one for one in self.all}
        self._by_name = {one.username: one for one in self.all}

    def newcomer(self, copies: int) -> Collector:
        """One more, who is not among `all`, and whose records nobody else has."""
        number = len(self.all) + 1
        own = Pressed(copies * 2, beyond=_BEYOND)
        shelves = ((Shelf.COLLECTION, copies), (Shelf.WANTLIST, 0))
        piles = {shelf: Pile(own, number, shelf, self._filled_at, range(many)) for shelf, many in shelves}
        found = Collector(number, piles)
        self._by_token[found.token] = self._by_name[found.username] = found
        return found

    def of_token(self, token: str) -> Collector | None:
        """Whose a token is."""
        return self._by_token.get(token)

    def named(self, username: str) -> Collector | None:
        """The one of that name."""
        return self._by_name.get(username)


def sizes(number: int, mean: int) -> list[int]:
    """Sizes of so many collections: most of them small, one of 500 a giant; `mean` copies on average."""
    giants = number // 500 if mean * number > GIANT * (number // 500) else 0
    rest = number - giants
    return [*[GIANT] * giants, *spread(rest, (mean * number - giants * GIANT) / max(1, rest), _WIDTH)]


def spread(number: int, mean: float, width: float) -> list[int]:
    """So many numbers that spread as sizes do, each at least 1; `mean` on average."""
    drawn = [NormalDist(0, width).inv_cdf((place + 0.5) / number) for place in range(number)]
    weights = [2.718281828**one for one in drawn]
    whole = sum(weights)
    return [max(1, round(weight * mean * number / whole)) for weight in weights]
