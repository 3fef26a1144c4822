"""Errors as facts that can be kept: the name of the kind and its fields, from which it is made again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from core.errors.base import RunoutError

import msgspec


def written(errors: Iterable[RunoutError]) -> bytes:
    """Errors as JSON; what no longer exists when they are read is left out then."""
    return msgspec.json.encode([[type(one).__name__, _values(one)] for one in errors])


def read(text: bytes) -> tuple[RunoutError, ...]:
    """The errors again, without those that this program does not know."""
    try:
        found = msgspec.json.decode(text, type=list[tuple[str, dict[str, object]]])
    except msgspec.MsgspecError:
        return ()
    known = {kind.__name__: kind for kind in _kinds(RunoutError)}
    made = (_made(known[name], values) for name, values in found if name in known)
    return tuple(one for one in made if one is not None)


def _values(error: RunoutError) -> dict[str, object]:
    return {field.name: getattr(error, field.name) for field in fields(error)}


def _made(kind: type[RunoutError], values: dict[str, object]) -> RunoutError | None:
    try:
        found = msgspec.convert(values, kind)
        return kind(**_values(found))
    except (TypeError, msgspec.ValidationError):
        return None


def _kinds(kind: type[RunoutError]) -> Iterable[type[RunoutError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)
