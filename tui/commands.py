"""The commands besides the demo. Data goes to stdout, words to stderr."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

from core.app import open_core
from core.clock import clock_at
from core.config import Config
from core.domain.spending import BudgetStatus
from core.services.keys import Rotation
from core.text import counted
from tui.output import print_json, say, say_anyway
from tui.render.budget import budget_lines, budget_object
from tui.wording import FAILED


def browse(config: Config, account: str, demonstrate: Callable[[Config], int]) -> int:
    """Open the terminal, on the collection of an account: of the last used if none is named.

    `demonstrate` begins the demo, which can be asked for there.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say_anyway("The terminal app needs a terminal. For scripts there is `runout sync --json`; see `runout --help`.")
        return FAILED

    # Deferred: no other command needs Textual.
    from tui.app import RunoutApp, Setting  # noqa: PLC0415
    from tui.beside import Beside  # noqa: PLC0415
    from tui.jobs import jobs_running  # noqa: PLC0415
    from tui.screens.dialogs import DEMO  # noqa: PLC0415

    setting = Setting.of(config)

    async def act() -> int:
        async with open_core(config, apart=Beside(config)) as core:
            if account and (named := await core.library.account(account)):
                await core.library.use(named)
            clock = clock_at(config.time.factor, config.time.epoch)
            app = RunoutApp(core, site_url=config.discogs.site_url, clock=clock, setting=setting)
            async with jobs_running(core, config.time.factor):
                return await app.run_to_the_end()

    code = asyncio.run(act())
    return demonstrate(config) if code == DEMO else code


def budget(config: Config, *, as_json: bool) -> int:
    """Say what is left of the requests that Discogs allows, for everything on this machine."""

    async def act() -> BudgetStatus:
        async with open_core(config) as core:
            return await core.budget.status()

    found = asyncio.run(act())
    if as_json:
        print_json(budget_object(found))
    else:
        sys.stdout.write(
            "".join(f"{line}\n" for line in budget_lines(found, clock_at(config.time.factor, config.time.epoch).now()))
        )
    return 0


def rotate_keys(config: Config) -> int:
    """Seal every credential with a new key."""

    async def act() -> Rotation:
        async with open_core(config) as core:
            return await core.keys.rotate()

    found = asyncio.run(act())
    sealed = f"{counted(found.sealed, 'credential')} sealed with a new key"
    if found.left:
        lost = counted(found.left, "credential")
        say_anyway(
            f"{sealed}; {lost} opened with no key that is here, so the old keys stay. Run `runout connect` again."
        )
        return FAILED
    say(f"{sealed}; the old one is gone.")
    return 0


def paths(config: Config, *, as_json: bool) -> int:
    """Say where things are."""
    known = {name: str(getattr(config.paths, name)) for name in config.paths.__struct_fields__}
    if as_json:
        print_json(known)
    else:
        for name, path in known.items():
            sys.stdout.write(f"{name:<9} {path}\n")
    return 0
