"""The command line: what can be typed after `runout`. A new command is a function here and its name in `_COMMANDS`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tui.cover_arguments import add_covers
from tui.dump_arguments import add_dump
from tui.enrich_arguments import add_enrich
from tui.export_arguments import add_export
from tui.have_arguments import add_have
from tui.import_arguments import add_import, add_pair
from tui.parsing import Parser, json_of
from tui.play_arguments import add_played, add_random
from tui.record_arguments import add_changes, add_duplicates, add_history, add_list, add_status, add_sync, number
from tui.schedule_arguments import add_daemon, add_settings
from tui.stats_arguments import add_stats
from tui.view_arguments import add_views
from tui.wording import EXIT_CODES

_EXAMPLES: Final = """\
examples:
  runout demo                          look around in a sample collection, no account needed
  runout connect                       connect your Discogs account
  runout                               browse your records
  runout sync --json                   bring the copy up to date, for scripts
"""


class Commands:
    """The commands below a parser: each gets the options that all have, and an example."""

    def __init__(self, above: argparse.ArgumentParser, dest: str = "command", *, required: bool = False) -> None:
        self._below = above.add_subparsers(dest=dest, metavar="command", required=required, parser_class=Parser)

    def add(self, name: str, *, says: str, example: str, more: str = "") -> Parser:
        """One command: what it does in a few words, how it is typed, and more about it."""
        one = self._below.add_parser(
            name, help=says, description=more or _sentence(says), epilog=f"example: {example}", allow_abbrev=False
        )
        _shared(one, quiet=argparse.SUPPRESS, account=argparse.SUPPRESS)
        return one


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What was typed. Whatever cannot be meant ends the program, with 2."""
    return parser().parse_args(argv)


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    codes = ", ".join(f"{code} {means}" for code, means in EXIT_CODES.items())
    top = argparse.ArgumentParser(
        prog="runout",
        description="Browse your record collection in the terminal. For Discogs; not affiliated with it.",
        epilog=f"{_EXAMPLES}\nexit codes: {codes}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _shared(top, quiet=False, account="")
    commands = Commands(top)
    for add in _COMMANDS:
        add(commands)
    return top


def _shared(one: argparse.ArgumentParser, *, quiet: object, account: object) -> None:
    """What every command takes. Below the top nothing is set by default, or it would undo what stands before it."""
    one.add_argument("-q", "--quiet", action="store_true", default=quiet, help="say nothing but errors")
    one.add_argument(
        "--account", metavar="NAME", default=account, help="whose collection, where it matters (default: the last used)"
    )
    one.add_argument("--version", action="version", version=f"runout {version('runout')}", help="say the version")


def _sentence(says: str) -> str:
    return f"{says[0].upper()}{says[1:]}."


def _connect(commands: Commands) -> None:
    connect = commands.add(
        "connect",
        says="connect your Discogs account",
        more="Connect with a personal access token (www.discogs.com/settings/developers), which is asked for without"
        " being shown; or, where an application's key and secret are in the settings, by signing in on Discogs' own"
        " page. Either is kept encrypted. When somebody is connected, say who.",
        example="runout connect --token-stdin < token.txt",
    )
    way = connect.add_mutually_exclusive_group()
    way.add_argument("--token-stdin", action="store_true", help="read a personal token from standard input")
    way.add_argument("--personal-token", action="store_true", help="ask for a personal token, do not sign in")
    way.add_argument("--public", metavar="NAME", default="", help="read NAME's public collection, without any token")
    way.add_argument("--no-browser", action="store_true", help="sign in with a code that you type, as over ssh")
    connect.add_argument("--yes", action="store_true", help="switch to somebody else without being asked")


def _disconnect(commands: Commands) -> None:
    disconnect = commands.add(
        "disconnect",
        says="forget how to read an account; with --delete, everything",
        more="Say what is here of an account, forget what opens it on Discogs, and keep the rest unless --delete is"
        " given or chosen.",
        example="runout disconnect --delete --yes",
    )
    disconnect.add_argument("--delete", action="store_true", help="take everything of the account away")
    disconnect.add_argument("--yes", action="store_true", help="do it without being asked")


def _privacy(commands: Commands) -> None:
    json_of(
        commands.add(
            "privacy",
            says="print every row that is kept about an account",
            example="runout privacy --json > me.json",
        )
    )


def _keys(commands: Commands) -> None:
    keys = commands.add("keys", says="change the key that seals credentials", example="runout keys rotate")
    below = Commands(keys, dest="keys_command", required=True)
    below.add(
        "rotate",
        says="make a new key and seal everything with it",
        more="Make a new key, seal every credential with it, and drop the old key. Nobody has to connect again.",
        example="runout keys rotate",
    )


def _doctor(commands: Commands) -> None:
    json_of(
        commands.add(
            "doctor",
            says="look whether all is well, and say what to do",
            more="Look at Python, SQLite, settings, key, database, disk, clock, Discogs, accounts and terminal, and say"
            " for each what to do. Exits with 1 when something is broken. No secret is printed.",
            example="runout doctor --json | jq .broken",
        )
    )


def _demo(commands: Commands) -> None:
    demo = commands.add(
        "demo",
        says="try everything on a sample collection, without an account",
        more="Start a stand-in Discogs on this machine, connect to it, sync, and open the terminal.",
        example="runout demo --collection my-discogs-export.csv",
    )
    source = demo.add_mutually_exclusive_group()
    source.add_argument(
        "--collection",
        type=Path,
        metavar="PATH",
        help="somebody's real collection: a Discogs CSV export or an API dump (csv, json, either .gz, or a folder)",
    )
    source.add_argument("--items", type=number, metavar="N", help="a generated collection of N copies")
    demo.add_argument("--seed", type=int, default=1, help="which of the generated collections (default 1)")
    demo.add_argument("--keep", type=Path, metavar="DIR", help="keep the data there; without it they are temporary")
    demo.add_argument(
        "--check", action="store_true", help="no screen: compare what arrived, print one line, exit 0 or 1"
    )


def _backup(commands: Commands) -> None:
    backup = commands.add(
        "backup",
        says="copy the whole database, while others use it",
        more="Copy the whole database to FILE, which must not be there yet, and look whether the copy is whole. The key"
        " that opens credentials is not in it. Without FILE it goes among the automatic backups, named by the time.",
        example="runout backup ~/runout-2026.db",
    )
    backup.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to; nothing is overwritten")
    json_of(backup)


def _restore(commands: Commands) -> None:
    restore = commands.add(
        "restore",
        says="put a backup in the place of the database",
        more="Put a copy of FILE in the place of the database, after looking whether it is one and whole. What was"
        " there before is kept beside it. Close every other Runout before.",
        example="runout restore ~/runout-2026.db",
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="a backup, of this version or an older one")
    restore.add_argument("--yes", action="store_true", help="do it without being asked")
    json_of(restore)


def _budget(commands: Commands) -> None:
    json_of(
        commands.add(
            "budget",
            says="say how many requests to Discogs are left, and who waits",
            example="runout budget --json | jq .free",
        )
    )


def _paths(commands: Commands) -> None:
    json_of(commands.add("paths", says="say where configuration, data and logs are", example="runout paths"))


def _completion(commands: Commands) -> None:
    completion = commands.add(
        "completion",
        says="print what makes your shell complete these commands",
        more="Print a script for your shell. For bash: `runout completion bash"
        " > ~/.local/share/bash-completion/completions/runout`; for zsh: a file _runout in a directory of $fpath;"
        " for fish: ~/.config/fish/completions/runout.fish.",
        example='eval "$(runout completion bash)"',
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help="which shell")


def _about(commands: Commands) -> None:
    json_of(commands.add("about", says="say the version, the licence and the notices", example="runout about"))


_COMMANDS: Final[tuple[Callable[[Commands], None], ...]] = (
    _connect,
    add_import,
    add_pair,
    add_sync,
    add_list,
    add_views,
    add_export,
    add_duplicates,
    add_have,
    add_stats,
    add_random,
    add_played,
    add_changes,
    add_history,
    add_status,
    add_enrich,
    add_dump,
    add_covers,
    _disconnect,
    _privacy,
    _keys,
    _doctor,
    _demo,
    add_daemon,
    add_settings,
    _backup,
    _restore,
    _budget,
    _paths,
    _completion,
    _about,
)
"""In the order of the help."""
