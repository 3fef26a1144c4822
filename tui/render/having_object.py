"""The answer to whether somebody has a record, for other programs. Keys stay; what is not known is null."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.domain.account import Account
from core.domain.collection import Copy
from core.domain.having import Having
from core.domain.having_answers import Answer, Match
from core.domain.having_found import Hit
from tui.render.export import shown_format
from tui.render.having import code_of


def as_object(having: Having, answer: Answer, account: Account, error: str = "") -> dict[str, Any]:
    """The answer from the copy; with `error`, why Discogs could not settle it."""
    known, sought = answer.known, answer.sought
    return {
        "answer": str(answer.verdict),
        "exit_code": code_of(answer, error),
        "sought": sought.text,
        "kind": str(sought.kind),
        "matched_by": str(answer.by) if answer.by else None,
        "why": [str(one) for one in answer.why],
        "matches": [_match_object(having, match) for match in answer.matches],
        "matching": answer.total,
        "copies": known.copies,
        "releases": known.releases,
        "barcodes_known": known.with_barcodes,
        "arriving": known.arriving,
        "asked": answer.asked,
        "found": [_hit_object(hit) for hit in answer.hits],
        "finding": answer.found,
        "as_of": _as_of(account),
        "error": error or None,
    }


def _as_of(account: Account) -> datetime | None:
    """When it was last looked whether copies came or went."""
    return account.checked_at or account.last_sync_at


def _match_object(having: Having, match: Match) -> dict[str, Any]:
    release = match.release
    return {
        "release_id": release.id,
        "master_id": release.master_id,
        "artist": release.artist or None,
        "title": release.title or None,
        "labels": release.label_names,
        "catnos": release.numbers,
        "formats": [shown_format(form) for form in release.formats],
        "year": release.year,
        "country": match.country,
        "matched_by": str(match.by),
        "another_pressing": match.pressing,
        "wanted": match.wanted,
        "owned": [_copy_object(having, copy) for copy in match.copies],
    }


def _copy_object(having: Having, copy: Copy) -> dict[str, Any]:
    return {
        "instance_id": copy.instance_id,
        "media": copy.media or None,
        "sleeve": copy.sleeve or None,
        "folder": having.owned.collection.folder_of(copy) or None,
        "shelf": having.owned.place_of(copy) or None,
        "rating": copy.rating,
        "added": copy.added,
    }


def _hit_object(hit: Hit) -> dict[str, Any]:
    return {
        "release_id": hit.release,
        "master_id": hit.master,
        "title": hit.title or None,
        "year": hit.year,
        "country": hit.country or None,
        "formats": hit.formats,
        "labels": hit.labels,
        "catno": hit.catno or None,
    }
