"""No secret is told on the way: while signing in, by a crash, and when keys change."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from core.domain.ids import AccountId
from core.sandbox.server import serve
from core.sandbox.world import World
from core.store.cipher import Cipher
from tests.browser import application, code_shown
from tests.journeys.installed import ADDRESS, Installed, asked, ended, installation, signed_in
from tests.journeys.telltale import CHATTY, KEY_FILE, run, secrets_of, told
from tests.journeys.test_signing_in import Browser, read
from tests.processes import ROOT, start
from tests.stand_in import many

import pytest

CRASHES: Final = """\
import httpx
async def broken(self, request):
    headers = request.headers
    raise RuntimeError(f"no way for {request.url} with {headers.raw!r} of {dict(headers)}")
httpx.AsyncHTTPTransport.handle_async_request = broken
"""
"""What no one foresaw, and it says all that it knows."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installation(tmp_path_factory.mktemp("signed-in") / "data", signing_in=True)


def of_the_sign_in(world: World) -> dict[str, str]:
    """What only those who sign in may know. The request token's key stands in the address of the page."""
    asked_for, granted = list(world.consents._asked.values()), list(world.consents._granted.values())
    found = {f"request token secret {number}": one.secret for number, one in enumerate(asked_for)}
    found |= {f"verifier {number}": one.verifier for number, one in enumerate(asked_for) if one.verifier}
    found |= {f"access token {number}": one.token for number, one in enumerate(granted)}
    found |= {f"access secret {number}": one.secret for number, one in enumerate(granted)}
    return found | {"consumer key": world.application.key, "consumer secret": world.application.secret}


def request_tokens(world: World) -> dict[str, str]:
    return {"request token": next(iter(world.consents._asked))}


@pytest.mark.parametrize("way", ["code", "browser", "wrong code", "truncated", "500"])
async def test_signing_in_tells_nothing_of_it(tmp_path: Path, way: str) -> None:
    async with serve(World(many(2))) as sandbox:
        more = {**application(sandbox), **CHATTY}
        if way in ("truncated", "500"):
            sandbox.world.faults.add(way, route="access_token", times=9)
        if way == "browser":
            process = await start(tmp_path, sandbox, "connect", more=more)
            said, address = await asked(process)
            page = await read(await Browser(address).decided())
            done = await ended(process, said)
        elif way == "wrong code":
            process = await start(tmp_path, sandbox, "connect", "--no-browser", more=more)
            said, address = await asked(process)
            page = await code_shown(address)
            done, page = await ended(process, said, given=page[::-1] + "x\n"), ""
        else:
            done, page = await signed_in(tmp_path, sandbox, **more), ""
        secrets = of_the_sign_in(sandbox.world)
        named = request_tokens(sandbox.world)
    assert (done.code == 0) == (way in ("code", "browser")), done.err
    assert {name.split()[0] for name in secrets} >= {"request", "verifier", "consumer"}
    assert told(secrets, tmp_path, done.out, done.err, page) == []
    assert told(named, tmp_path, done.out, page, done.err.replace(ADDRESS.findall(done.err)[0], "")) == []
    log = (tmp_path / "runout.log").read_text()
    assert ("/oauth/request_token" in log, "/oauth/access_token" in log) == (True, True)


@pytest.mark.parametrize(
    "command", [("sync",), ("sync", "--json"), ("connect", "--token-stdin"), ("connect",)], ids=str
)
async def test_a_crash_has_a_reference_no_traceback_and_no_secret(
    installed: Installed, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "sitecustomize.py").write_text(CRASHES)
    data = installed.copied(tmp_path / "data")
    # Nobody is connected where a sign-in is to begin.
    if command == ("connect",):
        (data / "runout.db").unlink()
    async with serve(installed.world()) as sandbox:
        more = {**application(sandbox), **CHATTY, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
        done, _ = await run(data, sandbox, *command, given=installed.token, **more)
    reference = done.err.partition(" under ")[2].partition(";")[0]
    assert (done.code, len(reference)) == (1, 8), done.err
    log = (data / "runout.log").read_text()
    assert f"unexpected, reference {reference}\nTraceback" in log
    assert "RuntimeError: no way for" in log
    assert "***" in log
    assert told(secrets_of(installed), data, done.out, done.err) == []


async def test_a_crash_of_the_doctor_is_in_the_log_under_its_reference(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(CRASHES)
    data = installed.copied(tmp_path / "data")
    (data / "runout.log").unlink()
    async with serve(installed.world()) as sandbox:
        more = {**application(sandbox), **CHATTY, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
        done, _ = await run(data, sandbox, "doctor", **more)
    reference = done.err.partition(" under ")[2].partition(";")[0]
    assert (done.code, len(reference)) == (1, 8), done.err
    assert told(secrets_of(installed), data, done.out, done.err) == []
    logs = [file.read_text() for file in data.glob("runout.log")]
    assert any(reference in log for log in logs), "the log has nothing under the reference that was told"


async def test_after_keys_were_changed_the_old_one_is_nowhere(installed: Installed, tmp_path: Path) -> None:
    data = installed.copied(tmp_path / "data")
    old = secrets_of(installed)["key"]
    async with serve(installed.world()) as sandbox:
        more = {**application(sandbox), **CHATTY}
        done, _ = await run(data, sandbox, "keys", "rotate", **more)
        assert (done.code, done.err) == (0, "1 credential sealed with a new key; the old one is gone.\n")
        new = (data / KEY_FILE).read_text().strip()
        assert old not in new
        assert told({"old": old, "new": new}, data, done.out, done.err) == []
        assert (await run(data, sandbox, "sync", **more))[0].code == 0
    assert (data / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in data.glob(".*")) == []


async def test_the_token_of_a_demo_is_as_secret(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done, seen = await run(tmp_path / "data", None, "demo", "--items", "3", "--check", "--keep", str(kept), **CHATTY)
    assert done.code == 0, done.err
    with closing(sqlite3.connect(kept / "runout.db")) as database:
        account, sealed = database.execute("SELECT account_id, sealed FROM credentials").fetchone()
    token = Cipher(kept / KEY_FILE).open(AccountId(account), sealed).reveal()
    assert len(token) == 40
    assert b"core.sandbox" in seen
    assert told({"token": token}, tmp_path, done.out, done.err, seen) == []
