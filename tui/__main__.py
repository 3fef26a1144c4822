"""The entry point of `runout`: reads the command line, loads the settings, runs the command, words what went wrong."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.errors import RunoutError
from tui.arguments import parser
from tui.wording import FAILED, INTERRUPTED, describe, exit_code, unexpected

if TYPE_CHECKING:
    import argparse


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Whatever happens, nobody sees a traceback."""
    arguments = parser().parse_args(argv)
    try:
        return _run(arguments)
    except RunoutError as error:
        _say(describe(error))
        return exit_code(error)
    except KeyboardInterrupt:
        _say("Interrupted. What was here before is still here.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it flushes at exit.
        sys.stdout = None
        return FAILED
    except Exception:
        reference = secrets.token_hex(4)
        logging.getLogger("tui").exception("unexpected, reference %s", reference)
        _say(unexpected(reference))
        return FAILED


def _run(arguments: argparse.Namespace) -> int:
    # Deferred: `runout --help` and a mistyped command need none of it.
    from core import config as settings  # noqa: PLC0415
    from core.logs import log_to_file  # noqa: PLC0415
    from tui import commands  # noqa: PLC0415

    config = settings.load()
    if arguments.command == "paths":
        return commands.paths(config, as_json=arguments.json)
    if arguments.command == "demo":
        from tui import demo  # noqa: PLC0415

        return demo.demo(config, demo.Options.of(arguments))
    log_to_file(config.paths.log, config.log.level)
    match arguments.command:
        case "connect":
            return commands.connect(config, from_stdin=arguments.token_stdin)
        case "sync":
            return commands.sync(config, as_json=arguments.json)
        case _:
            return commands.browse(config)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
