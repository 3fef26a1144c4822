"""Settings: a TOML file, over it the environment. Every problem is reported at once, with file and key.

A key `requests_per_minute` of section `discogs` is `RUNOUT_DISCOGS__REQUESTS_PER_MINUTE` in the environment. Used by
`core.app` and the front ends' entry points only.
"""

from __future__ import annotations

import difflib
import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from core.domain.account import Consumer
from core.errors import ConfigInvalid, ConfigProblem, ConfigUnreadable

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from platformdirs import PlatformDirs

APP: Final = "runout"
_PREFIX: Final = "RUNOUT_"
_LEVELS: Final = ("debug", "info", "warning", "error")


def default_user_agent() -> str:
    """Product, version and an address for questions, as Discogs asks for."""
    about = metadata(APP)
    return f"Runout/{about['Version']} +{about['Project-URL'].split(', ', 1)[1]}"


class DiscogsSettings(Struct, frozen=True, kw_only=True):
    """Section `[discogs]`."""

    api_url: str = "https://api.discogs.com"
    site_url: str = "https://www.discogs.com"
    user_agent: str = msgspec.field(default_factory=default_user_agent)
    requests_per_minute: int = 60
    """For operators who have another agreement with Discogs."""
    consumer_key: str = ""
    consumer_secret: str = ""
    """Of the application that is registered with Discogs; both or none."""

    @property
    def consumer(self) -> Consumer | None:
        """The application; None when none is configured."""
        return Consumer(self.consumer_key, self.consumer_secret) if self.consumer_key else None

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, "***" if name in _CONSUMER else getattr(self, name)) for name in self.__struct_fields__]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"


