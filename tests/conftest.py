"""Guards around every test, and what many of them stand on."""

from __future__ import annotations

import gc
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Final

from core.store.database import Database, open_database
from tests.fakes import FakeClock

import pytest
from hypothesis import settings

settings.register_profile(
    "runout", deadline=None, derandomize=True, database=None, max_examples=60, stateful_step_count=40
)
settings.register_profile(
    "soak", settings.get_profile("runout"), derandomize=False, max_examples=300, stateful_step_count=60
)
settings.load_profile("soak" if "SOAK" in os.environ else "runout")

_OURS: Final = ("RUNOUT_", "DISCOGS_")
_PROXIES: Final = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
_HOMES: Final = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost", "", None})


@pytest.fixture(autouse=True)
def _no_real_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes what belongs to the person who runs it."""
    for name in os.environ:
        if name.startswith(_OURS) or name.upper() in _PROXIES:
            monkeypatch.delenv(name)
    for name, below in _HOMES.items():
        monkeypatch.setenv(name, str(tmp_path / "home" / below))


@pytest.fixture(autouse=True)
def _far_from_greenwich() -> Iterator[None]:
    """One time zone for everybody, and an odd one: where local time slips in for UTC, it shows."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TZ", "NPT-5:45")
        _read_time_zone()
        yield
    _read_time_zone()


@pytest.fixture(autouse=True)
def _garbage_is_collected() -> Iterator[None]:
    """The terminal looks for garbage less often, and large collections keep out of it: not so the tests after them."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine may be called."""
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    look_up = socket.getaddrinfo

    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        _refuse_far(host)
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)


def _guarded(call: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    def guarded(connection: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple):
            _refuse_far(address[0])
        return call(connection, address)

    return guarded


def _refuse_far(host: Any) -> None:
    """An assertion and no OSError, which would be taken for a bad line."""
    name = host.decode() if isinstance(host, bytes) else host
    assert name in _LOOPBACK, f"a test wanted to call {name}"


@pytest.fixture
def clock() -> FakeClock:
    """Time that passes only by sleeping."""
    return FakeClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A real file, new and open."""
    async with open_database(tmp_path / "runout.db") as opened:
        yield opened


def _read_time_zone() -> None:
    if hasattr(time, "tzset"):
        time.tzset()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for a process of their own, or for a screen to be drawn."""
    return (os.cpu_count() or 1) + 1
