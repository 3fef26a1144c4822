"""Who else on this machine can read what is Runout's: the key, the records, secrets in the configuration file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.config.settings import SECRETS, Config, Paths
from core.domain.health import Check, Health

from msgspec import Struct

_OTHERS: Final = 0o077
_READ, _ENTER = 0o044, 0o011


class Surroundings(Struct, frozen=True):
    """What the settings say of where things are; looks at these files and at nothing else."""

    paths: Paths
    key_is_given: bool = False
    """By the settings, so that no file holds it."""

    @classmethod
    def of(cls, config: Config) -> Surroundings:
        """Where a configuration puts things."""
        return cls(config.paths, bool(config.secrets.key))

    def look(self) -> tuple[Check, ...]:
        """What is not well, the gravest first. Reads files: for a thread of its own."""
        checks = (self.key(), self.records(), self.config())
        return tuple(check for check in checks if check.health is not Health.WELL)

    def key(self) -> Check:
        """The key that seals the tokens."""
        path = self.paths.key
        if self.key_is_given:
            return Check("key", Health.WELL, {"given": True})
        try:
            mode = path.stat().st_mode & 0o777
        except FileNotFoundError:
            return Check("key", Health.WELL, {"path": str(path), "exists": False})
        except OSError as error:
            return Check("key", Health.BROKEN, {"path": str(path), "reason": error.strerror or str(error)})
        facts = {"path": str(path), "exists": True, "mode": f"{mode:o}"}
        return Check("key", Health.BROKEN if _is_open(mode, _OTHERS) else Health.WELL, facts)

    def records(self) -> Check:
        """The database, and the directory that should keep others out."""
        directory, database = self.paths.database.parent, self.paths.database
        can_be_read = _is_open(_mode(directory), _ENTER) and _is_open(_mode(database), _READ)
        return Check("records", Health.NOTE if can_be_read else Health.WELL, {"path": str(directory)})

    def config(self) -> Check:
        """The configuration file, which may hold secrets."""
        path = self.paths.config
        facts = {"path": str(path), "exists": path.is_file()}
        is_told = _is_open(_mode(path), _READ) and _holds_secrets(path)
        return Check("config", Health.NOTE if is_told else Health.WELL, facts)


def _mode(path: Path) -> int:
    """Who may do what; nobody anything with what is not there."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0


def _is_open(mode: int, bits: int) -> bool:
    """Elsewhere these bits say nothing of who may read a file."""
    return os.name == "posix" and bool(mode & bits)


def _holds_secrets(path: Path) -> bool:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False  # Then nothing has been read from it either.
    sections = {name: keys for name, keys in found.items() if isinstance(keys, Mapping)}
    return any(sections.get(section, {}).get(key) for section, key in SECRETS)
