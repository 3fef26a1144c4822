"""`runout daemon`: what is done by itself. Nothing to look at but a line for each run, on stderr and in the log."""

from __future__ import annotations

import asyncio
import logging

from core.app import open_core
from core.config import Config
from core.domain.progress import SyncOutcome
from core.domain.schedule import JobOutcome
from core.domain.turns import JobReport, Turn
from core.heartbeat import Heartbeat
from tui.output import say, say_anyway
from tui.render.turns import job_line, turn_line
from tui.wording import FAILED, exit_code

_LOG = logging.getLogger(__name__)


def daemon(config: Config, *, once: bool) -> int:
    """Run the jobs until somebody ends it; or, once, those that are due. The exit code."""
    try:
        return asyncio.run(_daemon(config, once=once))
    except KeyboardInterrupt:
        if once:
            raise
        return 0


async def _daemon(config: Config, *, once: bool) -> int:
    teller = _Teller()
    async with open_core(config) as core:
        core.schedule.listen(teller.turn)
        core.jobs.listen(teller.job)
        if once:
            for _ in range(2):  # Of what has just been synced there is more to be read.
                await core.jobs.beat(core.jobs.now())
            return FAILED if teller.has_bad_news else teller.code
        heartbeat = Heartbeat(core.jobs, factor=config.time.factor)
        await heartbeat.start()
        say("Keeping everything up to date. Ctrl-C ends it.")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            # That is how it ends. What goes on is stopped where it can be gone on with.
            say("Ending.")
        finally:
            await heartbeat.close()
    return 0


class _Teller:
    """Writes lines, and remembers whether any of them told of a failure."""

    def __init__(self) -> None:
        self.has_bad_news = False
        self.code = 0
        """Another one than 0 when somebody's word is waited for."""

    def turn(self, turn: Turn) -> None:
        """A run is over. The log, which may be handed on, gets no name."""
        if turn.outcome is SyncOutcome.NEEDS_WORD and turn.problems:
            self.code = exit_code(turn.problems[0])
        self._tell(turn_line(turn, turn.username), turn_line(turn, turn.account), is_bad=not turn.is_good)

    def job(self, report: JobReport) -> None:
        """A job is over. Runs have told of themselves, and need no summary."""
        line, is_bad = job_line(report), report.outcome is JobOutcome.FAILED
        if is_bad or report.job != "due accounts":
            self._tell(line, line, is_bad=is_bad)

    def _tell(self, line: str, logged: str, *, is_bad: bool) -> None:
        self.has_bad_news = self.has_bad_news or is_bad
        (say_anyway if is_bad else say)(line)
        _LOG.log(logging.WARNING if is_bad else logging.INFO, "%s", logged)
