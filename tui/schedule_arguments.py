"""What can be typed after `runout daemon` and `runout settings`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.arguments import Commands

EVERY: Final = ("6h", "12h", "daily", "weekly", "off")


def add_daemon(commands: Commands) -> None:
    """What is done by itself, without the terminal."""
    daemon = commands.add(
        "daemon",
        says="keep everything up to date, without anything to look at",
        more="Sync every account when it is due, clean up, and make a backup a day: what an open terminal does, too. A"
        " line on stderr for each run. Any number of them on one database do nothing twice. Ctrl-C or SIGTERM ends it"
        " within five seconds, and what was stopped goes on where it was. See docs/hosting.md.",
        example="runout daemon --once",
    )
    daemon.add_argument(
        "--once", action="store_true", help="do what is due now, and exit with 0 if all of it went well"
    )


def add_settings(commands: Commands) -> None:
    """How often an account is synced by itself."""
    settings = commands.add(
        "settings",
        says="say or set how often an account is synced by itself",
        more="Say how often an account is synced by itself, and when next, or set it. What you ask for yourself works"
        " at any time.",
        example="runout settings --sync-every daily",
    )
    settings.add_argument(
        "--sync-every", choices=EVERY, metavar="TIME", help=f"one of {', '.join(EVERY)} (default: 6h)"
    )
    settings.add_argument("--json", action="store_true", help="print one JSON object")
