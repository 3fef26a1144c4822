"""What was done by itself, a line each: for a log that people read and scripts take apart."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain.turns import JobReport, Turn
from core.text import printable
from tui.wording import describe


def turn_line(turn: Turn, name: str) -> str:
    """When, whose, what, how it ended, at what cost; and why, where it did not end well."""
    why = "; ".join(describe(problem, shelf=turn.shelf) for problem in turn.problems)
    if turn.reference:
        why = f"unexpected, the log says more under {turn.reference}"
    return _line(
        turn.at,
        f"sync {printable(name)} {turn.shelf} {turn.kind}",
        f"{turn.outcome}, requests {turn.requests}, seconds {turn.seconds:.1f}",
        why,
    )


def job_line(report: JobReport) -> str:
    """When, which job, how it ended, and what it did or why it did not."""
    said = describe(report.problem) if report.problem is not None else report.said
    return _line(report.at, f"job {report.job}", f"{report.outcome}, seconds {report.seconds:.1f}", said)


def _line(at: datetime, what: str, how: str, more: str) -> str:
    told = f": {' '.join(printable(more).split())}" if more else ""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {what}: {how}{told}"
