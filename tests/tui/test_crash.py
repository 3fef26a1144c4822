from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import stat
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from tests.factories import ADDED
from tui.crash import Scene, cause_of, report_of, scene_of, write_report
from tui.reports import KEPT, forget_all, reports
from tui.wording import unexpected

import pytest
from rich.text import Text
from textual.app import App
from textual.screen import ModalScreen
from textual.worker import WorkerFailed

TOKEN = "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcd"


def raised(error: BaseException) -> BaseException:
    """The error with a traceback, and with secrets in the locals of whoever raised it."""
    secret_local = f"local {TOKEN}"
    with pytest.raises(type(error)) as caught:
        _raise(error, secret_local)
    return caught.value


def _raise(error: BaseException, secret: str) -> NoReturn:
    assert secret
    raise error


def scene(log: Path | None = None, number: int = 0, hidden: tuple[str, ...] = ()) -> Scene:
    return Scene(ADDED + timedelta(seconds=number), f"{number:08x}", "BrowseScreen", 80, 24, log, hidden)


def written(error: BaseException, about: Scene, environ: Mapping[str, str] | None = None) -> str:
    return report_of(raised(error), about, environ if environ is not None else {"TERM": "xterm-256color"})


def test_a_report_says_what_where_and_on_what() -> None:
    said = written(ZeroDivisionError("by nothing"), scene())
    assert "reference 00000000" in said
    assert "terminal  80x24, xterm-256color\n" in said
    assert "screen    BrowseScreen\n" in said
    assert f"Python    CPython {sys.version_info.major}.{sys.version_info.minor}." in said
    assert "Textual   8." in said
    assert "time      2024-05-11T18:29:49+00:00\n" in said
    assert "ZeroDivisionError: by nothing" in said
    assert "test_crash.py" in said


@pytest.mark.parametrize(
    "secret",
    [TOKEN, TOKEN[:32], "A" * 43 + "=", "a-B_" * 10 + "abc=", "gAAAAABm0-x_" + "aB3-" * 20 + "=="],
    ids=["token", "secret of an application", "key", "key with dashes", "sealed"],
)
@pytest.mark.parametrize("around", ["{}", "got {}, stop", "b'{}'", "x_{}_y", "/a/{}/b", "line\\n{}", '{{"a": ["{}"]}}'])
def test_a_secret_that_nothing_announces_is_not_in_it_either(secret: str, around: str, tmp_path: Path) -> None:
    log = tmp_path / "runout.log"
    log.write_text(around.format(secret) + "\nand nothing else\n")
    said = written(ValueError(around.format(secret)), scene(log))
    assert secret not in said
    assert secret[:30] not in said
    assert said.count("***") >= 2
    assert "and nothing else" in said


def test_names_in_a_program_are_left_alone() -> None:
    names = "test_a_secret_that_nothing_announces_is_not_in_it_either MessagePumpWorkerFailedBecause"
    assert names in written(ValueError(names), scene())


def test_no_local_variable_is_in_it() -> None:
    assert TOKEN not in written(ZeroDivisionError(), scene())


def test_causes_and_groups_are_in_it() -> None:
    error = ExceptionGroup("two things", [ValueError("this"), KeyError("that")])
    error.__cause__ = LookupError("because of this")
    said = written(error, scene())
    assert all(word in said for word in ("because of this", "ValueError: this", "KeyError: 'that'"))


@pytest.mark.parametrize("wraps", [1, 2])
def test_what_a_worker_raised_is_told_with_its_traceback_and_its_causes(wraps: int) -> None:
    """Textual wraps it in an error that was never raised."""
    error = raised(KeyError("inside a worker"))
    error.__cause__ = raised(LookupError("because of this"))
    wrapped = error
    for _ in range(wraps):
        wrapped = WorkerFailed(wrapped)
    assert cause_of(wrapped) is error
    said = report_of(wrapped, scene(), {})
    assert said.count("Traceback (most recent call last)") == 2
    assert "in _raise\n" in said
    assert "LookupError: because of this" in said
    assert "KeyError: 'inside a worker'" in said


def test_the_cause_of_any_other_error_is_itself() -> None:
    error = ValueError()
    error.__cause__ = LookupError()
    assert cause_of(error) is error


