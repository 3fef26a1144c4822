"""Settings from a file and an environment that a test writes down."""

from __future__ import annotations

from pathlib import Path

from core import config
from core.config import Config
from core.errors import ConfigInvalid, ConfigProblem

import pytest


def load(path: Path, text: str | bytes = "", **environ: str) -> Config:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return config.load({"RUNOUT_CONFIG": str(path), **environ})


def problems(path: Path, text: str = "", **environ: str) -> tuple[ConfigProblem, ...]:
    with pytest.raises(ConfigInvalid) as raised:
        load(path, text, **environ)
    return raised.value.problems
