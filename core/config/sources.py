"""Where settings come from: the file, the customary variables over it, and over both those that are Runout's own."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.config.checks import unknown, unknown_variable
from core.config.settings import KEYS, SECRETS, SECTIONS
from core.errors import ConfigProblem, ConfigUnreadable

from msgspec import structs

PREFIX: Final = "RUNOUT_"
PLAIN: Final = ("RUNOUT_CONFIG", "RUNOUT_DATA_DIR", "RUNOUT_TIME_SCALE", "RUNOUT_TIME_EPOCH")
"""The variables that are no setting of a section."""
CUSTOMARY: Final = {
    "consumer_key": ("DISCOGS_CONSUMER_KEY", "DISCOGS_OAUTH_CONSUMER_KEY"),
    "consumer_secret": ("DISCOGS_CONSUMER_SECRET", "DISCOGS_OAUTH_CONSUMER_SECRET"),
    "token": ("DISCOGS_PERSONAL_TOKEN", "DISCOGS_TOKEN"),
    "user_agent": ("DISCOGS_USER_AGENT",),
    "callback_url": ("DISCOGS_CALLBACK_URL",),
}
"""What other programs for Discogs call settings of `[discogs]`. Any other variable of theirs is none of ours."""
_FILE: Final = "_file"
_MAY_BE_EMPTY: Final = frozenset(
    (section, field.name) for section, kind in SECTIONS.items() for field in structs.fields(kind) if field.default == ""
)
VARIABLES: Final = (
    *PLAIN,
    *(f"{PREFIX}{section}__{key}".upper() for section, kind in SECTIONS.items() for key in kind.__struct_fields__),
    *(f"{PREFIX}{section}__{key}{_FILE}".upper() for section, key in sorted(SECRETS)),
)


class Given(NamedTuple):
    """One value, not yet looked at."""

    where: str
    section: str
    key: str
    value: Any
    is_text: bool
    """Whether it comes from the environment, where a number is written as a text."""


def from_file(path: Path, problems: list[ConfigProblem], *, named: bool) -> Iterator[Given]:
    """What the file says. Raises ConfigUnreadable; a file that nobody has named need not be there."""
    for section, keys in _read(path, named=named).items():
        if section not in (*SECTIONS, KEYS):
            problems.append(unknown(str(path), section, (*SECTIONS, KEYS)))
        elif not isinstance(keys, dict):
            problems.append(ConfigProblem(where=str(path), key=section, expected=f"a section [{section}]"))
        else:
            pairs = _joined(keys) if section == KEYS else keys.items()
            yield from (Given(str(path), section, key, value, is_text=False) for key, value in pairs)


def _joined(keys: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names with a dot, which TOML takes for a section of its own where they stand without quotes."""
    for key, value in keys.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", inner) for name, inner in value.items())
        else:
            yield key, value


def _read(path: Path, *, named: bool) -> dict[str, Any]:
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        if not named:
            return {}
        reason = "there is no such file"
    except OSError as error:
        # Windows calls it a lack of permission. `Path.is_dir` may be refused in its turn.
        is_directory = os.path.isdir(path)  # noqa: PTH112
        reason = "it is a directory" if is_directory else error.strerror or str(error)
    except UnicodeDecodeError:
        reason = "it is no text in UTF-8"
    except ValueError as error:
        last = text.rstrip().count("\n") + 1
        reason = f"it is no TOML: {error}".replace("at end of document", f"at line {last}, the last one")
    except RecursionError:
        reason = "it is nested too deeply"
    # Raised out here, lest the parsers' errors go along: they carry the whole text, secrets included.
    raise ConfigUnreadable(path=str(path), reason=reason)


def from_environ(environ: Mapping[str, str], problems: list[ConfigProblem]) -> Iterator[Given]:
    """What the environment says, Runout's own variables last."""
    own = tuple(_own(environ, problems))
    yield from _customary(environ, {given.key for given in own if given.section == "discogs"}, problems)
    yield from own


def _customary(
    environ: Mapping[str, str], overruled: Collection[str], problems: list[ConfigProblem]
) -> Iterator[Given]:
    """What the variables of other programs say, where none of our own does: then they are not even looked at."""
    for key, names in CUSTOMARY.items():
        given = [name for name in names if environ.get(name)]
        if not given or key in overruled:
            continue
        if len({environ[name] for name in given}) > 1:
            where = f"environment variables {' and '.join(given)}"
            problems.append(ConfigProblem(where, f"discogs.{key}", "the same in both"))
        else:
            yield Given(f"environment variable {given[0]}", "discogs", key, environ[given[0]], is_text=True)


def _own(environ: Mapping[str, str], problems: list[ConfigProblem]) -> Iterator[Given]:
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name in PLAIN:
            continue
        section, between, key = name.removeprefix(PREFIX).lower().partition("__")
        where, plain_key = f"environment variable {name}", key.removesuffix(_FILE)
        if not between:
            problems.append(unknown_variable(name, VARIABLES))
        elif section == KEYS:
            problems.append(ConfigProblem(where, KEYS, "set in the configuration file"))
        elif section not in SECTIONS:
            problems.append(unknown(where, section, SECTIONS))
        elif plain_key != key and (section, plain_key) in SECRETS:
            yield from _from_secret_file(name, section, plain_key, environ, problems)
        elif value or (section, key) not in _MAY_BE_EMPTY:
            yield Given(where, section, key, value, is_text=True)


def _from_secret_file(
    name: str, section: str, key: str, environ: Mapping[str, str], problems: list[ConfigProblem]
) -> Iterator[Given]:
    """What stands in the file that a variable names, as containers are given their secrets."""
    path, plain, where = environ[name], name[: -len(_FILE)], f"environment variable {name}"
    if not path:
        return
    expected = ""
    if environ.get(plain):
        expected = f"given once, here or as {plain}"
    else:
        try:
            value = Path(path).expanduser().read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError, RuntimeError):
            expected = "in a file that can be read"
        else:
            if value:
                yield Given(where, section, key, value, is_text=True)
                return
            expected = "in a file that is not empty"
    problems.append(ConfigProblem(where, f"{section}.{key}", expected))
