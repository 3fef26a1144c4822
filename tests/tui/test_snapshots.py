"""What the terminal shows in each of its states, line by line, as it stands in `samples/screens`.

`WRITE_SCREENS=1` writes those files anew from what is shown now; whoever does that looks at the difference.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from core.app import Core, open_core
from core.domain import ids
from core.domain.account import Account
from core.domain.ids import Shelf as Wanted
from core.domain.progress import Word
from core.domain.view import view_of
from core.errors import RunoutError
from core.sandbox.holding import Holding
from core.sandbox.readers import read_collection
from core.sandbox.server import Running, serve
from core.sandbox.shelf import Shelf
from core.sandbox.shipped import shipped
from core.sandbox.world import World
from tests.fakes import FakeClock
from tests.stand_in import SAMPLES, config_for, holding_of, many
from tests.tui.screen import SITE, SMALL, WIDE, browse, details, shown, status, table, to_records, until
from tui.app import RunoutApp, Setting
from tui.screens import watching
from tui.screens.browse import BrowseScreen
from tui.screens.stats import StatsScreen
from tui.widgets.facet_panel import FacetPanel
from tui.widgets.filter_line import FilterLine

import pytest
from textual.pilot import Pilot

SCREENS: Final = SAMPLES / "screens"
IS_WRITING: Final = os.environ.get("WRITE_SCREENS") == "1"
AGE: Final = 300.0
"""Seconds between what was done before and the terminal."""
NARROW, TALL = (60, 15), (200, 60)

Size = tuple[int, int]
Before = Callable[[Running, Core, FakeClock], Awaitable[None]]
Pressed = Callable[[Pilot[None], Running], Awaitable[None]]


def small() -> Holding:
    whole = shipped()
    return Holding(whole.copies[:12], whole.folders, whole.fields)


def real(name: str) -> Holding:
    return read_collection(SAMPLES / "collections" / name)


async def nobody(_sandbox: Running, _core: Core, _clock: FakeClock) -> None:
    pass


async def connected(sandbox: Running, core: Core, _clock: FakeClock) -> None:
    await core.connect.with_token(sandbox.token)


async def synced(sandbox: Running, core: Core, _clock: FakeClock) -> None:
    await sync(core, await core.connect.with_token(sandbox.token))


async def refused(sandbox: Running, core: Core, _clock: FakeClock) -> None:
    account = await core.connect.with_token(sandbox.token)
    await sync(core, account)
    sandbox.world.revoke()
    with contextlib.suppress(RunoutError):
        await sync(core, account)


async def public(sandbox: Running, core: Core, _clock: FakeClock) -> None:
    name = sandbox.world.account.username
    await sync(core, await core.connect.join(await core.connect.by_public_name(name)))


async def synced_both(sandbox: Running, core: Core, _clock: FakeClock) -> None:
    await sync_both(core, await core.connect.with_token(sandbox.token))


async def public_with_private_wants(sandbox: Running, core: Core, _clock: FakeClock) -> None:
    sandbox.world.account.wantlist_public = False
    name = sandbox.world.account.username
    await sync_both(core, await core.connect.join(await core.connect.by_public_name(name)))


async def three_accounts(sandbox: Running, core: Core, clock: FakeClock) -> None:
    world = sandbox.world
    gone = await core.connect.with_token(world.open_account("Zoë of the Sound System", many(3)).token)
    world.revoke(gone.username)
    with contextlib.suppress(RunoutError):
        await sync(core, gone)
    clock.advance(86_400)
    world.open_account("passer-by", many(3))
    await core.connect.join(await core.connect.by_public_name("passer-by"))
    clock.advance(86_400)
    await synced(sandbox, core, clock)


async def changed(sandbox: Running, core: Core, clock: FakeClock) -> None:
    """Two days on which something happened, on both shelves."""
    await synced(sandbox, core, clock)
    account = await core.library.account()
    assert account is not None
    await core.sync.run(account, lambda _event: None, shelf=Wanted.WANTLIST)
    clock.advance(86_400)
    website, copies = sandbox.world.website, sandbox.world.account.shelf.copies
    website.rate(copies[0].instance_id, 4)
    website.set_field(copies[1].instance_id, 3, "[/] signed")
    website.remove(copies[2].instance_id)
    await sync(core, account)
    clock.advance(3_600)
    sandbox.world.faults.add("404", route="collection", times=100)
    with contextlib.suppress(RunoutError):
        await sync(core, account)
    sandbox.world.faults.clear()


async def read_long_ago(sandbox: Running, core: Core, clock: FakeClock) -> None:
    """The details of the first record, which have become old."""
    await synced(sandbox, core, clock)
    account = await core.library.account()
    assert account is not None
    first = view_of(await core.library.collection(account)).copies[0]
    await core.enrich.refresh(account, first.release.id)
    clock.advance(7 * 3_600)


async def sync(core: Core, account: Account) -> None:
    await core.sync.run(account, lambda _event: None, Word.ASK)


async def sync_both(core: Core, account: Account) -> None:
    for shelf in ids.Shelf:
        await core.sync.run(account, lambda _event: None, Word.ASK, shelf=shelf)


async def nothing(_pilot: Pilot[None], _sandbox: Running) -> None:
    pass


def keys(*pressed: str, seen: str = "", then: tuple[str, ...] = ()) -> Pressed:
    """Keys, and others when something is to be seen."""

    async def press(pilot: Pilot[None], _sandbox: Running) -> None:
        await pilot.press(*pressed)
        await until(pilot, lambda: seen in shown(pilot))
        await pilot.press(*then)

    return press


def figures(*pressed: str) -> Pressed:
    """The screen of figures, and keys on it."""

    async def press(pilot: Pilot[None], _sandbox: Running) -> None:
        below = browse(pilot)
        await pilot.app.push_screen(StatsScreen("collector", lambda: below._view, site_url=SITE, page=SITE))
        await until(pilot, lambda: " copies · " in shown(pilot) and "One moment" not in shown(pilot))
        await pilot.press(*pressed)

    return press


def filtered(*texts: str, kept: bool = False) -> Pressed:
    """Texts that are pasted one behind the other, each when the screen has answered to what stands there."""

    async def paste(pilot: Pilot[None], _sandbox: Running) -> None:
        await pilot.press("slash")
        line = browse(pilot).query_one(FilterLine)
        for text in texts:
            line.insert_text_at_cursor(text)
            await until(pilot, lambda: browse(pilot)._view.text == line.value or line.error is not None)
        if kept:
            await to_records(pilot)

    return paste


async def chosen_facets(pilot: Pilot[None], _sandbox: Running) -> None:
    """Reggae, but no electronic one."""
    panel = browse(pilot).query_one(FacetPanel)
    await pilot.press("b")
    await until(pilot, lambda: bool(panel._groups))
    await pilot.press("down", "down", "space")
    await until(pilot, lambda: status(pilot).startswith("92 of") and panel._groups[0].values[0].value == "Reggae")
    await pilot.press("down", "space", "space")


async def at_half(pilot: Pilot[None], sandbox: Running) -> None:
    sandbox.world.faults.add("hang", route="collection", page=2)
    await pilot.press("s")
    await until(pilot, lambda: len(table(pilot)._view.copies) == 100)


async def opened_and_read(pilot: Pilot[None], _sandbox: Running) -> None:
    await pilot.press("enter")
    await until(pilot, lambda: "Details as of" in details(pilot))
    await pilot.press("pagedown", "pagedown")


async def opened_while_nobody_answers(pilot: Pilot[None], sandbox: Running) -> None:
    sandbox.world.faults.add("hang", route="release", times=9)
    await pilot.press("enter")
    await until(pilot, lambda: "being read again" in " ".join(details(pilot).split()))
    await pilot.press("pagedown")


async def refreshed_in_vain(pilot: Pilot[None], sandbox: Running) -> None:
    sandbox.world.faults.add("404", route="release", times=9)
    await pilot.press("R")
    await until(pilot, lambda: "could not be read again" in " ".join(details(pilot).split()))
    await pilot.press("enter", "pagedown")


async def vanished(pilot: Pilot[None], sandbox: Running) -> None:
    account = sandbox.world.account
    account.shelf = Shelf(holding_of(*account.shelf.copies[:200]))
    await pilot.press("s")
    await until(pilot, lambda: "not on Discogs any more" in shown(pilot))


def written(size: Size) -> str:
    return f"{size[0]}x{size[1]}"


@dataclass(frozen=True)
class Scene:
    holding: Callable[[], Holding] = small
    before: Before = synced
    pressed: Pressed = nothing
    setting: Setting | None = None
    runs: tuple[tuple[Size, ...], ...] = ((WIDE, SMALL),)
    """Each is one terminal, which is made smaller while it runs."""


COLLECTOR_A, COLLECTOR_B = partial(real, "collector_a"), partial(real, "collector_b")

SCENES: Final = {
    "first-run": Scene(before=nobody),
    "first-run-token": Scene(before=nobody, pressed=keys(seen="Welcome", then=("enter",)), runs=((SMALL,),)),
    "first-run-public": Scene(before=nobody, pressed=keys(seen="Welcome", then=("down", "enter")), runs=((SMALL,),)),
    "nobody": Scene(before=nobody, pressed=keys(seen="Welcome", then=("escape",))),
    "never-synced": Scene(before=connected),
    "first-sync-at-half": Scene(partial(many, 200), connected, at_half),
    "small": Scene(),
    "collector-a": Scene(COLLECTOR_A, runs=((SMALL,), (WIDE,), (NARROW,), (TALL,))),
    "collector-b": Scene(COLLECTOR_B),
    "wantlist": Scene(COLLECTOR_B, synced_both, keys("w", seen=" wants")),
    "wantlist-empty": Scene(before=synced_both, pressed=keys("w", seen="no wants"), runs=((SMALL,),)),
    "wantlist-never-synced": Scene(before=connected, pressed=keys("w", seen="your wantlist"), runs=((SMALL,),)),
    "wantlist-private": Scene(before=public_with_private_wants, pressed=keys("w", seen="is private"), runs=((SMALL,),)),
    "without-panels": Scene(COLLECTOR_B, pressed=keys("b", "b", "d"), runs=((WIDE,),)),
    "detail": Scene(COLLECTOR_B, pressed=keys("G", "enter", seen="Data provided by Discogs")),
    "detail-tracks": Scene(COLLECTOR_B, pressed=opened_and_read, runs=((SMALL,), (WIDE,))),
    "detail-old": Scene(COLLECTOR_B, read_long_ago, opened_while_nobody_answers, runs=((SMALL,), (WIDE,))),
    "detail-failed": Scene(COLLECTOR_B, read_long_ago, refreshed_in_vain, runs=((SMALL,), (WIDE,))),
    "duplicates": Scene(shipped, pressed=keys("u", seen=" copies: ")),
    "duplicates-none": Scene(pressed=keys("u", seen="Nothing is here twice"), runs=((SMALL,),)),
    "stats": Scene(COLLECTOR_B, pressed=figures(), runs=((WIDE, SMALL), (TALL,))),
    "stats-end": Scene(COLLECTOR_A, pressed=figures("y", "end"), runs=((SMALL,), ((120, 40),))),
    "stats-nothing": Scene(before=connected, pressed=figures(), runs=((SMALL,),)),
    "filter": Scene(COLLECTOR_A, pressed=filtered("dub year:1990..2010 -format:lp")),
    "filter-error": Scene(COLLECTOR_A, pressed=filtered("dub", " gnre:rock")),
    "filter-nothing": Scene(COLLECTOR_A, pressed=filtered("polka year:<1950", kept=True)),
    "completions": Scene(COLLECTOR_A, pressed=filtered("label:gr")),
    "find": Scene(COLLECTOR_A, pressed=keys("f", seen="Find in", then=("b", "o")), runs=((SMALL,),)),
    "facets": Scene(COLLECTOR_A, pressed=chosen_facets),
    "order": Scene(pressed=keys("o", seen="Sort like this", then=("down", "space"))),
    "columns": Scene(pressed=keys("c", seen="Show these columns", then=("down", "space"))),
    "vanished": Scene(COLLECTOR_A, pressed=vanished),
    "changes": Scene(before=changed, pressed=keys("v")),
    "change": Scene(before=changed, pressed=keys("v", seen="gone", then=("enter",))),
    "history": Scene(before=changed, pressed=keys("r")),
    "schedule": Scene(before=changed, pressed=keys("t")),
    "help": Scene(pressed=keys("question_mark")),
    "help-end": Scene(pressed=keys("question_mark", seen="Everywhere", then=("end",)), runs=((SMALL,),)),
    "accounts": Scene(before=three_accounts, pressed=keys("a")),
    "amber-public": Scene(before=public),
    "amber-refused": Scene(before=refused),
    "amber-keys": Scene(setting=Setting(keys=(("browse.fliter", "z"), ("browse.sync", "b"), ("table.up", "nokey")))),
}
RUNS: Final = [
    pytest.param(name, sizes, id=f"{name} {' '.join(map(written, sizes))}")
    for name, scene in SCENES.items()
    for sizes in scene.runs
]


@pytest.fixture(autouse=True)
def nobody_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read when somebody opens a record is shown in states of its own."""
    monkeypatch.setattr(watching, "_LOOKED_AT", 600.0)


