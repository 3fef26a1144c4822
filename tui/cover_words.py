"""Words about pictures: what came of fetching them, what the cache holds, and what keeps one from being kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core import errors
from core.domain.covers import CoverReport, CoverStatus, Refusal
from core.errors import RunoutError
from core.text import count, counted, duration, printable

_MEGABYTE: Final = 1_000_000

REASONS: Final = {
    Refusal.ADDRESS: "not on Discogs' image host",
    Refusal.REDIRECT: "led elsewhere",
    Refusal.STATUS: "not given out",
    Refusal.EMPTY: "empty",
    Refusal.TOO_LARGE: "too large",
    Refusal.KIND: "no picture",
    Refusal.PIXELS: "too many pixels",
    Refusal.ANIMATED: "moving",
    Refusal.BROKEN: "broken",
}
"""Why something is not kept."""

_SAID: Final = {
    "fetched": "fetched",
    "here": "here before",
    "none": "not there",
    "refused": "refused",
    "failed": "failed",
    "waiting": "to be tried later",
    "unknown": "nobody knows where",
    "left": "not fetched for want of room",
}


def cover_words(error: RunoutError) -> str:
    """What went wrong with the picture cache and what to do; empty for another error."""
    match error:
        case errors.CoverNotWritten(path, reason):
            return (
                f"No picture can be kept in {printable(path)}: {printable(reason)}. Those that are here stay."
                " Make room there, or set limit_mb of [covers] to 0."
            )
        case errors.CoversOff():
            return "No pictures are kept, because limit_mb of [covers] is 0. Set it higher to fetch some."
    return ""


def summary(report: CoverReport) -> str:
    """What came of it, in a line."""
    numbers = [(getattr(report, name), said) for name, said in _SAID.items()]
    total = sum(number for number, _ in numbers)
    parts = ", ".join(f"{count(number)} {said}" for number, said in numbers if number)
    return f"{counted(total, 'picture')}: {parts}." if parts else "No pictures to fetch."


def advice(report: CoverReport, limit: int) -> Iterator[str]:
    """What can be done about those that are not here."""
    if report.unknown:
        yield (
            f"Where {counted(report.unknown, 'picture')} can be had is not known: Discogs tells those who are signed"
            " in. Run `runout connect` and `runout sync`, or open these records."
        )
    if report.failed or report.waiting:
        yield f"{counted(report.failed + report.waiting, 'picture')} could not be had now. Run it again later."
    if report.left:
        yield (
            f"The room for pictures is used up ({size(limit)}). Set limit_mb of [covers] higher to fetch"
            f" {count(report.left)} more."
        )


def stopped(report: CoverReport, total: int) -> str:
    """That it was ended before its end, and how it goes on."""
    here = count(report.here + report.fetched)
    return f"Stopped: {here} of {counted(total, 'picture')} are here. Run it again to go on."


def how_far(done: int, total: int, seconds_left: float) -> str:
    """A line on the way."""
    left = f", {duration(seconds_left)} left" if seconds_left else ""
    return f"{count(done)} of {counted(total, 'picture')}{left}"


def status_lines(status: CoverStatus) -> Iterator[str]:
    """What the cache holds."""
    here = status.small + status.large
    by_size = f" ({count(status.small)} small, {count(status.large)} large)" if here else ""
    yield f"{counted(here, 'picture')}{by_size} in {printable(status.directory)}"
    yield f"{size(status.bytes)} of {size(status.limit)}" if status.limit else f"{size(status.bytes)}; none are kept"
    if status.none:
        yield f"{counted(status.none, 'picture')} that Discogs does not have"
    if status.refused:
        why = ", ".join(f"{count(number)} {_reason(reason)}" for reason, number in status.refused.items())
        yield f"{count(sum(status.refused.values()))} refused: {why}"
    if status.failed:
        yield f"{counted(status.failed, 'picture')} could not be had, and will be tried again"
    if status.rests_for:
        yield f"nothing is asked of the image host for {duration(status.rests_for)}: it wants to be left alone"
    yield "what you look at is fetched by itself" if status.fills else "nothing is fetched by itself"


def size(length: int) -> str:
    """How much room: `12.3 MB`."""
    return f"{length / _MEGABYTE:,.1f} MB"


def _reason(reason: str) -> str:
    return REASONS[Refusal(reason)] if reason in frozenset(Refusal) else "for another reason"
