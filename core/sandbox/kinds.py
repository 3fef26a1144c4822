"""The kinds of faults: one line about each, and the parameters it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

from core.sandbox.holding import JsonObject


class Stage(Enum):
    """Where on a request's way a fault strikes."""

    EVERYTHING = auto()
    DELAY = auto()
    EYES = auto()
    INSTEAD = auto()
    BODY = auto()
    AFTER = auto()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its default, the types that it takes, and its unit or meaning."""

    default: int | float | bool | None
    types: tuple[type, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault."""

    stage: Stage
    says: str
    parameters: Mapping[str, Parameter] = field(default_factory=lambda: MappingProxyType({}))

    def completed(self, name: str, given: Mapping[str, Any]) -> JsonObject:
        """Return the parameters with their defaults; ValueError, which names the known ones, for a wrong one."""
        known = ", ".join(self.parameters) or "none"
        for parameter, value in given.items():
            if parameter not in self.parameters:
                message = f"{name!r} takes no parameter {parameter!r}; it takes {known}"
                raise ValueError(message)
            types = self.parameters[parameter].types
            if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
                expected = " or ".join(one.__name__ for one in types).replace("NoneType", "nothing")
                message = f"{name!r}: {parameter} must be {expected}, not {value!r}"
                raise ValueError(message)
        return {one: parameter.default for one, parameter in self.parameters.items()} | dict(given)

    def as_json(self) -> JsonObject:
        """Return it as one JSON object."""
        parameters = {name: {"default": one.default, "meaning": one.says} for name, one in self.parameters.items()}
        return {"stage": self.stage.name.lower(), "meaning": self.says, "parameters": parameters}


_NUMBER, _WHOLE, _YES = (float, int), (int,), (bool,)
_NOTHING = type(None)
_ROW = Parameter(0, _WHOLE, "which row of the page, from 0; past its end: the last")


KINDS: dict[str, Kind] = {
    "500": Kind(Stage.INSTEAD, "a page of HTML, 500"),
    "502": Kind(Stage.INSTEAD, "a page of HTML, 502"),
    "404": Kind(Stage.INSTEAD, "it says that there is no such thing, although there is"),
    "429": Kind(
        Stage.INSTEAD,
        "too many requests, although there were not",
        {
            "body": Parameter(default=True, types=_YES, says="whether it has a body"),
            "retry_after": Parameter(
                None, (int, _NOTHING), "seconds for a Retry-After header, which Discogs never sends"
            ),
        },
    ),
    "hang": Kind(
        Stage.DELAY,
        "no answer until faults are released or cleared, then the right one",
        {"seconds": Parameter(None, (float, int, _NOTHING), "goes on by itself after so long")},
    ),
    "truncated": Kind(Stage.BODY, "half of the body, with a Content-Length that agrees"),
    "empty page": Kind(Stage.BODY, "no rows, the pagination untouched"),
    "reset": Kind(Stage.INSTEAD, "the connection is dropped without a byte"),
    "latency": Kind(Stage.DELAY, "a late answer", {"seconds": Parameter(1.0, _NUMBER, "how late")}),
    "undecodable item": Kind(Stage.BODY, "one row holds values of the wrong types", {"row": _ROW}),
    "item without instance_id": Kind(Stage.BODY, "one row has no instance_id", {"row": _ROW}),
    "short page": Kind(
        Stage.BODY, "the last rows of the page are missing", {"rows": Parameter(1, _WHOLE, "how many are missing")}
    ),
    "page repeated": Kind(Stage.BODY, "the rows of the page before, under this page's pagination; from page 2 on"),
    "total moves": Kind(
        Stage.BODY,
        "the pagination tells another number of items",
        {"by": Parameter(1, _WHOLE, "how many more; may be < 0")},
    ),
    "item added": Kind(
        Stage.AFTER,
        "after the page was served, its owner adds copies: the newest, and first by label",
        {"count": Parameter(1, _WHOLE, "how many")},
    ),
    "item removed": Kind(
        Stage.AFTER,
        "after the page was served, its owner removes a copy",
        {
            "before": Parameter(
                default=True,
                types=_YES,
                says="true: one of this page, so that later rows move up; false: one of the next page",
            )
        },
    ),
    "shuffled ties": Kind(Stage.EYES, "equal rows (such as equal date_added) come in another order on each request"),
    "owner as anonymous": Kind(Stage.EYES, "the request counts as not signed in, quota included"),
    "revoked token": Kind(Stage.INSTEAD, "401, as if the credential were gone"),
    "outage": Kind(
        Stage.EVERYTHING,
        "nothing works for a while, the site included; the control route does (not while connections are refused)",
        {
            "seconds": Parameter(60.0, _NUMBER, "how long"),
            "refused": Parameter(default=False, types=_YES, says="true: connections are refused; false: 503"),
        },
    ),
}

PICTURE_KINDS: dict[str, Kind] = {
    "403": Kind(Stage.INSTEAD, "pictures only: refused, as after a change of keys"),
    "html": Kind(Stage.INSTEAD, "pictures only: a page of HTML, with 200"),
    "huge body": Kind(
        Stage.BODY,
        "pictures only: the right file, and zeros behind it",
        {
            "size": Parameter(64_000_000, _WHOLE, "how many bytes in all"),
            "announced": Parameter(default=False, types=_YES, says="true: a Content-Length says so beforehand"),
        },
    ),
    "giant picture": Kind(
        Stage.BODY,
        "pictures only: a tiny file that says to be very large",
        {
            "width": Parameter(60_000, _WHOLE, "of so many pixels, at most 65,535"),
            "height": Parameter(60_000, _WHOLE, "of so many pixels, at most 65,535"),
        },
    ),
}
"""What befalls pictures only. Of the others all can be ordered for the route `picture` that do not speak of rows."""

ALL_KINDS = KINDS | PICTURE_KINDS