class SecretsSettings(Struct, frozen=True, kw_only=True):
    """Section `[secrets]`."""

    key: str = ""
    """Seals the credentials; several, the newest first, with blanks or commas between. Empty: the key file's."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"


class LogSettings(Struct, frozen=True, kw_only=True):
    """Section `[log]`."""

    level: str = "info"


class Paths(Struct, frozen=True, kw_only=True):
    """Where things are. `RUNOUT_DATA_DIR` puts all of them in one place, apart from the configuration."""

    config: Path
    data: Path
    database: Path
    budget: Path
    key: Path
    log: Path


class TimeScale(Struct, frozen=True):
    """How fast time runs: for tests against a stand-in whose clock runs faster, by the environment alone."""

    factor: float = 1.0
    epoch: float = 0.0
    """Seconds since 1970 at which scaled and real time were the same."""


class Config(Struct, frozen=True, kw_only=True):
    """Everything that can be set."""

    paths: Paths
    time: TimeScale = TimeScale()
    discogs: DiscogsSettings = DiscogsSettings()
    log: LogSettings = LogSettings()
    secrets: SecretsSettings = SecretsSettings()


_CONSUMER: Final = ("consumer_key", "consumer_secret")
_SECTIONS: Final[dict[str, type[Struct]]] = {"discogs": DiscogsSettings, "log": LogSettings}


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """The settings in force. Raises ConfigUnreadable or ConfigInvalid."""
    paths = find_paths(environ)
    found: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
    problems: list[ConfigProblem] = []
    for where, section, key, value in (*_from_file(paths.config, problems, environ), *_from_environ(environ, problems)):
        problem = _take(found[section], where, section, key, value)
        if problem is not None:
            problems.append(problem)
    time = TimeScale(*(_number(environ, name, problems) for name in ("RUNOUT_TIME_SCALE", "RUNOUT_TIME_EPOCH")))
    missing = [key for key in _CONSUMER if not found["discogs"].get(key)]
    if len(missing) == 1 and not problems:
        problems.append(ConfigProblem("the settings", f"discogs.{missing[0]}", "set, because its other half is"))
    if problems:
        raise ConfigInvalid(problems=tuple(problems))
    discogs, log = DiscogsSettings(**found["discogs"]), LogSettings(**found["log"])
    return Config(paths=paths, time=time if time.factor else TimeScale(), discogs=discogs, log=log)


def _number(environ: Mapping[str, str], name: str, problems: list[ConfigProblem]) -> float:
    """A number that a variable gives, 0 when it is not set."""
    try:
        number = float(environ.get(name) or 0)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        problems.append(ConfigProblem(where="the environment", key=name, expected="a positive number"))
        return 0.0
    return number


def find_paths(environ: Mapping[str, str] = os.environ) -> Paths:
    """Where the platform puts things, unless the environment says otherwise. Raises ConfigInvalid."""
    # Deferred: only here is it needed, and commands that are given every path start without it.
    from platformdirs import PlatformDirs  # noqa: PLC0415

    dirs = PlatformDirs(APP, appauthor=False)
    given, config = _path(environ, "RUNOUT_DATA_DIR"), _path(environ, "RUNOUT_CONFIG")
    try:
        data = given or dirs.user_data_path
        return Paths(
            config=config or (_or_nowhere(dirs) if given else dirs.user_config_path) / "config.toml",
            data=data,
            database=data / "runout.db",
            budget=data / "budget.db",
            key=(data if given else dirs.user_config_path) / "secret.key",
            log=(data if given else dirs.user_log_path) / "runout.log",
        )
    except RuntimeError as error:
        expected = "set, because nobody here has a home directory"
        raise ConfigInvalid(problems=(ConfigProblem("the environment", "RUNOUT_DATA_DIR", expected),)) from error


def _or_nowhere(dirs: PlatformDirs) -> Path:
    """Where settings are looked for: nowhere, for somebody without a home directory who has named a data directory."""
    try:
        return dirs.user_config_path
    except RuntimeError:
        return Path(os.devnull)


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    """A path that a variable gives; None when it is not set or empty."""
    given = environ.get(name)
    try:
        return Path(given).expanduser().absolute() if given else None
    except RuntimeError as error:
        problem = ConfigProblem(
            where="the environment", key=name, expected="a path; nobody here has that home directory"
        )
        raise ConfigInvalid(problems=(problem,)) from error


_Entry = tuple[str, str, str, Any]


def _from_file(path: Path, problems: list[ConfigProblem], environ: Mapping[str, str]) -> Iterator[_Entry]:
    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError) as error:
        if environ.get("RUNOUT_CONFIG"):
            raise ConfigUnreadable(path=str(path), reason="there is no such file") from error
        return
    except OSError as error:
        raise ConfigUnreadable(path=str(path), reason=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigUnreadable(path=str(path), reason=str(error)) from error
    for section, keys in sections.items():
        if section not in _SECTIONS:
            problems.append(_unknown(str(path), section, _SECTIONS))
        elif not isinstance(keys, dict):
            problems.append(ConfigProblem(where=str(path), key=section, expected=f"a section [{section}]"))
        else:
            yield from ((str(path), section, key, value) for key, value in keys.items())


def _from_environ(environ: Mapping[str, str], problems: list[ConfigProblem]) -> Iterator[_Entry]:
    for name, value in environ.items():
        if not name.startswith(_PREFIX) or "__" not in name:
            continue
        section, key = name.removeprefix(_PREFIX).lower().split("__", 1)
        if section == "discogs" and key.removesuffix("_file") in _CONSUMER and key.endswith("_file"):
            yield from _from_secret_file(name, environ, problems)
        elif section in _SECTIONS:
            yield f"environment variable {name}", section, key, value
        else:
            problems.append(_unknown(f"environment variable {name}", section, _SECTIONS))


def _from_secret_file(name: str, environ: Mapping[str, str], problems: list[ConfigProblem]) -> Iterator[_Entry]:
    """What stands in the file that a variable names, as containers are given their secrets."""
    path, plain = environ[name], name[: -len("_FILE")]
    where, key = f"environment variable {name}", plain.rpartition("__")[2].lower()
    if environ.get(plain):
        problems.append(ConfigProblem(where, f"discogs.{key}", f"given once, here or as {plain}"))
    elif path:
        try:
            yield where, "discogs", key, Path(path).read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError):
            problems.append(ConfigProblem(where, f"discogs.{key}", "in a file that can be read"))


def _take(into: dict[str, Any], where: str, section: str, key: str, value: object) -> ConfigProblem | None:
    """Put one value in its place, or say what is wrong with it."""
    known = {field.name: field.type for field in msgspec.structs.fields(_SECTIONS[section])}
    if key not in known:
        return _unknown(where, key, known, prefix=f"{section}.")
    try:
        converted = msgspec.convert(value, known[key], strict=not where.startswith("environment"))
    except msgspec.ValidationError:
        return ConfigProblem(where=where, key=f"{section}.{key}", expected=_KINDS[known[key]])
    expected = _objection(key, converted)
    if expected:
        return ConfigProblem(where=where, key=f"{section}.{key}", expected=expected)
    into[key] = converted
    return None


_STOPS: Final = frozenset(' ,"')
_KINDS: Final = {str: "a text", int: "a whole number"}


def _objection(key: str, value: Any) -> str:  # noqa: ANN401 - a value of any setting
    """What a value should be, when it is not that."""
    match key:
        case "api_url" | "site_url" if not _is_web_address(value):
            return "an address such as https://api.discogs.com"
        case "user_agent" if not value.strip():
            return "a name and an address; Discogs answers nobody without one"
        case "user_agent" if not (value.isascii() and value.isprintable()):
            return "plain ASCII characters in one line"
        case "requests_per_minute" if not 1 <= value <= 100_000:
            return "a whole number from 1 to 100,000"
        case "consumer_key" | "consumer_secret" if not (value.isascii() and value.isprintable()) or set(value) & _STOPS:
            return "as Discogs shows it, without blanks, commas and quotes"
        case "level" if value.lower() not in _LEVELS:
            return "one of " + ", ".join(_LEVELS)
        case _:
            return ""


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        if " " in text or not text.isprintable():
            return False
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _unknown(where: str, key: str, known: Mapping[str, object], *, prefix: str = "") -> ConfigProblem:
    nearest = difflib.get_close_matches(key, known, n=1)
    return ConfigProblem(where=where, key=prefix + key, expected="", nearest=prefix + nearest[0] if nearest else "")
