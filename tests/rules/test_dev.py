"""dev.py, as a newcomer meets it: with installers of straw, and where it matters with the real pip and no network."""

import ast
import errno
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "dev.py"

# Both write down what they are asked. An environment's commands fail where FAILS names them.
COMMAND = """#!/bin/sh
echo "${0##*/} $*" >> "$STRAW/log"
env > "$STRAW/env"
case " $FAILS " in *" ${0##*/}-$1 "*) exit 3;; esac
"""
UV = """#!/bin/sh
echo "uv $*" >> "$STRAW/log"
env > "$STRAW/env-of-uv"
for last; do :; done
case "$FAILS" in *uv-$1*) echo "cannot $1"; exit 2;; *kill-$1*) kill -9 $PPID; exit 2;; esac
case "$1" in venv)
    mkdir -p "$last/bin"
    for name in python ruff lint-imports; do cp "$STRAW/command" "$last/bin/$name"; done;;
esac
case "$2" in compile) touch uv.lock; cat > /dev/null;; esac
"""


class Newcomer:
    """A checkout of its own, and someone who types commands in it."""

    def __init__(self, place: Path) -> None:
        self.straw, self.root, self.environ = place / "straw", place / "checkout", {"FAILS": ""}
        self.straw.mkdir()
        (self.root / "requirements").mkdir(parents=True)
        shutil.copy(SOURCE, self.root)
        for name in ("build", "runtime", "dev", "lock"):
            (self.root / "requirements" / f"{name}.txt").write_text(f"{name}==1 \\\n    --hash=sha256:{'0' * 64}\n")
        (self.root / "pyproject.toml").write_text('[build-system]\nrequires = ["hatchling>=1"]\n[tool.x]\n')
        for name, script in (("command", COMMAND), ("uv", UV)):
            (self.straw / name).write_text(script)
            (self.straw / name).chmod(0o755)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(self.root / "dev.py"), *arguments],
            cwd=self.straw,
            env={"PATH": f"{self.straw}:/usr/bin:/bin", "STRAW": str(self.straw), **self.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def types(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code, the output, and what was said on the error stream."""
        started = self.start(*arguments)
        output, said = started.communicate(timeout=25)
        return started.returncode, output, said

    def asked(self) -> list[str]:
        """What the installers and the environment were asked since the last time."""
        log = self.straw / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    return Newcomer(tmp_path)


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("dev_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def dev(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the newcomer's checkout, uv out of reach."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    return load(newcomer.root / "dev.py")


def test_an_old_python_reads_the_file_and_is_told() -> None:
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 7))
    module = load(SOURCE)
    with pytest.raises(module.SetupError, match=r"needs Python 3\.11 or newer, and this is Python 3\.9\.18"):
        module.check_python((3, 9, 18))
    module.check_python((3, 11, 0))
    module.check_python((4, 0, 0))


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_without_a_task_it_lists_them(newcomer: Newcomer, arguments: list[str]) -> None:
    code, output, said = newcomer.types(*arguments)
    assert (code, said) == (0, "")
    tasks = ("demo", "run", "test", "soak", "check", "lint", "types", "format", "lock")
    assert all(f"\n  {task}" in output for task in tasks)


def test_a_wrong_task_names_the_nearest(newcomer: Newcomer) -> None:
    code, output, said = newcomer.types("tset")
    assert (code, output) == (2, "")
    assert "`tset`" in said
    assert "`test`" in said
    assert newcomer.types("check", "core")[0] == 2
    assert newcomer.asked() == []


def test_the_environment_is_set_up_once(newcomer: Newcomer) -> None:
    code, _, said = newcomer.types("demo", "--help", "a b")
    assert code == 0
    assert said.splitlines() == ["Making .venv …", "Installing 2 packages …"]
    venv, pins, project, compiled, program = newcomer.asked()
    assert venv.startswith("uv venv ")
    assert "--require-hashes -r" in pins
    assert pins.endswith("runtime.txt")
    assert project.endswith(f"--no-build-isolation --no-deps -e {newcomer.root}")
    assert "compileall" in compiled
    assert program == "python -P -m tui demo --help a b"

    assert newcomer.types("run", "sync") == (0, "", "")
    assert newcomer.asked() == ["python -P -m tui sync"]


def test_the_exit_code_is_the_programs(newcomer: Newcomer) -> None:
    newcomer.types("test")
    newcomer.environ["FAILS"] = "python--P python--m"
    assert newcomer.types("demo")[0] == 3
    assert newcomer.types("test")[0] == 3


def test_a_soak_is_told_how_long_and_from_which_seed(newcomer: Newcomer) -> None:
    assert newcomer.types("soak", "--minutes", "3", "--seed", "7")[0] == 0
    assert newcomer.asked()[-1] == "python -m tests.soak --minutes 3 --seed 7"


def test_the_developers_environment_serves_the_demo_too(newcomer: Newcomer) -> None:
    newcomer.types("demo")
    newcomer.asked()
    assert newcomer.types("test", "-k", "x")[2].splitlines() == ["Installing 2 packages …"]
    assert newcomer.asked()[-1] == "python -m pytest -n auto --dist worksteal -k x"
    assert newcomer.types("demo")[2] == ""
    assert newcomer.types("test")[2] == ""


@pytest.mark.parametrize("changed", ["requirements/runtime.txt", "requirements/build.txt", "pyproject.toml"])
def test_changed_pins_are_installed_in_place(newcomer: Newcomer, changed: str) -> None:
    newcomer.types("demo")
    path = newcomer.root / changed
    path.write_text("# new\n" + path.read_text())
    assert newcomer.types("demo")[2].splitlines() == ["Installing 2 packages …"]
    assert newcomer.types("demo")[2] == ""


def test_what_is_not_installed_may_change(newcomer: Newcomer) -> None:
    newcomer.types("demo")
    for name in ("requirements/dev.txt", "requirements/lock.txt", "pyproject.toml"):
        with (newcomer.root / name).open("a") as file:
            file.write("# new\n")
    assert newcomer.types("demo")[2] == ""


def test_a_moved_checkout_gets_a_new_environment(newcomer: Newcomer) -> None:
    newcomer.types("demo")
    newcomer.root = newcomer.root.rename(newcomer.root.with_name("moved"))
    assert newcomer.types("demo")[2].startswith("Making .venv …")


def test_another_python_gets_a_new_environment(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {level: dev.digest(level) for level in ("place", "runtime", "dev")}
    assert before == {level: dev.digest(level) for level in before}
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert not {dev.digest(level) for level in before} & set(before.values())


def test_a_killed_install_is_done_again_from_nothing(newcomer: Newcomer) -> None:
    newcomer.types("demo")
    (newcomer.root / "requirements" / "runtime.txt").write_text("new==1\n")
    newcomer.environ["FAILS"] = "kill-pip"
    assert newcomer.types("demo")[0] < 0
    newcomer.environ["FAILS"] = ""
    assert newcomer.types("demo")[2].startswith("Making .venv …")
    assert newcomer.types("demo")[2] == ""


def test_ctrl_c_is_no_accident(dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dev, "install", interrupted)
    assert dev.main(["demo"]) == 130
    assert capsys.readouterr().err == ""
    assert dev.finished() == []


def test_the_environment_behind_a_link_is_left_alone(newcomer: Newcomer, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "treasure").touch()
    (newcomer.root / ".venv").symlink_to(mine)
    assert newcomer.types("demo")[0] == 0
    assert [path.name for path in mine.iterdir()] == ["treasure"]


def test_the_second_of_two_waits(newcomer: Newcomer, dev: Any) -> None:
    handle = dev.lock()
    second = newcomer.start("demo")
    assert second.stderr is not None
    assert second.stderr.readline().startswith("Waiting for another dev.py")
    assert newcomer.asked() == []
    os.close(handle)
    second.communicate(timeout=25)
    assert second.returncode == 0
    assert newcomer.asked()[-1] == "python -P -m tui demo"


def test_no_other_environment_leaks_in(newcomer: Newcomer) -> None:
    elsewhere = dict.fromkeys(("VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "UV_PROJECT_ENVIRONMENT"), "/elsewhere")
    newcomer.environ |= {**elsewhere, "PYTHONPATH": "/elsewhere", "PIP_USER": "1", "UV_SYSTEM_PYTHON": "1"}
    newcomer.environ |= {"HTTPS_PROXY": "proxy", "PIP_INDEX_URL": "ours", "PIP_FIND_LINKS": "a b", "PIP_CERT": "pem"}
    newcomer.types("demo")
    program = (newcomer.straw / "env").read_text()
    installer = (newcomer.straw / "env-of-uv").read_text().splitlines()
    assert "/elsewhere" not in program + "".join(installer)
    assert "PIP_USER=1" not in installer
    assert "UV_SYSTEM_PYTHON=1" not in installer
    assert {"HTTPS_PROXY=proxy", "PIP_INDEX_URL=ours", "UV_DEFAULT_INDEX=ours"} <= set(installer)
    assert {"UV_FIND_LINKS=a,b", "SSL_CERT_FILE=pem"} <= set(installer)


def test_the_users_own_way_for_uv_wins(dev: Any) -> None:
    environ = {"PIP_INDEX_URL": "one", "UV_DEFAULT_INDEX": "other"}
    assert dev.installer_environment(environ)["UV_DEFAULT_INDEX"] == "other"


def test_a_check_tells_all_that_failed(newcomer: Newcomer) -> None:
    newcomer.environ["FAILS"] = "ruff-format lint-imports-"
    code, _, said = newcomer.types("check")
    assert code == 1
    assert said.splitlines()[-1] == "Failed: ruff format --check, lint-imports."
    steps = ["ruff check", "ruff format --check", "python -m mypy", "lint-imports "]
    assert newcomer.asked()[-4:] == steps
    newcomer.environ["FAILS"] = ""
    code, _, said = newcomer.types("lint")
    assert (code, said.splitlines()) == (0, ["== ruff check", "== ruff format --check", "== lint-imports"])


def test_pins_are_renewed_without_addresses(newcomer: Newcomer) -> None:
    code, _, said = newcomer.types("lock", "--upgrade")
    assert (code, len(said.splitlines())) == (0, 4)
    asked = newcomer.asked()
    assert [line.rpartition("/")[2] for line in asked] == ["runtime.txt", "dev.txt", "build.txt", "lock.txt"]
    for option in ("--generate-hashes", "--no-header", "--no-annotate", "--universal", "--upgrade"):
        assert all(option in line for line in asked)
    assert not (newcomer.root / "uv.lock").exists()


def test_where_uv_and_the_network_fail_one_sentence_says_so(newcomer: Newcomer) -> None:
    newcomer.environ["FAILS"] = "uv-venv"
    with socket.socket() as closed:  # bound, never listening
        closed.bind(("127.0.0.1", 0))
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/packages"
        newcomer.environ |= {"PIP_INDEX_URL": index, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
        code, output, said = newcomer.types("demo")
    assert (code, output) == (1, "")
    *progress, sentence = said.splitlines()
    assert progress[:3] == ["Making .venv …", "uv could not do it; trying with pip …", "Making .venv …"]
    assert sentence.startswith("The package index cannot be reached")
    assert not (newcomer.root / ".venv" / "dev-stamp").exists()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("/usr/bin/python3: No module named ensurepip", "NO_VENV"),
        ("/usr/bin/python3: No module named 'venv'", "NO_VENV"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] Kein Platz", "FULL"),
        ("error: failed to write\n  Caused by: No space left on device (os error 28)", "FULL"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError(...)'", "OFFLINE"),
        ("error: Failed to fetch\n  Caused by: error sending request\n  Caused by: dns error", "OFFLINE"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "ALTERED"),
        ("error: Hash mismatch for `rich==15.0.0`", "ALTERED"),
        ("Error: [Errno 13] Permission denied: '/checkout/.venv'", "DENIED"),
        ("Error: [Errno 30] Read-only file system: '/checkout/.venv'", "DENIED"),
    ],
)
def test_an_installers_trouble_becomes_one_sentence(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], output: str, sentence: str
) -> None:
    done = subprocess.CompletedProcess([], 1, output.encode())
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert dev.main(["demo"]) == 1
    assert capsys.readouterr().err.splitlines() == ["Making .venv …", getattr(dev, sentence)]


def test_the_sentences_say_what_to_do(dev: Any) -> None:
    assert "apt install python3-venv" in dev.NO_VENV
    assert f"python{sys.version_info[0]}.{sys.version_info[1]}-venv" in dev.NO_VENV
    for sentence in (dev.NO_VENV, dev.FULL, dev.OFFLINE, dev.ALTERED, dev.DENIED, dev.UNKNOWN):
        assert "run the same command again" in sentence


def test_unfamiliar_trouble_shows_the_end_of_the_output(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = subprocess.CompletedProcess([], 1, b"".join(b"line %d\n" % number for number in range(100)))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert dev.main(["demo"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[1:-1] == [f"line {number}" for number in range(85, 100)]
    assert lines[-1] == dev.UNKNOWN


@pytest.mark.parametrize(
    ("number", "sentence"), [(errno.ENOSPC, "FULL"), (errno.EACCES, "DENIED"), (errno.EROFS, "DENIED")]
)
def test_our_own_trouble_with_the_disk_is_said_too(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, sentence: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(dev, "make_empty", fails)
    assert dev.main(["demo"]) == 1
    assert capsys.readouterr().err.strip() == getattr(dev, sentence)
