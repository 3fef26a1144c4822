"""Completion scripts for bash, zsh and fish, made from the parser: what it accepts is what they offer.

Each script walks over the words before the cursor: `at` is the command it is in, `place` how many words of its own the
command has had, `pending` an option that waits for its value. A case for each of these says what is offered there. All
text from the parser stands in single quotes, which none of the three shells looks into.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from core.text import printable

FILE: Final = "default"
DIRECTORY: Final = "dirnames"
"""Kinds of paths, as bash calls them."""


class Offer(NamedTuple):
    """What can be typed at a place: words with their help, or the path of a file or a directory."""

    words: tuple[tuple[str, str], ...] = ()
    path: str = ""


class Grammar:
    """What a parser accepts, as the keys of a script: a command's words, a blank, and what comes next."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.commands: list[str] = []
        self.taking: list[str] = []
        """Options that a value follows."""
        self.offers: dict[str, Offer] = {}
        """By option for its value, by number for a word, by `-` for the options."""
        self._read(parser, ())

    def _read(self, parser: argparse.ArgumentParser, path: tuple[str, ...]) -> None:
        at = " ".join(path)
        options: list[tuple[str, str]] = []
        place = 0
        for action in parser._actions:  # noqa: SLF001 - argparse has no public way to ask what a parser accepts
            if action.help == argparse.SUPPRESS:
                continue
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
                listed = [one for one in action._get_subactions() if one.help != argparse.SUPPRESS]  # noqa: SLF001
                self.offers[f"{at} {place}"] = Offer(tuple((one.dest, _said(one, parser)) for one in listed))
                for one in listed:
                    self.commands.append(f"{at} {one.dest}")
                    self._read(action.choices[one.dest], (*path, one.dest))
            elif action.option_strings:
                options += [(name, _said(action, parser)) for name in action.option_strings]
                if action.nargs != 0:
                    self.taking += [f"{at} {name}" for name in action.option_strings]
                    self.offers |= {f"{at} {name}": _value(action) for name in action.option_strings}
            else:
                self.offers[f"{at} {place}"] = _value(action)
                place += 1
        self.offers[f"{at} -"] = Offer(tuple(options))


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The completion script for one of SHELLS."""
    grammar = Grammar(parser)
    template, quoted, between, case = SHELLS[shell]
    cases = (case(quoted(key), offer) for key, offer in grammar.offers.items() if offer != Offer())
    for mark, text in (
        ("@PROG@", parser.prog),
        ("@NAME@", re.sub(r"\W", "_", parser.prog)),
        # Nothing that is looked for is empty, so the empty word keeps an empty list from being a mistake.
        ("@TAKING@", between.join(map(quoted, ["", *grammar.taking]))),
        ("@COMMANDS@", between.join(map(quoted, ["", *grammar.commands]))),
        ("@OFFERS@", "\n".join(cases)),
    ):
        template = template.replace(mark, text)
    return template


def _value(action: argparse.Action) -> Offer:
    if action.choices is not None:
        return Offer(tuple((str(choice), "") for choice in action.choices))
    if action.type is Path:
        return Offer(path=DIRECTORY if action.metavar == "DIR" else FILE)
    return Offer()


def _said(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    """The help as argparse prints it, in one line."""
    return printable((action.help or "") % {**vars(action), "prog": parser.prog})


def _quoted(text: str) -> str:
    """For bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _bash_case(key: str, offer: Offer) -> str:
    words = " ".join(_quoted(word) for word, _ in offer.words)
    return f"        {key}) words=({words}) path={offer.path} ;;"


def _zsh_case(key: str, offer: Offer) -> str:
    # zsh takes backslashes for its own in both, and the first colon for what parts them.
    words = ((word.replace("\\", "\\\\").replace(":", "\\:"), says.replace("\\", "\\\\")) for word, says in offer.words)
    described = (f"{word}:{says}" if says else word for word, says in words)
    return f"        {key}) offered=({' '.join(map(_quoted, described))}) kind={offer.path} ;;"


def _fish_case(key: str, offer: Offer) -> str:
    if offer.path:
        command = "__fish_complete_directories" if offer.path == DIRECTORY else "__fish_complete_path"
        return f"        case {key}\n            {command} $argv[2]"
    words = " ".join(f"{_fish_quoted(word)} {_fish_quoted(says)}" for word, says in offer.words)
    return f"        case {key}\n            printf '%s\\t%s\\n' {words}"


