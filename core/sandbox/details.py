"""What GET /releases/{id} says beyond a list row, invented for releases of which no answer was recorded.

Everything follows from the row: the same row, the same body. Keys come, go and turn null as counted in recorded bodies.
"""

import random
from typing import Any

from core.sandbox.holding import JsonObject
from core.sandbox.market import offers
from core.sandbox.marks import marks
from core.sandbox.pictures import LARGE, form_of
from core.sandbox.release import API, WWW, label_row, picture_name
from core.sandbox.tracks import credit, tracklist

_COUNTRIES = ("UK", "US", "Germany", "Jamaica", "France", "Japan", "Europe", "Italy", "Netherlands", "Sweden")
_COMPANIES = (
    ("13", "Phonographic Copyright (p)"),
    ("14", "Copyright (c)"),
    ("17", "Pressed By"),
    ("21", "Published By"),
    ("23", "Recorded At"),
    ("29", "Mastered At"),
    ("30", "Lacquer Cut At"),
)
_SERIES = ("2", "Series")
_QUALITY = ("Correct", "Needs Vote", "Complete and Correct", "Needs Minor Changes")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def body_of(row: JsonObject) -> JsonObject:
    """Make a whole body around a list row."""
    chance = random.Random(row["id"])  # noqa: S311 - it draws records, not secrets
    offered = offers(row["id"])
    whole = _head(row, chance) | {name: offered[name] for name in ("num_for_sale", "lowest_price")}
    if row["master_id"]:
        whole |= {"master_id": row["master_id"], "master_url": row["master_url"]}
    whole |= {"title": row["title"], "country": None if chance.random() < 0.02 else chance.choice(_COUNTRIES)}
    whole |= _released(int(row["year"] or 0), chance)
    if chance.random() < 0.6:
        whole["notes"] = f"Invented for the stand-in. See [r{row['id']}].\nLine two."
    whole |= {
        "identifiers": marks(row, chance),
        "videos": [_video(place, chance) for place in range(chance.choice((0, 1, 2, 4)))],
        "genres": row["genres"],
        "styles": row["styles"],
        "tracklist": tracklist(row["formats"], chance),
    }
    if chance.random() < 0.57:
        whole["extraartists"] = [credit("Written-By", chance), credit("Mastered By [Lacquer]", chance)]
    return whole | {
        "images": _images(row, chance),
        "thumb": row["thumb"],
        "estimated_weight": 230 * max(1, whole["format_quantity"]),
        "blocked_from_sale": offered["blocked_from_sale"],
        "is_offensive": False,
    }


def _head(row: JsonObject, chance: random.Random) -> JsonObject:
    slug = "-".join(str(row["title"]).split())[:80] or "Untitled"
    quality = None if chance.random() < 0.01 else chance.choice(_QUALITY)
    companies = [_company(f"{kind} Works", code, kind) for code, kind in _some(_COMPANIES, chance)]
    series = [_company("Sample Series", *_SERIES, catno=str(row["id"] % 40 or ""))] if chance.random() < 0.08 else []
    return {
        "id": row["id"],
        "status": "Accepted",
        "year": row["year"],
        "resource_url": f"{API}/releases/{row['id']}",
        "uri": f"{WWW}/release/{row['id']}-{slug}",
        "artists": [_pictured(one, chance) for one in row["artists"]],
        "artists_sort": " / ".join(str(one["name"]) for one in row["artists"]),
        "labels": [_pictured(one, chance) for one in row["labels"]],
        "series": [_pictured(one, chance) for one in series],
        "companies": [_pictured(company, chance) for company in companies],
        "formats": row["formats"],
        "data_quality": quality,
        "community": _community(chance, quality),
        "format_quantity": sum(int(one["qty"]) for one in row["formats"] if str(one["qty"]).isdecimal()),
        "date_added": "2009-03-01T12:00:00-08:00",
        "date_changed": "2024-06-01T12:00:00-07:00",
    }


def _pictured(row: JsonObject, chance: random.Random) -> JsonObject:
    return {**row, "thumbnail_url": ""} if chance.random() < 0.75 else row


def _company(name: str, code: str, kind: str, catno: str = "") -> JsonObject:
    return {**label_row(name, catno), "entity_type": code, "entity_type_name": kind}


def _some(rows: tuple[Any, ...], chance: random.Random) -> list[Any]:
    return chance.sample(rows, chance.choice((0, 0, 1, 1, 2, 3, 5)))


def _community(chance: random.Random, quality: str | None) -> JsonObject:
    def member(place: int) -> JsonObject:
        return {"username": f"contributor_{place}", "resource_url": f"{API}/users/contributor_{place}"}

    have, count = int(chance.lognormvariate(5, 1.5)) + 1, chance.randint(0, 40)
    return {
        "have": have,
        "want": int(have * chance.uniform(0.1, 2)),
        "rating": {"count": count, "average": round(chance.uniform(3.2, 4.9), 2) if count else 0.0},
        "submitter": member(1),
        "contributors": [member(place) for place in range(1, chance.randint(2, 4))],
        "data_quality": quality,
        "status": "Accepted",
    }


def _released(year: int, chance: random.Random) -> JsonObject:
    if not year:
        return {}
    month, day = chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice(
        (
            {"released": f"{year}", "released_formatted": f"{year}"},
            {"released": f"{year}-{month:02}-00", "released_formatted": f"{_MONTHS[month - 1]} {year}"},
            {"released": f"{year}-{month:02}-{day:02}", "released_formatted": f"{day:02} {_MONTHS[month - 1]} {year}"},
        )
    )


def _video(place: int, chance: random.Random) -> JsonObject:
    about = None if chance.random() < 0.1 else "An invented video."
    uri = f"https://video.example/watch?v={chance.randint(10**9, 10**10)}"
    return {"uri": uri, "title": f"Video {place + 1}", "description": about, "duration": 240, "embed": True}


def _images(row: JsonObject, chance: random.Random) -> list[JsonObject]:
    uri, small = row["cover_image"], row["thumb"]
    if not uri:
        return []
    first, form = "primary" if chance.random() < 0.8 else "secondary", form_of(uri)
    images = [_image(first, uri, small) | {"width": form.width, "height": form.height}]
    names = [picture_name(row["id"], place) for place in range(1, chance.randint(1, 4))]
    return images + [_image("secondary", name, name) for name in names]


def _image(kind: str, uri: str, small: str) -> JsonObject:
    return {
        "type": kind,
        "uri": uri,
        "resource_url": uri,
        "uri150": small,
        "width": LARGE.width,
        "height": LARGE.height,
    }
