"""The entry point of `runout`: reads the command line, loads the settings, runs the command, words what went wrong."""

from __future__ import annotations

import logging
import secrets
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.errors import RunoutError
from core.text import printable
from tui.arguments import parser
from tui.output import say
from tui.wording import FAILED, INTERRUPTED, describe, exit_code, unexpected

if TYPE_CHECKING:
    import argparse


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Whatever happens, nobody sees a traceback."""
    arguments = parser().parse_args(argv)
    # Until the log is open, logging itself would print what it is given, tracebacks included.
    logging.getLogger().addHandler(logging.NullHandler())
    _end_like_ctrl_c("SIGTERM", "SIGHUP")
    try:
        return _run(arguments)
    except RunoutError as error:
        say(describe(error))
        return exit_code(error)
    except KeyboardInterrupt:
        say("Interrupted. What was here before is still here.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it flushes at exit.
        sys.stdout = None
        return FAILED
    except OSError as error:
        # A full disk, a closed output: the system's own words say it best.
        logging.getLogger("tui").exception("the system refused")
        say(f"The system refused: {printable(error.strerror or str(error))}. Mend that and try again.")
        return FAILED
    except Exception:
        reference = secrets.token_hex(4)
        logging.getLogger("tui").exception("unexpected, reference %s", reference)
        say(unexpected(reference))
        return FAILED


def _run(arguments: argparse.Namespace) -> int:
    # Deferred: `runout --help` and a mistyped command need none of it.
    from core import config as settings  # noqa: PLC0415
    from core.domain.progress import Word  # noqa: PLC0415
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
            word = Word.ACCEPT if arguments.accept_removals else Word.KEEP if arguments.keep else Word.ASK
            return commands.sync(config, word, as_json=arguments.json)
        case "budget":
            return commands.budget(config, as_json=arguments.json)
        case _:
            return commands.browse(config)


def _end_like_ctrl_c(*names: str) -> None:
    """Let these signals end the program as Ctrl-C does: the run is closed, temporary data go."""
    for name in names:
        number = getattr(signal, name, None)
        if number is not None and threading.current_thread() is threading.main_thread():
            signal.signal(number, lambda _number, _frame: signal.raise_signal(signal.SIGINT))


if __name__ == "__main__":
    sys.exit(main())
