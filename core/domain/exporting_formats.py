"""Formats as a collection export of Discogs abbreviates them: `2xLP, Album, RE + CD, Comp`.

Source: 316 rows of a real export beside the full bodies of their releases; `export_formats` reads the same back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from core.domain.export_formats import ALL_MEDIA, DVD, MEDIA, OF_VINYL, SIZE, WORDS
from core.domain.release import Format

_SHORT_MEDIA: Final = {name: short for short, name in reversed(MEDIA.items())}
"""What the database calls a medium, and the first of its abbreviations."""

_SHORT_DVD: Final = {kind: short for short, kind in DVD.items()}
_SHORT_WORDS: Final = {name: short for short, name in reversed(WORDS.items())}
_LEFT_OUT: Final = frozenset({"Stereo"})
_OF_FREE_TEXT: Final = 3
"""Letters that are left of it."""


@lru_cache(maxsize=4_096)
def formats_out(formats: tuple[Format, ...]) -> str:
    """The rows of a release's formats in one abbreviated text; empty when there is none."""
    return " + ".join(filter(None, map(_group, formats)))


def _group(form: Format) -> str:
    return ", ".join(filter(None, (*_words(form), form.text.strip()[:_OF_FREE_TEXT].strip())))


def _words(form: Format) -> Iterator[str]:
    rest = list(form.descriptions)
    if form.name == ALL_MEDIA:
        yield from _shortened(rest)
        return
    kind = next((word for word in rest if _is_kind(form.name, word)), "")
    if kind:
        rest.remove(kind)
    quantity = f"{form.quantity}x" if form.quantity not in ("", "1") else ""
    yield quantity + (_SHORT_DVD.get(kind, kind) or _SHORT_MEDIA.get(form.name, form.name))
    yield from _shortened(rest)


def _is_kind(medium: str, word: str) -> bool:
    """Whether a description stands in the place of the medium."""
    match medium:
        case "Vinyl":
            return word in OF_VINYL or SIZE.fullmatch(word) is not None
        case "DVD":
            return word in _SHORT_DVD
    return False


def _shortened(words: Iterable[str]) -> Iterator[str]:
    return (_SHORT_WORDS.get(word, word) for word in words if word not in _LEFT_OUT and not word.endswith(" RPM"))
