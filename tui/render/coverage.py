"""Of how much the original year is known, and how far the reading of it is."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.enrichment import EnrichProgress
from core.domain.master import Coverage
from core.text import count
from tui.render.foretelling import left


def covered(coverage: Coverage) -> str:
    """`original year known for 1,131 of 1,497`."""
    return f"original year known for {count(coverage.known)} of {count(coverage.releases)}"


def coverage_forms(coverage: Coverage | None, progress: EnrichProgress | None) -> tuple[str, ...]:
    """What is being read, else of how many the year is known; in forms that get shorter, nothing when it is of all."""
    if progress is not None:
        of = f"{count(progress.done)} of {count(progress.done + progress.left)}"
        until = "" if progress.seconds is None else f", about {left(progress.seconds)}"
        return (f"reading original years: {of}{until}", f"original years: {of}", "")
    if coverage is None or coverage.known == coverage.releases:
        return ()
    of = f"{count(coverage.known)} of {count(coverage.releases)}"
    return (covered(coverage), f"original year of {of}", "")


def coverage_lines(coverage: Coverage, progress: EnrichProgress | None = None) -> Iterator[str]:
    """The same where there is room to say what is with the others; nothing of a shelf on which nothing is."""
    if not coverage.releases:
        return
    others = (
        (coverage.pending, "still to be read"),
        (coverage.no_master, "without a master"),
        (coverage.no_year, "whose year Discogs does not know"),
        (coverage.failed, "to be tried again"),
    )
    said = ", ".join(f"{count(number)} {what}" for number, what in others if number)
    yield f"{covered(coverage)[:1].upper()}{covered(coverage)[1:]}{f': {said}' if said else ''}."
    if progress is not None:
        yield f"{coverage_forms(coverage, progress)[0].capitalize()}."
