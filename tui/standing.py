"""`runout status`: how fresh everything is, what runs, what waits, and how well it goes."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from core.app import open_core
from core.clock import clock_at
from core.config import Config
from core.domain.account import Account
from core.domain.enrichment import Facts
from core.domain.ids import Shelf
from core.domain.schedule import Load
from core.domain.spending import BudgetStatus
from core.domain.standing import Standing
from tui.output import print_json
from tui.render.budget import budget_object
from tui.render.standing import standing_lines

from msgspec import to_builtins

_Found = tuple[Account | None, Standing | None, Facts | None, BudgetStatus, Load]


def status(config: Config, name: str, *, as_json: bool) -> int:
    """Say how things stand, of an account and of the program."""

    async def act() -> _Found:
        async with open_core(config) as core:
            account = await core.library.account(name)
            if account is not None:
                await core.schedule.touch(account)
            standing = await core.history.standing(account) if account else None
            facts = await core.enrich.facts(account) if account else None
            return account, standing, facts, await core.budget.status(), await core.schedule.load(core.jobs.now())

    account, standing, facts, budget, load = asyncio.run(act())
    if as_json:
        print_json(_as_object(account, standing, facts, budget, load))
    else:
        now = clock_at(config.time.factor, config.time.epoch).now()
        lines = standing_lines(account, standing, budget, now, load, facts)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _as_object(
    account: Account | None, standing: Standing | None, facts: Facts | None, budget: BudgetStatus, load: Load
) -> dict[str, Any]:
    shelves = {str(shelf): _shelf(shelf, standing, facts) for shelf in Shelf} if standing and facts else {}
    whole = budget_object(budget)
    return {
        "account": account.username if account else None,
        "access": str(account.access) if account else None,
        "refused_at": account.refused_at.isoformat() if account and account.refused_at else None,
        **{str(shelf): shelves.get(str(shelf)) for shelf in Shelf},
        "due_last_day": {"ended": standing.scheduled, "succeeded": standing.succeeded} if standing else None,
        "enrichment": to_builtins(facts.progress) if facts else None,
        "budget": whole | {"a_day": to_builtins(load)},
    }


def _shelf(shelf: Shelf, standing: Standing, facts: Facts) -> dict[str, Any] | None:
    age = standing.ages.get(shelf)
    if age is None:
        return None
    moments = {"membership": age.checked_at, "details": age.walked_at, "next": age.due_at}
    told = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    return {
        "copies": standing.copies[shelf],
        **told,
        "failures": age.failures,
        "needs_word": standing.asked.get(shelf, 0),
        "private": age.private_since is not None,
        "original_year": to_builtins(facts.coverage[shelf]),
    }
