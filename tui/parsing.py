"""How a command line is read where argparse alone would take it amiss."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import islice


class Parser(argparse.ArgumentParser):
    """The parser of a command. One that takes a query takes `-format:cd` for a word of it, and not for an option."""

    takes_a_query = False

    def parse_known_args(  # type: ignore[override]  # the overloads of argparse say the same in more words
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse does, with the words of a query behind all options."""
        return super().parse_known_args(self._words_last(args or ()) if self.takes_a_query else args, namespace)

    def _words_last(self, args: Sequence[str]) -> list[str]:
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            option = self._option_string_actions.get(arg)
            if arg == "--":
                words += rest
            elif option is not None and option.nargs is None:
                # In one word, because an order may begin with a dash, too.
                options += [f"{arg}={value}" for value in islice(rest, 1)] or [arg]
            elif option is not None or arg.startswith("--"):
                options.append(arg)
            else:
                words.append(arg)
        return [*options, "--", *words]


def json_of(one: argparse.ArgumentParser, says: str = "print one JSON object") -> None:
    """What says that a machine reads."""
    one.add_argument("--json", action="store_true", help=says)
