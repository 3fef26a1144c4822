"""What a copy is or has, one word each: the words of `is:` and `has:`, as bits over the positions of an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from core.domain.cells import OF_THE_MASTER
from core.domain.collection import Copy
from core.domain.ids import FolderId
from core.domain.index import Index, bits_of

_NO_FOLDERS: Final = (None, FolderId(0), FolderId(1))
"""Nowhere that is known, everything, and uncategorized."""


def of_state(index: Index, name: str) -> int:
    """The copies of which a word holds, such as `is:wanted` or `has:notes`; made once."""
    return index.keep(_made, name)


def _made(index: Index, name: str) -> int:
    return _STATES[name](index)


def _each(holds: Callable[[Index, Copy], bool]) -> Callable[[Index], int]:
    return lambda index: bits_of([holds(index, copy) for copy in index.collection.copies])


def _known(name: str) -> Callable[[Index], int]:
    """That a field of numbers has a value."""
    return lambda index: bits_of([value is not None for value in index.numbers(name)])


def _any(name: str) -> Callable[[Index], int]:
    """That a field of texts has a value."""
    return lambda index: bits_of(map(bool, index.column(name).of))


def _duplicate(index: Index) -> int:
    """Several copies of one release, or of several pressings of one master."""
    releases = [copy.release for copy in index.collection.copies]
    of_release = Counter(release.id for release in releases)
    of_master = Counter(release.master_id for release in releases if release.master_id is not None)
    return bits_of(
        [of_release[one.id] > 1 or (one.master_id is not None and of_master[one.master_id] > 1) for one in releases]
    )


def _enriched(index: Index) -> int:
    masters = index.collection.masters
    return bits_of([copy.release.master_id in masters for copy in index.collection.copies])


def _described(word: str) -> Callable[[Index], int]:
    return _each(lambda _index, copy: any(word in form.descriptions for form in copy.release.formats))


def _told(part: str) -> Callable[[Index], int]:
    """That the details of the release say something; what was never read says nothing."""

    def holds(index: Index, copy: Copy) -> bool:
        facts = index.collection.facts.get(copy.release.id)
        return facts is not None and bool(getattr(facts, part))

    return _each(holds)


_STATES: Final[Mapping[str, Callable[[Index], int]]] = {
    "is:wanted": _each(lambda index, copy: copy.release.id in index.collection.wanted),
    "is:owned": _each(lambda index, copy: copy.instance_id in index.collection.owned),
    "is:duplicate": _duplicate,
    "is:enriched": _enriched,
    "is:shaped": _described("Shape"),
    "is:picture": _described("Picture Disc"),
    "is:box": _each(lambda _index, copy: any(form.name == "Box Set" for form in copy.release.formats)),
    "is:played": _known("played"),
    "has:notes": _each(lambda _index, copy: bool(copy.notes)),
    "has:rating": _known("rating"),
    "has:media": _known("media"),
    "has:sleeve": _known("sleeve"),
    "has:year": _known("year"),
    "has:original": _known(OF_THE_MASTER),
    "has:number": _any("number"),
    "has:folder": _each(lambda _index, copy: copy.folder_id not in _NO_FOLDERS),
    "has:country": _told("country"),
    "has:barcode": _told("barcodes"),
    "has:tracks": _told("tracks"),
}
