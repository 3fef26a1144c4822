"""What is said of a collection that came from a file, wherever something is said of an account."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from core.domain.account import Access, Account
from core.domain.collection import Collection
from core.domain.health import Check, Health
from core.domain.ids import Shelf
from core.domain.ledger import Ledger, Terms
from core.domain.schedule import Every
from core.domain.spending import spending
from core.domain.standing import ShelfAge, Standing
from core.domain.view import view_of
from tests.core.services.test_importing import file_of
from tests.exports import row
from tests.factories import ADDED, make_account, make_copy
from tests.journeys.terminal import in_terminal
from tests.processes import runout
from tests.stand_in import evening, many
from tui.render.account import account_line
from tui.render.diagnosis import line_of
from tui.render.schedule import next_looks
from tui.render.standing import standing_lines
from tui.render.states import nothing_here, warnings
from tui.render.status import status

import pytest
from msgspec.structs import replace

NOW = ADDED + timedelta(days=40)
LOCAL: Account = replace(make_account(username="mine"), access=Access.LOCAL, last_sync_at=ADDED, checked_at=ADDED)
AGE = ShelfAge(walked_at=ADDED, checked_at=ADDED, due_at=None, failures=0)


def test_the_line_of_an_account_says_that_it_came_from_a_file_and_when() -> None:
    assert account_line(LOCAL, NOW) == "mine came from a file, imported 40 d ago."


def test_the_status_line_does_not_call_it_stale_for_it_is_as_its_owner_wants_it() -> None:
    view = view_of(Collection((make_copy(1),)))

    line = status(view, LOCAL, None, NOW, checked_at=ADDED)

    assert line.plain == "1 of 1 copy · mine · imported 40 d ago"
    assert not dict(line.parts)["age"].is_strong


def test_how_things_stand_is_said_without_a_wantlist_and_without_a_turn() -> None:
    standing = Standing({Shelf.COLLECTION: AGE}, {Shelf.COLLECTION: 7, Shelf.WANTLIST: 0}, scheduled=0, succeeded=0)

    lines = list(standing_lines(LOCAL, standing, spending(Ledger(), 0.0, Terms()), NOW))

    assert lines[:2] == ["mine, from a file; `runout import` brings a newer one", "  collection: 7 copies, 40 d ago"]
    assert not any("wantlist" in line for line in lines)


def test_where_nothing_is_nobody_is_sent_to_discogs() -> None:
    lines = nothing_here(view_of(Collection()), LOCAL, loading=False, syncing=False)

    assert lines[0] == "There is nothing in mine."
    assert "`runout import` brings another one." in " ".join(lines)
    assert warnings(LOCAL) == ()


def test_nothing_of_it_is_due() -> None:
    assert list(next_looks(LOCAL, Every.SIX_HOURS, {}, NOW)) == ["It came from a file: nothing is synced."]


def test_the_doctor_says_where_it_came_from() -> None:
    facts = {"username": "mine", "access": "local", "connected_at": ADDED, "last_sync_at": ADDED}

    said = line_of(Check("account", Health.WELL, facts), NOW)

    assert said.endswith("mine, since 2024-05-11, from a file, imported 40 d ago")


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """Somebody who has imported two copies and connected nothing."""
    path = file_of(tmp_path, row(1), row(2, title="B"))
    done = await runout(tmp_path / "data", None, "import", str(path), "--yes")
    assert done.code == 0
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("sync",),
            3,
            "mine came from a file, so there is nothing to fetch. Bring a newer export with `runout import`;",
        ),
        (("sync", "--only", "wantlist", "--quick"), 3, "mine came from a file, so there is nothing to fetch."),
        (("list", "--wants"), 3, "mine came from a file, so there is nothing to fetch."),
        (("history",), 0, "There has been no sync yet. What came from a file has none."),
        (("settings",), 0, "mine: from a file, so it is not synced; `runout import` brings a newer one"),
        (("settings", "--sync-every", "6h"), 0, "mine: from a file, so it is not synced;"),
        (("disconnect", "--yes"), 1, "mine came from a file: nothing reads it. --delete takes it away."),
        (("disconnect", "--delete", "--yes"), 0, "Everything of mine is gone"),
        (("privacy",), 0, "local_collections: from which file your collection came, and what it said (1 row)"),
        (("daemon", "--once"), 0, ""),
        (("connect",), 2, "mine came from a file, imported just now."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_each_command_says_what_is_right(data: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    # Where nothing can be reached, what waits for its next try waits a sixtieth as long.
    done = await runout(data, None, *arguments, RUNOUT_TIME_SCALE="60")

    assert done.code == code, done.err
    assert said in done.out + done.err


async def test_what_is_deleted_is_deleted_and_nobody_is_sent_to_discogs_for_the_rest(data: Path) -> None:
    async with in_terminal(data, None, "disconnect") as screen:
        await screen.until("delete all of it? [y/N]")
        screen.type("y\n")
        assert await screen.end() == 0
        assert "Everything of mine is gone" in screen.seen
        assert "discogs.com/settings" not in screen.seen
    assert (await runout(data, None, "status", "--json")).result["account"] is None


async def test_who_connects_after_an_import_is_not_asked_whether_they_are_somebody_else(tmp_path: Path) -> None:
    async with evening(tmp_path / "data", many(3)) as tonight:
        await tonight.core.leaving.delete(tonight.account)
        path = file_of(tmp_path, row(1))
        assert (await runout(tmp_path / "data", None, "import", str(path), "--yes")).code == 0

        done = await runout(tmp_path / "data", tonight.sandbox, "connect", "--token-stdin", given=tonight.sandbox.token)

        assert done.code == 0
        assert "Connected as collector." in done.err