_BASH: Final = r"""# bash completion for @PROG@
_@NAME@() {
    local at='' place=0 pending='' cur=${COMP_WORDS[COMP_CWORD]} word key path='' i
    local -a words=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ -n $pending ]]; then
            # bash takes --option=value apart.
            [[ $word == = ]] || pending=''
            continue
        fi
        case "$at $word" in
            @TAKING@) pending="$at $word" ;;
            *' '-*) ;;
            @COMMANDS@) at=${at:+$at }$word place=0 ;;
            *) place=$((place + 1)) ;;
        esac
    done
    [[ $cur == = ]] && cur=''
    if [[ -n $pending ]]; then key=$pending; elif [[ $cur == -* ]]; then key="$at -"; else key="$at $place"; fi
    _@NAME@_offer
    if [[ -z $pending && -z $cur && ${#words[@]} -eq 0 && -z $path ]]; then key="$at -" && _@NAME@_offer; fi
    COMPREPLY=()
    # Paths are left to readline, which knows how to quote them.
    [[ -z $path ]] || compopt -o "$path" 2>/dev/null
    for word in "${words[@]}"; do
        printf -v key %q "$word"
        [[ $word != "$cur"* && $key != "$cur"* ]] || COMPREPLY+=("$key")
    done
}
_@NAME@_offer() {
    case "$key" in
@OFFERS@
    esac
}
complete -F _@NAME@ @PROG@
"""

_ZSH: Final = r"""#compdef @PROG@
_@NAME@() {
    local at='' place=0 pending='' cur=${words[CURRENT]} word key kind='' i
    local -a offered
    for ((i = 2; i < CURRENT; i++)); do
        word=${(Q)words[i]}
        if [[ -n $pending ]]; then
            pending=''
            continue
        fi
        case "$at $word" in
            @TAKING@) pending="$at $word" ;;
            *' '-*) ;;
            @COMMANDS@) at=${at:+$at }$word place=0 ;;
            *) place=$((place + 1)) ;;
        esac
    done
    if [[ -z $pending && $cur == --*=* ]]; then
        pending="$at ${cur%%=*}"
        compset -P '*='
    fi
    if [[ -n $pending ]]; then key=$pending; elif [[ $cur == -* ]]; then key="$at -"; else key="$at $place"; fi
    _@NAME@_offer
    if [[ -z $pending && -z $cur && -z $kind ]] && (( ! $#offered )); then key="$at -" && _@NAME@_offer; fi
    case "$kind" in
        default) _files ;;
        dirnames) _files -/ ;;
        *) _describe -t values @PROG@ offered ;;
    esac
}
_@NAME@_offer() {
    case "$key" in
@OFFERS@
    esac
}
# Found in $fpath it is run to complete; read by eval or source it is made known.
if [[ ${funcstack[1]} == _@NAME@ ]]; then _@NAME@ "$@"; else compdef _@NAME@ @PROG@; fi
"""

_FISH: Final = r"""# fish completion for @PROG@
function __@NAME@_complete
    set -l at ''
    set -l place 0
    set -l pending ''
    set -l cur (commandline -ct)
    set -l typed ''
    set -l before (commandline -opc)
    set -e before[1]
    for word in $before
        if test -n "$pending"
            set pending ''
            continue
        end
        switch "$at $word"
            case @TAKING@
                set pending "$at $word"
            case '* -*'
            case @COMMANDS@
                set at (string trim -- "$at $word")
                set place 0
            case '*'
                set place (math $place + 1)
        end
    end
    if test -z "$pending"; and string match -q -- '--*=*' "$cur"
        set typed (string replace -r -- '=.*' '=' "$cur")
        set pending "$at "(string replace -r -- '=.*' '' "$cur")
        set cur (string replace -r -- '^[^=]*=' '' "$cur")
    end
    set -l key "$at $place"
    if test -n "$pending"
        set key $pending
    else if string match -q -- '-*' "$cur"
        set key "$at -"
    end
    set -l found (__@NAME@_offer $key "$cur")
    if test -z "$pending" -a -z "$cur" -a -z "$found"
        set found (__@NAME@_offer "$at -")
    end
    for line in $found
        echo $typed$line
    end
end
function __@NAME@_offer
    switch $argv[1]
@OFFERS@
    end
end
complete -c @PROG@ -f -a '(__@NAME@_complete)'
"""

SHELLS: Final[dict[str, tuple[str, Callable[[str], str], str, Callable[[str, Offer], str]]]] = {
    "bash": (_BASH, _quoted, "|", _bash_case),
    "zsh": (_ZSH, _quoted, "|", _zsh_case),
    "fish": (_FISH, _fish_quoted, " ", _fish_case),
}
"""By shell: the frame of a script, quotes, what stands between the choices of a case, and a case."""
