"""Small collections of records that are like one another, and what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.domain.collection import Collection
from core.domain.details import InShort, barcode
from core.domain.having import Having
from core.domain.having_answers import Answer
from core.domain.having_text import read
from core.domain.ids import ReleaseId
from core.domain.release import Release
from tests.factories import make_copy, make_release

CODE, OTHER_CODE = "5012394144777", "4006381333931"


def collection(
    releases: Iterable[Release], codes: Mapping[int, str] | None = None, known: Iterable[int] = (), **more: Any
) -> Collection:
    """A copy of each release; of those with a code, and of those `known`, the details were read."""
    facts = {ReleaseId(number): InShort() for number in known}
    facts |= {ReleaseId(number): InShort("UK", (barcode(code),)) for number, code in (codes or {}).items()}
    copies = tuple(make_copy(release.id * 10, release) for release in releases)
    return Collection(**{"copies": copies, "facts": facts, **more})


LINES = make_release(1, "Blue Lines", artist="Massive Attack", label="Wild Bunch", catno="WBRLP 1", master_id=7)
REISSUE = make_release(2, "Blue Lines", artist="Massive Attack", label="Virgin", catno="WBRLPX 1", master_id=7)
MEZZANINE = make_release(3, "Mezzanine", artist="Massive Attack", label="Virgin", catno="WBRLP 4", master_id=8)
BLUE = make_release(4, "Blue", artist="Joni Mitchell", label="Reprise", catno="MS 2038", master_id=9)
EMPTY = Collection()


def ask(text: str, *owned: Release, wanted: Iterable[Release] = (), **how: Any) -> Answer:
    """What a collection whose barcodes are all known answers."""
    here = collection(owned, known=[one.id for one in owned])
    return Having(here, collection(wanted), **how).answer(read(text))


def owned_ids(answer: Answer) -> list[int]:
    return [match.release.id for match in answer.matches if match.copies]