@pytest.mark.parametrize(("name", "sizes"), RUNS)
async def test_each_state_looks_as_it_did(name: str, sizes: tuple[Size, ...], tmp_path: Path) -> None:
    scene, clock = SCENES[name], FakeClock()
    async with (
        serve(World(scene.holding())) as sandbox,
        open_core(config_for(tmp_path, sandbox), clock=clock) as core,
    ):
        await scene.before(sandbox, core, clock)
        clock.advance(AGE)
        app = RunoutApp(core, site_url=SITE, clock=clock, setting=scene.setting)
        async with app.run_test(size=sizes[0]) as pilot:
            await until(pilot, lambda: any(isinstance(one, BrowseScreen) for one in app.screen_stack))
            await until(pilot, lambda: not browse(pilot)._opening)
            await scene.pressed(pilot, sandbox)
            for size in sizes:
                await pilot.resize_terminal(*size)
                await compare(pilot, SCREENS / f"{name}-{written(size)}.txt")
        sandbox.world.faults.release()


def test_every_screen_that_is_kept_belongs_to_a_state() -> None:
    kept = {f"{name}-{written(size)}" for name, scene in SCENES.items() for run in scene.runs for size in run}
    assert {file.stem for file in SCREENS.iterdir()} == kept


async def compare(pilot: Pilot[None], file: Path) -> None:
    """Wait until the screen shows what is in a file; or write what it shows, when it stays like that."""
    if IS_WRITING:
        file.parent.mkdir(exist_ok=True)
        file.write_text(await calm(pilot), encoding="utf-8")
    wanted = file.read_text(encoding="utf-8") if file.exists() else ""
    for _ in range(400):
        await pilot.pause(0.01)
        if lines(pilot) == wanted:
            return
    changed = difflib.unified_diff(wanted.split("\n"), lines(pilot).split("\n"), file.name, "now", n=2, lineterm="")
    told = "\n".join(changed)
    pytest.fail(f"{told}\nIf it is meant to be so: WRITE_SCREENS=1 pytest tests/tui/{Path(__file__).name}", False)


async def calm(pilot: Pilot[None]) -> str:
    """What is shown, once nothing has changed for longer than what is looked at now and then stays the same."""
    now, loop = lines(pilot), asyncio.get_running_loop()
    since = loop.time()
    while loop.time() - since < 1.6:
        await pilot.pause(0.05)
        if now != (later := lines(pilot)):
            now, since = later, loop.time()
    return now


def lines(pilot: Pilot[None]) -> str:
    return shown(pilot) + "\n"
