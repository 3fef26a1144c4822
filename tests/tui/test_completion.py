"""The scripts in the shells themselves, as far as they are installed: with a terminal, a Tab and an Enter."""

from __future__ import annotations

import argparse
import os
import pty
import select
import shutil
import subprocess
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tui.arguments import parser
from tui.completion import SHELLS, Grammar, Offer, script

import pytest

INSTALLED: Final = [shell for shell in SHELLS if shutil.which(shell)]
LINE_SHELLS: Final = [shell for shell in ("bash", "zsh") if shell in INSTALLED]

HOSTILE: Final = (
    """it's "so" [x] a:b `touch pwned` $(touch pwned) $HOME ${HOME} \\ \\n ; | & 100%% ( *?~ {a,b} !! #x ”ä"""
)
SHOWN: Final = HOSTILE.replace("%%", "%")


def hostile_parser() -> argparse.ArgumentParser:
    """A program whose helps are full of what shells act on, with commands below commands and things that are hidden."""
    top = argparse.ArgumentParser(prog="runout", allow_abbrev=False)
    top.add_argument("--secret", help=argparse.SUPPRESS)
    commands = top.add_subparsers(dest="command")
    keys = commands.add_parser("keys", help=HOSTILE)
    commands.add_parser("hidden", help=argparse.SUPPRESS)
    commands.add_parser("nameless")
    below = keys.add_subparsers(dest="what")
    rotate = below.add_parser("rotate", help=HOSTILE)
    rotate.add_argument("--odd", help=HOSTILE, choices=["a'b", "a`touch pwned`", "a$(touch pwned)", "a:b c"])
    rotate.add_argument("--out", help=HOSTILE, type=Path)
    rotate.add_argument("--other", help=f"%(prog)s %(default)s\n{HOSTILE}", default=7)
    return top


@contextmanager
def shell(name: str, home: Path, top: argparse.ArgumentParser) -> Iterator[Shell]:
    """A shell in a terminal, our script loaded, and a program that shows the arguments it is given."""
    (home / "script").write_text(script(top, name), encoding="utf-8")
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - another process
        os.chdir(home)
        os.environ |= {"TERM": "xterm", "HOME": str(home), "PS1": "> ", "LC_ALL": "C.UTF-8"}
        bare = ["-f", "-i"] if name == "zsh" else ["--norc", "--noprofile", "-i"]
        os.execvp(name, [name, *bare])
    try:
        termios.tcsetwinsize(terminal, (50, 500))
        one = Shell(terminal)
        prepare = "autoload -Uz compinit; compinit -u -D; setopt no_list_beep;" if name == "zsh" else ""
        prepare += "bind 'set show-all-if-ambiguous on';" if name == "bash" else ""
        one.types(f"{prepare} runout() {{ printf '<%s>' \"$@\"; echo EN''D; }}; . ./script; echo EN''D\n")
        one.until("END")
        yield one
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


