"""Collections kept as JSON: what programs write that read the API, in the five forms that people publish."""

import json
import re
from collections.abc import Iterator
from typing import Any

from core.sandbox.holding import UNCATEGORIZED, UNKNOWN_DATE, Copy, Folder, Holding, JsonObject
from core.sandbox.release import from_item
from core.sandbox.unreadable import UnreadableError

_LARGEST_ID = 2**63
_FORMS = (
    "a collection as JSON is {'releases': [...]}, a list of such pages, a list of items, or one of them on each line"
)


def read(text: str, name: str) -> Holding:
    """Read a whole dump; `name` is what messages call the file. Raises UnreadableError.

    An instance number that comes twice is kept once (the first), and a remark says so.
    """
    releases: dict[int, JsonObject] = {}
    copies: dict[int, Copy] = {}
    again = 0
    for place, item in enumerate(_items(parsed(text, name), name), start=1):
        copy = _copy(item, place, name, releases)
        again += copy.instance_id in copies
        copies.setdefault(copy.instance_id, copy)
    remarks = (f"{name}: {again} items repeat an instance_id; the first of each is kept.",) if again else ()
    return Holding(tuple(copies.values()), (Folder(UNCATEGORIZED, "Uncategorized"),), (), remarks=remarks)


def parsed(text: str, name: str) -> Any:  # noqa: ANN401 - whatever a stranger's file holds
    """Parse a file of one JSON value, or of one on each line (then a list). Raises UnreadableError."""
    try:
        return json.loads(text)
    except ValueError as error:
        first = error
    except RecursionError as error:
        message = f"{name} is nested too deeply to be a collection; {_FORMS}."
        raise UnreadableError(message) from error
    # Not splitlines(): titles may hold U+2028 and the like, which are no line ends in JSON.
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        return [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        message = f"{name} is not JSON ({first}); save the answers of the API unchanged, or give the CSV export."
        raise UnreadableError(message) from first


def _items(value: Any, name: str) -> Iterator[Any]:  # noqa: ANN401
    pages = value if isinstance(value, list) else [value]
    for page in pages:
        if isinstance(page, dict) and isinstance(page.get("releases"), list):
            yield from page["releases"]
        elif isinstance(page, dict) and ("instance_id" in page or (isinstance(value, list) and "id" in page)):
            yield page
        else:
            message = f"{name} is JSON of another shape: {_FORMS}; give such a file or the CSV export."
            raise UnreadableError(message)


def _copy(item: Any, place: int, name: str, releases: dict[int, JsonObject]) -> Copy:  # noqa: ANN401
    number, instance, facts = (_needed(item, key, place, name) for key in ("id", "instance_id", "basic_information"))
    folder, rating = item.get("folder_id"), item.get("rating")
    if number not in releases:
        releases[number] = from_item(number, facts)
    return Copy(
        instance_id=instance,
        folder_id=folder if isinstance(folder, int) and folder > 0 else UNCATEGORIZED,
        rating=rating if isinstance(rating, int) and 0 <= rating <= 5 else 0,
        date_added=str(item.get("date_added") or UNKNOWN_DATE),
        notes=tuple(_notes(item.get("notes"))),
        release=releases[number],
    )


def _needed(item: Any, key: str, place: int, name: str) -> Any:  # noqa: ANN401
    value = item.get(key) if isinstance(item, dict) else None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        value = int(value)
    kind = dict if key == "basic_information" else int
    too_large = isinstance(value, int) and not 0 < value < _LARGEST_ID
    if not isinstance(value, kind) or isinstance(value, bool) or too_large:
        message = (
            f"{name}, item {place}: there is no usable {key}; save the items of the API unchanged "
            "(/users/.../collection/folders/0/releases)."
        )
        raise UnreadableError(message)
    return value


def _notes(given: Any) -> Iterator[tuple[int, str]]:  # noqa: ANN401
    for note in given if isinstance(given, list) else []:
        if isinstance(note, dict) and isinstance(note.get("field_id"), int):
            yield note["field_id"], str(note.get("value") or "")