def test_no_value_of_the_environment_is_in_it(tmp_path: Path) -> None:
    environ = {"DISCOGS_TOKEN": TOKEN, "SOMETHING": "s3cr3t/of+mine", "TERM": "xterm-256color", "PWD": str(tmp_path)}
    said = written(ValueError(f"{TOKEN} and s3cr3t/of+mine in {tmp_path}/x.py"), scene(), environ)
    assert "ValueError: *** and *** in " in said
    assert "xterm-256color" in said


def test_what_was_named_as_secret_and_what_looks_like_one_is_not_in_it(tmp_path: Path) -> None:
    log = tmp_path / "runout.log"
    log.write_text(f'GET /oauth/identity Authorization: Discogs token="{TOKEN}"\nhello collector_a, collector_abc\n')
    error = ValueError(f"oauth_token={TOKEN}&x=1 key=hunter2 short name al in also")
    said = written(error, scene(log, hidden=("collector_a", "al", "")))
    assert TOKEN not in said
    assert "hunter2" not in said
    assert "short name *** in also" in said
    assert "hello ***" in said


def test_people_and_their_directories_are_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setattr(getpass, "getuser", lambda: "somebody")
    environ = {"HOME": "/home/somebody"}
    said = written(ValueError("/home/somebody/records, /home/somebodyelse, /srv/Somebody/x"), scene(), environ)
    assert "ValueError: ~/records, /home/somebodyelse, /srv/USER/x" in said


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("GET https://api.discogs.com/users/Anyone.At-All/collection/folders 200", "/users/***/collection/folders 200"),
        ('"GET /users/Anyone.At-All HTTP/1.1" 404', '"GET /users/*** HTTP/1.1" 404'),
        ("at '/users/Anyone.At-All' and \"/users/Anyone.At-All\"", "at '/users/***' and \"/users/***\""),
        (r"repr \"/users/Anyone.At-All\"", r"repr \"/users/***\""),
        ("https://www.discogs.com/user/Anyone.At-All/collection", "/user/***/collection"),
        ("/Users/Anyone.At-All/records.py", "/Users/***/records.py"),
    ],
)
def test_whoever_an_address_names_is_not_named(tmp_path: Path, line: str, hidden: str) -> None:
    log = tmp_path / "runout.log"
    log.write_text(line + "\n")
    said = written(ValueError(line), scene(log))
    assert said.count(hidden) == 2
    assert "Anyone" not in said


def test_a_home_at_the_root_of_everything_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")
    assert "a / b" in written(ValueError("a / b"), scene(), {"HOME": "/"})


def test_the_last_lines_of_the_log_are_in_it(tmp_path: Path) -> None:
    log = tmp_path / "runout.log"
    log.write_bytes(b"".join(b"line %d of many\n" % number for number in range(20_000)) + b"\xff odd\n")
    said = written(ValueError(), scene(log))
    assert "line 19999 of many" in said
    assert "line 19900 of many" not in said
    assert "odd" in said


def test_without_a_log_there_is_a_report(tmp_path: Path) -> None:
    assert "ValueError" in written(ValueError(), scene(tmp_path / "none.log"))


def test_a_bottomless_error_makes_no_bottomless_report() -> None:
    assert len(written(ValueError("x" * 1_000_000), scene())) < 150_000

    def deeper(number: int) -> NoReturn:
        deeper(number + 1)

    with pytest.raises(RecursionError) as caught:
        deeper(0)
    assert "RecursionError" in report_of(caught.value, scene(), {})


def test_a_report_is_its_owners_alone(tmp_path: Path) -> None:
    path = write_report(tmp_path / "new" / "logs", raised(ValueError()), scene())
    assert path is not None
    assert path.parent == tmp_path / "new" / "logs"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "ValueError" in path.read_text(encoding="utf-8")


def test_the_newest_are_kept_and_nothing_else_goes(tmp_path: Path) -> None:
    (tmp_path / "runout.log").touch()
    paths = [write_report(tmp_path, raised(ValueError()), scene(number=number)) for number in range(KEPT + 3)]
    assert sorted(tmp_path.glob("crash-*")) == paths[-KEPT:]
    assert (tmp_path / "runout.log").exists()


def test_all_of_them_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "runout.log").touch()
    (tmp_path / "crash-notes.md").touch()
    written_here = [write_report(tmp_path, raised(ValueError()), scene(number=number)) for number in range(2)]
    assert forget_all(tmp_path) == tuple(path.name for path in written_here if path)
    assert {path.name for path in tmp_path.iterdir()} == {"runout.log", "crash-notes.md"}
    assert forget_all(tmp_path / "none") == ()


