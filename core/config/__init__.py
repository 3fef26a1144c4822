"""Settings: a TOML file, over it the environment. Every problem is reported at once, with file and key.

A key `requests_per_minute` of section `discogs` is `RUNOUT_DISCOGS__REQUESTS_PER_MINUTE` in the environment; what other
programs for Discogs call theirs, such as `DISCOGS_TOKEN`, is understood too. Used by `core.app` and the front ends'
entry points only.
"""

from __future__ import annotations

from core.config.loading import load
from core.config.paths import find_paths
from core.config.settings import (
    SECTIONS,
    Config,
    CoversSettings,
    DiscogsSettings,
    LogSettings,
    Paths,
    SecretsSettings,
    TerminalSettings,
    TimeScale,
    default_user_agent,
)
from core.config.sources import CUSTOMARY

__all__ = (
    "CUSTOMARY",
    "SECTIONS",
    "Config",
    "CoversSettings",
    "DiscogsSettings",
    "LogSettings",
    "Paths",
    "SecretsSettings",
    "TerminalSettings",
    "TimeScale",
    "default_user_agent",
    "find_paths",
    "load",
)
