"""Where things are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.config.settings import APP, Paths
from core.errors import ConfigInvalid, ConfigProblem

if TYPE_CHECKING:
    from platformdirs import PlatformDirs


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
            covers=(data if given else dirs.user_cache_path) / "covers",
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
