"""An interpreter that has loaded the program already: each command is a fork of it, and starts in a tenth of the time.

Run as a script it waits at a socket until its input ends. Whoever connects sends the command with its three streams,
and gets its exit code when it is over.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import random
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

ROOT: Final = Path(__file__).resolve().parents[1]

_LOADED: Final = ("tui.__main__", "tui.dispatch", "core.app", "core.config", "core.logs", "core.discogs.http")
"""What most commands load, one way or the other."""

_LIMITS: Final = ("RLIMIT_FSIZE", "RLIMIT_NOFILE")

_INT: Final = array.array("i").itemsize


def run(arguments: tuple[str, ...], environment: dict[str, str], streams: tuple[int, int, int]) -> int:
    """Run a command of the program to its end; its exit code, below zero when a signal ended it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(_address())
        told = json.dumps(
            {
                "arguments": arguments,
                "environment": environment,
                "directory": str(Path.cwd()),
                "limits": {name: resource.getrlimit(getattr(resource, name)) for name in _LIMITS},
            }
        ).encode()
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))]
        connection.sendmsg([len(told).to_bytes(4, "big")], ancillary)
        connection.sendall(told)
        return int(connection.makefile().read())


def _address() -> str:
    with _STARTING:
        return _started()


@cache
def _started() -> str:
    """Where it waits; it is started for the first command, and ends with this process."""
    address = str(Path(tempfile.mkdtemp(prefix="runout-spare-")) / "socket")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.spare", address],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    _KEPT.append(process)
    return address


_STARTING: Final = threading.Lock()
_KEPT: Final[list[subprocess.Popen[bytes]]] = []
"""Its input ends with what holds it."""


def _wait_for_commands(address: str) -> None:
    """Fork for each command that comes, until nobody is there any more to send one."""
    for module in _LOADED:
        import_module(module)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(address)
        door.listen()
        os.write(1, b"ready\n")
        while sys.stdin not in select.select([door, sys.stdin], [], [])[0]:
            connection, _ = door.accept()
            if os.fork() == 0:
                door.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _attend(connection)
            connection.close()
    with contextlib.suppress(OSError):
        Path(address).unlink()
        Path(address).parent.rmdir()


def _attend(connection: socket.socket) -> NoReturn:
    """Run one command, and say how it ended."""
    length, ancillary, _flags, _sender = connection.recvmsg(4, socket.CMSG_SPACE(3 * _INT))
    streams = array.array("i")
    streams.frombytes(ancillary[0][2])
    told = json.loads(connection.makefile("rb").read(int.from_bytes(length, "big")))
    program = os.fork()
    if program == 0:
        connection.close()
        _become(told, tuple(streams))
    for stream in streams:
        os.close(stream)
    _, status = os.waitpid(program, 0)
    with contextlib.suppress(OSError):
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(told: dict[str, Any], streams: tuple[int, ...]) -> NoReturn:
    """What a new interpreter would be that was given this command."""
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    os.environ.clear()
    os.environ.update(told["environment"])
    for name, limit in told["limits"].items():
        resource.setrlimit(getattr(resource, name), limit)
    os.chdir(told["directory"])
    time.tzset()
    random.seed()
    sys.stdin, sys.stdout, sys.stderr = _like(sys.stdin, "r"), _like(sys.stdout, "w"), _like(sys.stderr, "w")
    sys.argv = [str(ROOT / "tui" / "__main__.py"), *told["arguments"]]
    from tui.__main__ import main

    sys.exit(main())


def _like(stream: Any, mode: str) -> Any:
    """A stream of the same number and manner: what is left in the other one was not meant for this command."""
    return open(stream.fileno(), mode, encoding=stream.encoding, errors=stream.errors, closefd=False)


if __name__ == "__main__":
    _wait_for_commands(sys.argv[1])
