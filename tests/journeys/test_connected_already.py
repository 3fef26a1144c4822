"""`runout connect` where somebody is connected: who it is, the same once more, and somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from core.sandbox.server import Running, serve
from tests.browser import application
from tests.journeys.installed import ADDRESS, Installed, asked, ended, installation, signed_in, unchanged
from tests.journeys.terminal import CTRL_D, in_terminal
from tests.journeys.test_signing_in import Browser, one_sentence, read
from tests.processes import runout, start

import pytest

OTHER = "somebody_else"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installation(tmp_path_factory.mktemp("connected") / "data", signing_in=True)


@pytest.fixture
def data(installed: Installed, tmp_path: Path) -> Path:
    return installed.copied(tmp_path / "data")


@asynccontextmanager
async def discogs(installed: Installed) -> AsyncIterator[Running]:
    world = installed.world()
    world.open_account(OTHER)
    async with serve(world) as sandbox:
        yield sandbox


async def synced(data: Path, sandbox: Running, *arguments: str) -> int:
    """How many copies whoever is in use has."""
    done = await runout(data, sandbox, "sync", "--json", *arguments, **application(sandbox))
    assert done.code == 0, done.err
    return int(str(done.result["copies"]))


@pytest.mark.parametrize("has_application", [True, False], ids=["signs in", "asks for a token"])
async def test_who_is_connected_is_said_and_nothing_changes_without_a_terminal(
    installed: Installed, data: Path, has_application: bool
) -> None:
    async with discogs(installed) as sandbox:
        more = application(sandbox) if has_application else {}
        with unchanged(data):
            done = await runout(data, sandbox, "connect", **more)
        assert sandbox.world.counts.total == 0
    today = datetime.now(UTC).date().isoformat()
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"Connected as collector since {today}, synced ")
    assert done.err.endswith("Nothing was changed.\n")


@pytest.mark.parametrize("keys", ["\n", "n\n", "what?\n", CTRL_D], ids=["Enter", "no", "a question", "Ctrl-D"])
async def test_asked_whether_to_sign_in_once_more_only_a_yes_changes_anything(
    installed: Installed, data: Path, keys: str
) -> None:
    async with discogs(installed) as sandbox:
        with unchanged(data):
            async with in_terminal(data, sandbox, "connect", more=application(sandbox)) as terminal:
                await terminal.until("Sign in once more? [y/N] ")
                terminal.type(keys)
                assert await terminal.end() == 0
        assert sandbox.world.counts.total == 0
    assert terminal.seen.startswith("Connected as collector since ")
    assert terminal.seen.endswith("Nothing was changed.\n")


@pytest.mark.parametrize("keys", ["\n", CTRL_D], ids=["Enter", "Ctrl-D"])
async def test_asked_for_another_token_enter_changes_nothing_and_nothing_is_shown(
    installed: Installed, data: Path, keys: str
) -> None:
    async with discogs(installed) as sandbox:
        with unchanged(data):
            async with in_terminal(data, sandbox, "connect") as terminal:
                await terminal.until("Another personal access token")
                assert not terminal.echoes
                terminal.type(keys)
                assert await terminal.end() == 0
                assert terminal.echoes
        assert sandbox.world.counts.total == 0
    assert terminal.seen.endswith("Nothing was changed.\n")


@pytest.mark.parametrize("way", ["token", "once more", "sign-in"])
async def test_ctrl_c_at_any_question_changes_nothing_and_brings_the_echo_back(
    installed: Installed, data: Path, way: str
) -> None:
    async with discogs(installed) as sandbox:
        arguments = ("--personal-token",) if way == "token" else ()
        question = {"token": "Another personal access token", "once more": "Sign in once more?", "sign-in": "come back"}
        more = application(sandbox) | ({"SSH_CONNECTION": "", "SSH_TTY": ""})
        with unchanged(data):
            async with in_terminal(data, sandbox, "connect", *arguments, more=more) as terminal:
                if way == "sign-in":
                    await terminal.until("Sign in once more?")
                    terminal.type("y\n")
                await terminal.until(question[way])
                assert terminal.echoes is (way != "token")
                await terminal.interrupt()
                assert await terminal.end() == 130
                assert terminal.echoes
    assert terminal.seen.endswith("Interrupted. What was here before is still here.\n")
    assert "Traceback" not in terminal.seen
    assert "Fatal" not in terminal.seen


async def test_a_token_that_is_typed_is_not_shown(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox, in_terminal(data, sandbox, "connect") as terminal:
        await terminal.until("Another personal access token")
        terminal.type(f"{installed.token}\n")
        assert await terminal.end() == 0
    assert "Connected as collector. `runout` opens" in terminal.seen
    assert installed.token not in terminal.seen


async def test_somebody_else_is_not_switched_to_without_a_word(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox:
        other = sandbox.world.renew(OTHER)
        with unchanged(data):
            done = await runout(data, sandbox, "connect", "--token-stdin", given=other)
            one_sentence(done, 2, f"That belongs to {OTHER}, and collector is in use. Add --yes to switch to {OTHER}")
        assert await synced(data, sandbox) == 12
        done = await runout(data, sandbox, "connect", "--token-stdin", "--yes", given=other)
        one_sentence(done, 0, f"Connected as {OTHER}.")
        assert await synced(data, sandbox) == 0
        assert await synced(data, sandbox, "--account", "collector") == 12


async def test_somebody_else_who_signs_in_with_yes_is_switched_to(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox:
        done = await signed_in(data, sandbox, "--yes", username=OTHER, **application(sandbox))
        one_sentence(done, 0, f"Connected as {OTHER}.")
        assert await synced(data, sandbox) == 0
        assert await synced(data, sandbox, "--account", "Collector") == 12


async def test_somebody_else_who_signs_in_without_a_terminal_is_told_of_yes_in_both_places(
    installed: Installed, tmp_path: Path
) -> None:
    """The page that the browser ends on must not say that they are connected when they are not."""
    async with discogs(installed) as sandbox:
        data = tmp_path / "data"
        given = sandbox.world.account.token
        assert (await runout(data, sandbox, "connect", "--token-stdin", given=given)).code == 0
        await runout(data, sandbox, "disconnect", "--yes")
        process = await start(data, sandbox, "connect", more=application(sandbox))
        said, address = await asked(process)
        page = await read(await Browser(address).decided(username=OTHER))
        done = await ended(process, said)
        one_sentence(done, 2, f"Add --yes to switch to {OTHER}")
        assert not page.startswith("You are connected")


async def test_asked_in_a_terminal_whether_to_switch_one_yes_is_enough(installed: Installed, data: Path) -> None:
    async with discogs(installed) as sandbox:
        more = {**application(sandbox), "SSH_CONNECTION": "", "SSH_TTY": ""}
        async with in_terminal(data, sandbox, "connect", more=more) as terminal:
            await terminal.until("Sign in once more? [y/N] ")
            terminal.type("y\n")
            await terminal.until("Then come back here.")
            found = ADDRESS.search(terminal.seen)
            assert found
            reading = asyncio.create_task(read(await Browser(found[1]).decided(username=OTHER)))
            await terminal.until(f"Switch to {OTHER}?")
            # The second one is nobody's answer, unless the first one was not heard.
            terminal.type("y\nn\n")
            assert await terminal.end() == 0
            await reading
        assert await synced(data, sandbox) == 0, terminal.seen