class Shell:
    """What is typed into a shell, and what it answers."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal

    def types(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def until(self, mark: str) -> str:
        """What is on the screen when the mark is."""
        seen = b""
        while mark.encode() not in seen:
            ready, _, _ = select.select([self._terminal], [], [], 20)
            assert ready, f"no {mark} in {seen.decode(errors='replace')}"
            seen += os.read(self._terminal, 65_536)
        return seen.decode(errors="replace")

    def runs(self, line: str) -> list[str]:
        """The arguments of the program after a line with Tabs in it."""
        self.types(f"{line}\n")
        shown = self.until("END").partition("END")[0].splitlines()[-1]
        return shown[shown.index("<") :].strip("<>").split("><")


def fish(home: Path, top: argparse.ArgumentParser, line: str) -> dict[str, str]:
    """What fish offers at the end of a line, with what it says of it."""
    (home / "script").write_text(script(top, "fish"), encoding="utf-8")
    done = subprocess.run(
        ["fish", "--no-config", "-c", "source ./script; complete -C $argv[1]", line],
        cwd=home,
        env={**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=True,
    )
    assert done.stderr == ""
    return dict(offered.partition("\t")[::2] for offered in done.stdout.splitlines())


def bash(home: Path, top: argparse.ArgumentParser, line: str) -> dict[str, str]:
    """What bash offers at the end of a line without quotes."""
    (home / "script").write_text(script(top, "bash"), encoding="utf-8")
    words = line.split(" ")
    act = 'source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _runout; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "--norc", "-uc", act, "bash", *words],
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=True,
    )
    assert done.stderr == ""
    return dict.fromkeys((word for word in done.stdout.splitlines() if word), "")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "my export.csv").touch()
    (tmp_path / "myself").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", SHELLS)
def test_every_command_and_option_is_in_the_script(name: str) -> None:
    text = script(parser(), name)
    for key, offer in Grammar(parser()).offers.items():
        assert offer == Offer() or f"'{key}'" in text
    for word in (
        "sync",
        "--token-stdin",
        "--accept-removals",
        "--collection",
        "fish",
        "--since",
        "--sync-every",
        "daily",
    ):
        assert f"'{word}" in text
    assert "@" not in text.replace('"$@"', "").replace("[@]", "").replace("${#words[@]}", "")


@pytest.mark.parametrize("name", INSTALLED)
def test_the_shell_can_read_it(name: str, tmp_path: Path) -> None:
    for top in (parser(), hostile_parser(), argparse.ArgumentParser(prog="bare-one", add_help=False)):
        (tmp_path / "script").write_text(script(top, name), encoding="utf-8")
        done = subprocess.run([name, "-n", "script"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_these_are_the_shells() -> None:
    assert [name for name, _ in Grammar(parser()).offers["completion 0"].words] == list(SHELLS)


def test_what_is_hidden_is_not_offered() -> None:
    grammar = Grammar(hostile_parser())
    assert grammar.commands == [" keys", "keys rotate"]
    assert [name for name, _ in grammar.offers[" -"].words] == ["-h", "--help"]
    assert [name for name, _ in grammar.offers[" 0"].words] == ["keys"]


@pytest.mark.parametrize("name", LINE_SHELLS)
def test_a_tab_completes(name: str, home: Path) -> None:
    with shell(name, home, parser()) as typed:
        assert typed.runs("runout sy\t") == ["sync"]
        assert typed.runs("runout -q sync --acce\t-\t") == ["-q", "sync", "--accept-removals", "-"]
        assert typed.runs("runout --account sync comp\tz\t") == ["--account", "sync", "completion", "zsh"]
        assert typed.runs("runout demo --coll\tmy\\ \t") == ["demo", "--collection", "my export.csv"]
        assert [word.rstrip("/") for word in typed.runs("runout demo --keep my\t")] == ["demo", "--keep", "myself"]
        assert [word.rstrip("/") for word in typed.runs("runout demo --keep=my\t")] == ["demo", "--keep=myself"]
        # A value that could be anything is nobody's to guess.
        assert typed.runs("runout sync --account my\t") == ["sync", "--account", "my"]


@pytest.mark.parametrize("name", LINE_SHELLS)
def test_hostile_texts_stay_texts(name: str, home: Path) -> None:
    with shell(name, home, hostile_parser()) as typed:
        assert typed.runs("runout ke\tro\t--od\ta\\'\t") == ["keys", "rotate", "--odd", "a'b"]
        # In bash a colon is a word of its own.
        if name == "zsh":
            assert typed.runs("runout keys rotate --odd a:\t") == ["keys", "rotate", "--odd", "a:b c"]
        assert typed.runs("runout --sec\t") == ["--sec"]
        typed.types("runout keys rotate --\t")
        assert "--odd" in typed.until("--out")
        if name == "zsh":
            typed.types("\x15runout keys rotate --o\t")
            typed.until(SHOWN)
    assert not (home / "pwned").exists()


@pytest.mark.parametrize("name", INSTALLED)
def test_each_place_has_its_own_words(name: str, home: Path) -> None:
    """Without a terminal: bash and fish say what they would offer."""
    offered = {"bash": bash, "fish": fish}.get(name)
    if offered is None:
        return
    assert set(offered(home, parser(), "runout ")) >= {"connect", "sync", "demo", "completion", "about"}
    assert set(offered(home, parser(), "runout completion ")) == {"bash", "zsh", "fish"}
    assert "--json" in offered(home, parser(), "runout sync ")
    assert set(offered(home, parser(), "runout sync --a")) == {"--account", "--accept-removals"}
    assert set(offered(home, parser(), "runout changes --")) >= {"--since", "--only", "--limit", "--all", "--json"}
    assert set(offered(home, parser(), "runout changes --only ")) == {"collection", "wantlist"}
    assert set(offered(home, parser(), "runout settings --sync-every ")) == {"6h", "12h", "daily", "weekly", "off"}
    assert offered(home, parser(), "runout changes --since ") == {}
    assert set(offered(home, hostile_parser(), "runout keys ")) == {"rotate"}
    assert set(offered(home, hostile_parser(), "runout ")) == {"keys"}
    assert len(offered(home, hostile_parser(), "runout keys rotate --odd ")) == 4
    assert offered(home, parser(), "runout sync --account ") == {}
    assert not (home / "pwned").exists()


def test_fish_shows_hostile_texts_as_they_are(home: Path) -> None:
    for line in ("runout ", "runout k"):
        assert "fish" not in INSTALLED or fish(home, hostile_parser(), line) == {"keys": SHOWN}
    for line in ("runout demo --collection my", "runout demo --collection=my"):
        before = line.split()[-1].removesuffix("my") if "=" in line else ""
        assert "fish" not in INSTALLED or set(fish(home, parser(), line)) == {
            f"{before}my export.csv",
            f"{before}myself/",
        }
