"""What is wrong with the configuration."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors.base import RunoutError


class ConfigError(RunoutError):
    """The configuration cannot be used."""


@dataclass(unsafe_hash=True)
class ConfigUnreadable(ConfigError):
    """The configuration file cannot be read or is no TOML."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One key that cannot be meant."""

    where: str
    """The file, or the environment variable."""
    key: str
    expected: str
    """What would be right, in a few words; empty when the key itself is unknown."""
    nearest: str = ""
    """The known key most like an unknown one."""


@dataclass(unsafe_hash=True)
class ConfigInvalid(ConfigError):
    """Keys or values that cannot be meant; all of them at once."""

    problems: tuple[ConfigProblem, ...]
