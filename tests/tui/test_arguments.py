from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from tui.arguments import parse as parse_strictly
from tui.arguments import parser

import pytest

COMMANDS = (
    "connect",
    "import",
    "pair",
    "sync",
    "list",
    "views",
    "views list",
    "views save",
    "views show",
    "views rename",
    "views remove",
    "views share",
    "views import",
    "export",
    "duplicates",
    "stats",
    "have",
    "random",
    "played",
    "changes",
    "history",
    "status",
    "enrich",
    "dump",
    "dump import",
    "dump status",
    "covers",
    "covers fetch",
    "covers status",
    "covers clear",
    "disconnect",
    "privacy",
    "keys",
    "keys rotate",
    "doctor",
    "demo",
    "daemon",
    "settings",
    "backup",
    "restore",
    "budget",
    "paths",
    "completion",
    "about",
)


def parse(*words: str) -> argparse.Namespace:
    return parser().parse_args(words)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said about a command line that is not accepted."""
    with pytest.raises(SystemExit) as ended:
        parse(*words)
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out == ""
    return told.err


def parsers(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield top
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield from parsers(one)


def subparsers() -> dict[str, argparse.ArgumentParser]:
    return {one.prog.removeprefix("runout").strip(): one for one in parsers(parser())}


def test_these_are_the_commands() -> None:
    assert set(subparsers()) == {"", *COMMANDS}


def test_no_command_is_the_terminal() -> None:
    assert parse().command is None


def test_help_names_every_command_and_the_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse("--help")
    told = capsys.readouterr().out
    assert ended.value.code == 0
    for command in COMMANDS:
        assert " " in command or f"\n    {command} " in told
    assert "0 done, 1 failed, 2 usage, 3 not connected, 4 needs your word, 10 another pressing owned" in told
    assert "11 wanted, 12 not owned, 13 cannot tell, 130 interrupted" in told


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(*command.split(), "--help")
    told = capsys.readouterr().out
    assert ended.value.code == 0
    one = subparsers()[command]
    assert one.description
    assert one.description in " ".join(told.split())
    assert "example" in str(one.epilog)
    assert f"runout {command}" in str(one.epilog)
    assert all(action.help for action in one._actions if not isinstance(action, argparse._SubParsersAction))
    assert not one.allow_abbrev


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_quiet_and_the_version_are_for_every_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = subparsers()[command]._option_string_actions
    assert {"-q", "--quiet", "--version"} <= set(options)
    with pytest.raises(SystemExit) as ended:
        parse(*command.split(), "--version")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"runout {version('runout')}\n"


@pytest.mark.parametrize(
    ("words", "quiet"),
    [
        ((), False),
        (("-q",), True),
        (("paths",), False),
        (("-q", "paths"), True),
        (("paths", "--quiet"), True),
        (("keys", "rotate", "-q"), True),
        (("keys", "-q", "rotate"), True),
    ],
)
def test_quiet_counts_wherever_it_stands(words: tuple[str, ...], quiet: bool) -> None:
    assert parse(*words).quiet is quiet


@pytest.mark.parametrize(
    ("words", "account"),
    [
        ((), ""),
        (("sync",), ""),
        (("--account", "collector_a"), "collector_a"),
        (("sync", "--account", "collector_a"), "collector_a"),
        (("--account", "collector_a", "sync"), "collector_a"),
        (("--account", "collector_a", "sync", "--account", "collector_b"), "collector_b"),
    ],
)
def test_an_account_is_named_before_or_after_the_command(words: tuple[str, ...], account: str) -> None:
    assert parse_strictly(words).account == account


def test_an_account_may_be_named_with_every_command() -> None:
    for one in subparsers().values():
        assert "--account NAME" in one.format_help()


def test_no_option_anywhere_takes_a_secret() -> None:
    """What stands on a command line stands in the list of processes and in the history of the shell."""
    for name, one in subparsers().items():
        for action in one._actions:
            if isinstance(action, argparse._SubParsersAction):
                continue
            named = " ".join([*action.option_strings, action.dest, str(action.metavar)]).lower()
            if any(word in named for word in ("token", "secret", "password", "key")):
                assert (name, action.nargs) == ("connect", 0)
                assert action.option_strings in (["--token-stdin"], ["--personal-token"])


@pytest.mark.parametrize(
    "words",
    [
        ("connect", "--token", "aSecretThatNobodyMayRead"),
        ("connect", "--token=aSecretThatNobodyMayRead"),
        ("connect", "--tok"),
        ("connect", "aSecretThatNobodyMayRead"),
        ("--token", "x"),
        ("demo", "--item", "5"),
        ("demo", "--coll", "x"),
        ("sync", "--js"),
        ("paths", "--j"),
        ("--vers",),
    ],
    ids=" ".join,
)
def test_nothing_but_whole_names_is_accepted(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """`--token x` taken for `--token-stdin` would teach people to write their token there."""
    refused(capsys, *words)


def test_defaults() -> None:
    always = {"quiet": False, "account": ""}
    assert vars(parse()) == {**always, "command": None}
    assert vars(parse("connect")) == {
        **always,
        "command": "connect",
        "token_stdin": False,
        "personal_token": False,
        "public": "",
        "no_browser": False,
        "yes": False,
    }
    assert vars(parse("sync")) == {
        **always,
        "command": "sync",
        "json": False,
        "quick": False,
        "only": None,
        "accept_removals": False,
        "keep": False,
    }
    assert vars(parse("changes")) == {
        **always,
        "command": "changes",
        "since": "",
        "only": None,
        "limit": None,
        "all": False,
        "json": False,
    }
    assert vars(parse("history")) == {**always, "command": "history", "limit": 20, "json": False}
    assert vars(parse("status")) == {**always, "command": "status", "json": False}
    assert vars(parse("settings")) == {**always, "command": "settings", "sync_every": None, "json": False}
    assert vars(parse("daemon")) == {**always, "command": "daemon", "once": False}
    assert vars(parse("list")) == {
        **always,
        "command": "list",
        "wants": False,
        "query": [],
        "json": False,
        "csv": False,
        "limit": None,
        "sort": "artist",
    }
    assert vars(parse("enrich")) == {**always, "command": "enrich", "details": False, "json": False}
    assert vars(parse("duplicates")) == {**always, "command": "duplicates", "query": [], "json": False}
    assert vars(parse("stats", "-format:cd", "--original")) == {
        **always,
        "command": "stats",
        "query": ["-format:cd"],
        "original": True,
        "json": False,
    }
    assert vars(parse("paths")) == {**always, "command": "paths", "json": False}
    assert vars(parse("demo")) == {
        **always,
        "command": "demo",
        "collection": None,
        "items": None,
        "seed": 1,
        "keep": None,
        "check": False,
    }


def test_options() -> None:
    assert parse("connect", "--token-stdin").token_stdin
    assert parse("sync", "--json").json
    assert parse("paths", "--json").json
    changes = parse("changes", "--since", "7d", "--only", "wantlist", "--limit", "1,000", "--all", "--json")
    assert (changes.since, changes.only, changes.limit, changes.all, changes.json) == (
        "7d",
        "wantlist",
        1_000,
        True,
        True,
    )
    demo = parse("demo", "--collection", "my export.csv", "--keep", "here", "--check", "--seed", "-3")
    assert (demo.collection, demo.keep, demo.check, demo.seed) == (Path("my export.csv"), Path("here"), True, -3)


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("1", 1), ("1000000", 1_000_000), ("10,000", 10_000), ("10_000", 10_000)]
)
def test_a_number_of_copies(text: str, number: int) -> None:
    assert parse("demo", "--items", text).items == number


@pytest.mark.parametrize("text", ["", "many", "-1", "1000001", "1,000,001", "1.5", "1e3", "9" * 5_000, "0x10", "١٢x"])
def test_what_is_no_number_of_copies_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is no number of copies from 0 to 1,000,000" in refused(capsys, "demo", f"--items={text}")
    assert "is no number of changes from 0 to 1,000,000" in refused(capsys, "changes", f"--limit={text}")
    assert "is no number of syncs from 0 to 1,000,000" in refused(capsys, "history", f"--limit={text}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("syn",), "invalid choice: 'syn'"),
        (("demo", "--seed", "x"), "invalid int value: 'x'"),
        (("demo", "--items", "5", "--collection", "x"), "not allowed with argument"),
        (("demo", "--items"), "expected one argument"),
        (("sync", "now"), "unrecognized arguments: now"),
        (("--loud",), "unrecognized arguments: --loud"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_is_named(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in refused(capsys, *words)
