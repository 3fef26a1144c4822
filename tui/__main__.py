"""The entry point of `runout`: reads the command line, loads the settings, runs the command, words what went wrong."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.errors import RunoutError
from core.text import printable
from tui import output
from tui.arguments import parse, parser
from tui.output import say, say_anyway
from tui.wording import FAILED, INTERRUPTED, describe, exit_code, unexpected

if TYPE_CHECKING:
    import argparse
    from types import FrameType


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Whatever happens, nobody sees a traceback."""
    with output.closed_ones_forgiven():
        arguments = parse(argv)
        # Textual looks at this when it is imported. At its usual 60 pictures a second what follows a key waits 17 ms.
        os.environ.setdefault("TEXTUAL_FPS", "240")
        output.be_quiet(quiet=arguments.quiet)
        # Until the log is open, logging itself would print what it is given, tracebacks included.
        logging.getLogger().addHandler(logging.NullHandler())
        _end_like_ctrl_c("SIGTERM", "SIGHUP")
        return _worded(arguments)


def _worded(arguments: argparse.Namespace) -> int:
    """Run the command, and say what kept it from its end; the exit code."""
    try:
        code = _run(arguments)
        # Here, not at the exit of Python: a full disk and a reader who has gone are noticed now.
        sys.stdout.flush()
    except RunoutError as error:
        say_anyway(describe(error))
        return exit_code(error)
    except KeyboardInterrupt:
        say("Interrupted. What was here before is still here.")
        return INTERRUPTED
    except BrokenPipeError:
        return FAILED
    except OSError as error:
        # A full disk, a closed output: the system's own words say it best.
        logging.getLogger("tui").exception("the system refused")
        say_anyway(f"The system refused: {printable(error.strerror or str(error))}. Mend that and try again.")
        return FAILED
    except Exception:
        reference = secrets.token_hex(4)
        logging.getLogger("tui").exception("unexpected, reference %s", reference)
        say_anyway(unexpected(reference))
        return FAILED
    return code


def _run(arguments: argparse.Namespace) -> int:
    # Deferred, here and below: `runout --help` and a mistyped command need none of it.
    match arguments.command:
        case "about":
            from tui import about  # noqa: PLC0415

            return about.about(as_json=arguments.json)
        case "completion":
            from tui.completion import script  # noqa: PLC0415

            sys.stdout.write(script(parser(), arguments.shell))
            return 0
        case "doctor":
            from tui.diagnosis import doctor  # noqa: PLC0415

            return doctor(arguments.account, as_object=arguments.json)
    from core import config as settings  # noqa: PLC0415
    from core.logs import log_to_file  # noqa: PLC0415
    from tui.dispatch import RUN, WITHOUT_LOG  # noqa: PLC0415

    config = settings.load()
    if arguments.command not in WITHOUT_LOG:
        log_to_file(config.paths.log, config.log.level)
    return RUN[arguments.command](config, arguments)


def _end_like_ctrl_c(*names: str) -> None:
    """Let these signals end the program as Ctrl-C does: the run is closed, temporary data go."""
    for name in names:
        number = getattr(signal, name, None)
        if number is None or threading.current_thread() is not threading.main_thread():
            continue
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` wants it to be ignored.
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell lets what it starts in the background ignore Ctrl-C, and nothing else.
        signal.default_int_handler(number, frame)
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
