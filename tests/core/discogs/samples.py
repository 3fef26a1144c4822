"""Recorded answers of Discogs; `tests/samples/SOURCES.md` says where they come from."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, Final

import msgspec

SAMPLES: Final = Path(__file__).parents[2] / "samples"


def recorded(path: str) -> bytes:
    """The body that lies there, unpacked."""
    body = (SAMPLES / path).read_bytes()
    return gzip.decompress(body) if path.endswith(".gz") else body


def recorded_rows(path: str) -> list[dict[str, Any]]:
    """The rows of a recorded page of a collection."""
    rows: list[dict[str, Any]] = msgspec.json.decode(recorded(path))["releases"]
    return rows


def page_of(rows: list[Any], **pagination: int) -> bytes:
    """A page of a collection with these rows."""
    told = {"page": 1, "pages": 1, "per_page": 100, "items": len(rows)} | pagination
    return msgspec.json.encode({"pagination": told, "releases": rows})
