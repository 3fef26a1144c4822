"""What GET /releases/{id} says beyond a list row, invented for releases of which no answer was recorded.

Everything follows from the row: the same row, the same body. Keys come, go and turn null as counted in recorded bodies.
"""

import random
from typing import Any

from core.sandbox.holding import JsonObject
from core.sandbox.market import offers
from core.sandbox.release import API, WWW, artist_row, label_row

_WORDS = (
    "Night",
    "River",
    "Signal",
    "Echo",
    "Stone",
    "Glass",
    "Return",
    "Summer",
    "Version",
    "Dub",
    "Theme",
    "Reprise",
)
_PEOPLE = ("A. Sample", "B. Nobody", "C. Invented", "D. Example")
_COUNTRIES = ("UK", "US", "Germany", "Jamaica", "France", "Japan", "Europe", "Italy", "Netherlands", "Sweden")
_COMPANIES = (("13", "Phonographic Copyright ℗"), ("17", "Pressed By"), ("23", "Recorded At"), ("29", "Mastered At"))
_MARKS = (("Barcode", "Text"), ("Matrix / Runout", "Side A"), ("Label Code", None), ("Rights Society", None))
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
        "identifiers": [_identifier(kind, about, chance) for kind, about in _some(_MARKS, chance)],
        "videos": [_video(place, chance) for place in range(chance.choice((0, 1, 2, 4)))],
        "genres": row["genres"],
        "styles": row["styles"],
        "tracklist": _tracklist(chance),
    }
    if chance.random() < 0.57:
        whole["extraartists"] = [_credit("Written-By", chance), _credit("Mastered By [Lacquer]", chance)]
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
    return {
        "id": row["id"],
        "status": "Accepted",
        "year": row["year"],
        "resource_url": f"{API}/releases/{row['id']}",
        "uri": f"{WWW}/release/{row['id']}-{slug}",
        "artists": [_pictured(one, chance) for one in row["artists"]],
        "artists_sort": " / ".join(str(one["name"]) for one in row["artists"]),
        "labels": [_pictured(one, chance) for one in row["labels"]],
        "series": [_pictured(_company("Sample Series", "5", "Series"), chance)] if chance.random() < 0.08 else [],
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


def _company(name: str, code: str, kind: str) -> JsonObject:
    return {**label_row(name, ""), "entity_type": code, "entity_type_name": kind}


def _some(rows: tuple[Any, ...], chance: random.Random) -> list[Any]:
    return chance.sample(rows, chance.randint(0, len(rows)))


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


def _identifier(kind: str, about: str | None, chance: random.Random) -> JsonObject:
    row: JsonObject = {"type": kind, "value": f"{chance.randint(10**11, 10**12)}"}
    return {**row, "description": about} if about else row


def _video(place: int, chance: random.Random) -> JsonObject:
    about = None if chance.random() < 0.1 else "An invented video."
    uri = f"https://video.example/watch?v={chance.randint(10**9, 10**10)}"
    return {"uri": uri, "title": f"Video {place + 1}", "description": about, "duration": 240, "embed": True}


def _credit(role: str, chance: random.Random) -> JsonObject:
    return {**artist_row(chance.choice(_PEOPLE)), "role": role, "tracks": chance.choice(("", "A1, B2", "A1 to A3"))}


def _plain(position: str, chance: random.Random) -> JsonObject:
    title = " ".join(chance.sample(_WORDS, chance.choice((1, 2, 3))))
    duration = "" if chance.random() < 0.5 else f"{chance.randint(2, 9)}:{chance.randint(0, 59):02}"
    return {"position": position, "type_": "track", "title": title, "duration": duration}


def _track(position: str, chance: random.Random) -> JsonObject:
    row = _plain(position, chance)
    if chance.random() < 0.15:
        row["artists"] = [artist_row(chance.choice(_PEOPLE))]
    if chance.random() < 0.2:
        row["extraartists"] = [_credit("Remix", chance)]
    return row


def _tracklist(chance: random.Random) -> list[JsonObject]:
    tracks: list[JsonObject] = []
    for side in "AB":
        if chance.random() < 0.1:
            tracks.append({"position": "", "type_": "heading", "title": f"Side {side}", "duration": ""})
        tracks += [_track(f"{side}{place}", chance) for place in range(1, chance.randint(2, 6))]
    if chance.random() < 0.1:
        parts = [{**_plain(f"B9.{part}", chance), "extraartists": [_credit("Mixed By", chance)]} for part in "ab"]
        tracks.append({**_plain("", chance), "type_": "index", "sub_tracks": parts})
    return tracks


def _images(row: JsonObject, chance: random.Random) -> list[JsonObject]:
    uri, small = row["cover_image"], row["thumb"]
    if not uri:
        return []
    kinds = ["primary" if chance.random() < 0.8 else "secondary", *["secondary"] * chance.randint(0, 2)]
    return [
        {"type": kind, "uri": uri, "resource_url": uri, "uri150": small, "width": 600, "height": 600} for kind in kinds
    ]