def test_what_cannot_be_written_is_no_second_crash(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert write_report(tmp_path / "file" / "below", raised(ValueError()), scene()) is None


def test_an_error_that_cannot_even_be_read_is_no_second_crash(tmp_path: Path) -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise ZeroDivisionError

    path = write_report(tmp_path, raised(Odd("\ud800")), scene())
    assert path is not None
    assert "Odd" in path.read_text(encoding="utf-8")


def test_the_one_sentence_says_where_the_report_is() -> None:
    assert unexpected("0a1b2c3d", Path("/var/log/crash-1.txt")) == (
        "Something unexpected went wrong (0a1b2c3d). What is known of it, without secrets, is in /var/log/crash-1.txt."
    )


class Dialog(ModalScreen[None]):
    pass


async def test_a_scene_names_the_screens_and_the_size() -> None:
    app: App[None] = App()
    async with app.run_test(size=(160, 48)) as pilot:
        app.push_screen(Dialog())
        await pilot.pause()
        found = scene_of(app, ADDED, "0a1b2c3d", log=None)
        assert (found.screen, found.width, found.height) == ("Dialog over Screen", 160, 48)


async def test_an_app_that_never_ran_has_a_scene() -> None:
    assert scene_of(App(), ADDED, "0a1b2c3d", log=None).reference == "0a1b2c3d"


class Working(App[None]):
    """Falls in a worker."""

    directory = Path()

    def on_mount(self) -> None:
        self.run_worker(self.fall())

    async def fall(self) -> None:
        raise KeyError("inside a worker")

    def _fatal_error(self) -> None:
        assert self._exception is not None
        write_report(self.directory, self._exception, scene_of(self, ADDED, "0a1b2c3d", log=None))
        self._close_messages_no_wait()


async def test_a_fall_in_a_worker_is_told_with_the_line_it_fell_on(tmp_path: Path) -> None:
    app = Working()
    app.directory = tmp_path
    with pytest.raises(WorkerFailed):
        async with app.run_test() as pilot:
            await pilot.pause()
    (report,) = reports(tmp_path)
    said = report.read_text(encoding="utf-8")
    assert "in fall\n" in said
    assert "KeyError: 'inside a worker'" in said


class Falling(App[None]):
    """As an app does it: a report, one sentence, and the terminal as it was before."""

    directory = Path()

    def on_mount(self) -> None:
        raise ValueError("the floor gave way")

    def _fatal_error(self) -> None:
        error = self._exception
        assert error is not None
        path = write_report(self.directory, error, scene_of(self, ADDED, "0a1b2c3d", log=None))
        self._exit_renderables.append(Text(unexpected("0a1b2c3d", path)))
        self._close_messages_no_wait()


FALL = """\
import asyncio, pathlib, sys
from tests.tui.test_crash import Falling
Falling.directory = pathlib.Path(sys.argv[1])
asyncio.run(Falling().run_async())
"""


async def test_the_terminal_is_sane_afterwards_and_shows_one_sentence(tmp_path: Path) -> None:
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    before = termios.tcgetattr(theirs)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm-256color"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FALL, str(tmp_path), stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    loop = asyncio.get_running_loop()
    seen = bytearray()
    loop.add_reader(ours, lambda: seen.extend(os.read(ours, 65_536)))
    await process.wait()
    await asyncio.sleep(0)
    loop.remove_reader(ours)
    os.set_blocking(ours, False)
    with contextlib.suppress(BlockingIOError):
        seen.extend(os.read(ours, 65_536))
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)
    (report,) = tmp_path.iterdir()
    shown = seen.decode(errors="replace")
    for on, off in (("\x1b[?1049h", "\x1b[?1049l"), ("\x1b[?1000h", "\x1b[?1000l"), ("\x1b[?25l", "\x1b[?25h")):
        assert shown.rfind(off) > shown.rfind(on) >= 0
    after = shown.rpartition("\x1b[?1049l")[2]
    assert "Something unexpected went wrong (0a1b2c3d)." in after
    assert "Traceback" not in shown
    assert "the floor gave way" in report.read_text(encoding="utf-8")
