"""Inside the terminal it is said which key does something, not which command; the commands say what they always did."""

from __future__ import annotations

from pathlib import Path

from core import errors
from core.errors import RunoutError
from tests.stand_in import evening, many
from tests.tui.journeys import press, sees, started, told
from tests.tui.screen import SMALL, browse, until
from tui.advice import BY_TOKEN, by_key
from tui.app import Setting
from tui.wording import describe

import pytest

N = by_key({"browse.connect": "n"})
ADVISING: list[tuple[RunoutError, str, str]] = [
    (errors.NotConnected(), "Press n to connect one, or to look around.", "Connect with a token, or look around."),
    (errors.Disconnected("ann"), "To sync, press n to connect.", "To sync, connect with a token."),
    (errors.NotAuthorised(), "Make a new one and press n to connect.", "Make a new one and connect with a token."),
    (errors.NotYours(), "is yours: press n to connect.", "is yours: connect with a token."),
    (errors.SealBroken("ann"), "Press n to connect again.", "Connect with a token again."),
    (errors.KeyDamaged("/k"), "Delete it and press n to connect again.", "Delete it and connect with a token again."),
    (errors.CollectionPrivate("ann"), "can connect it, with n, or", "can connect it, with a token, or"),
    (errors.OwnersCopyHere("ann"), "Press n to sync it as its owner.", "Connect with a token to sync it as its owner."),
    (errors.NoSuchAccount("ann"), "nor any other. Press n to connect.", "nor any other. Connect with a token."),
]


@pytest.mark.parametrize(("error", "by_n", "by_token"), ADVISING, ids=lambda value: getattr(value, "username", None))
def test_what_a_command_would_do_is_said_as_it_is_done_here(error: RunoutError, by_n: str, by_token: str) -> None:
    assert by_n in describe(error, N)
    assert by_token in describe(error, BY_TOKEN)
    assert "`runout connect`" in describe(error)
    for way in (N, BY_TOKEN):
        assert "`runout connect`" not in describe(error, way)
        assert "`runout demo`" not in describe(error, way)


def test_where_no_key_connects_the_command_is_said() -> None:
    assert by_key({}) is None
    assert describe(errors.SealBroken("ann"), by_key({})) == describe(errors.SealBroken("ann"))


def test_what_advises_nothing_stays_as_it_is() -> None:
    assert describe(errors.Unavailable(503), N) == describe(errors.Unavailable(503))


async def test_a_notification_names_the_key_as_the_settings_have_it(tmp_path: Path) -> None:
    async with evening(tmp_path, many(3)) as tonight:
        await tonight.sync()
        tonight.sandbox.world.revoke()
        setting = Setting(keys=(("browse.connect", "f7"),))
        async with started(tonight.core, SMALL, setting) as pilot:
            await until(pilot, lambda: browse(pilot)._is_whole)
            await press(pilot, "s")
            await told(pilot, "Make a new one and press f7 to connect.")
            await press(pilot, "f7")
            await sees(pilot, "personal token")
