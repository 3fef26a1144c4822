"""Masters: the body of one, and the list of its versions with filters and facets, made from its releases."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote_plus

from core.sandbox.accounts import Account
from core.sandbox.catalogue import Catalogue, owned, wanted
from core.sandbox.holding import JsonObject
from core.sandbox.release import API, WWW

_FACETS = ("format", "label", "country", "released")


def master_of(catalogue: Catalogue, master_id: int) -> JsonObject | None:
    """Return what GET /masters/{id} says; None if there is no such master."""
    releases = catalogue.of_master(master_id)
    return master_body(master_id, releases) | catalogue.facts_of_master(master_id) if releases else None


def master_body(master_id: int, releases: list[JsonObject]) -> JsonObject:
    """GET /masters/{id}. The release with the lowest number is the main one."""
    main, recent = releases[0], releases[-1]
    prices = [price for one in releases if (price := one.get("lowest_price")) is not None]
    slug = "-".join(str(main["title"]).split())[:80] or "Untitled"
    whole: JsonObject = {
        "id": master_id,
        "main_release": main["id"],
        "most_recent_release": recent["id"],
        "resource_url": f"{API}/masters/{master_id}",
        "uri": f"{WWW}/master/{master_id}-{slug}",
        "versions_url": f"{API}/masters/{master_id}/versions",
        "main_release_url": f"{API}/releases/{main['id']}",
        "most_recent_release_url": f"{API}/releases/{recent['id']}",
        "num_for_sale": sum(one.get("num_for_sale") or 0 for one in releases),
        "lowest_price": min(prices) if prices else None,
    }
    if main.get("images"):
        whole["images"] = main["images"]
    whole |= {name: main.get(name) or [] for name in ("genres", "styles")}
    whole["year"] = min((year for one in releases if (year := one.get("year"))), default=0)
    tracks = [{key: value for key, value in track.items() if key != "artists"} for track in main["tracklist"]]
    whole |= {"tracklist": tracks, "artists": main["artists"], "title": main["title"]}
    whole["data_quality"] = main.get("data_quality") or "Correct"
    if main.get("videos"):
        whole["videos"] = main["videos"]
    return whole | ({"notes": main["notes"]} if "notes" in main else {})


def version(body: JsonObject, reader: Account | None) -> JsonObject:
    """One row of GET /masters/{id}/versions."""
    return {
        "id": body["id"],
        "label": ", ".join(dict.fromkeys(str(one["name"]) for one in body["labels"])),
        "country": body.get("country") or "",
        "title": body["title"],
        "major_formats": list(dict.fromkeys(str(one["name"]) for one in body["formats"])),
        "format": ", ".join(text for one in body["formats"] for text in one.get("descriptions", ())),
        "catno": ", ".join(dict.fromkeys(str(one["catno"]) for one in body["labels"])),
        "released": str(body.get("released", "")),
        "status": body.get("status", "Accepted"),
        "resource_url": body["resource_url"],
        "thumb": body.get("thumb", ""),
        "stats": {
            "community": {"in_wantlist": body["community"]["want"], "in_collection": body["community"]["have"]},
            "user": {"in_wantlist": wanted(reader, body["id"]), "in_collection": owned(reader, body["id"])},
        },
    }


SORTS: dict[str, Callable[[JsonObject], Any]] = {
    name: lambda body, name=name: str(_values(body, name)[:1]).lower() for name in _FACETS
} | {"title": lambda body: str(body["title"]).lower(), "catno": lambda body: str(body["labels"][:1]).lower()}


def chosen(releases: list[JsonObject], query: Mapping[str, str]) -> list[JsonObject]:
    """Return the releases that a query asks for, in its order; by date without one."""
    for name in _FACETS:
        if query.get(name):
            releases = [body for body in releases if query[name].lower() in map(str.lower, _values(body, name))]
    backwards = query.get("sort_order", "").lower() == "desc"
    return sorted(releases, key=SORTS.get(query.get("sort", ""), SORTS["released"]), reverse=backwards)


def facets(releases: list[JsonObject], query: Mapping[str, str]) -> JsonObject:
    """Make `filters` and `filter_facets`: what there is to choose from, and what was chosen."""
    available = {name: _counted(_values(body, name) for body in releases) for name in _FACETS}
    return {
        "filters": {
            "applied": {name: [query[name]] for name in _FACETS if query.get(name)},
            "available": available,
        },
        "filter_facets": [
            {
                "title": name.title(),
                "id": name,
                "values": [
                    {"title": text, "value": quote_plus(text), "count": count}
                    for text, count in available[name].items()
                ],
                "allows_multiple_values": True,
            }
            for name in _FACETS
        ],
    }


def _values(body: JsonObject, name: str) -> list[str]:
    match name:
        case "format":
            names = [str(one["name"]) for one in body["formats"]]
            return [*dict.fromkeys(names + [text for one in body["formats"] for text in one.get("descriptions", ())])]
        case "label":
            return [*dict.fromkeys(str(one["name"]) for one in body["labels"])]
        case "country":
            return [body["country"]] if body.get("country") else []
    return [body["released"][:4]] if body.get("released") else []


def _counted(lists: Iterable[list[str]]) -> dict[str, int]:
    counts = Counter(text for texts in lists for text in texts)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
