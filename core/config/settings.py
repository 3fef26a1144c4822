"""What can be set, by section, with what holds when it is not. No text form of it shows a secret."""

from __future__ import annotations

from importlib.metadata import metadata
from pathlib import Path
from typing import Any, ClassVar, Final

from core.domain.account import Consumer

import msgspec
from msgspec import Struct

APP: Final = "runout"


def default_user_agent() -> str:
    """Product, version and an address for questions, as Discogs asks for."""
    about = metadata(APP)
    return f"Runout/{about['Version']} +{about['Project-URL'].split(', ', 1)[1]}"


class Section(Struct, frozen=True, kw_only=True):
    """One section of the file. A setting that is empty by default is one that need not be set."""

    secret: ClassVar[tuple[str, ...]] = ()
    """The settings that are never shown, and may stand in files of their own."""

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, "***" if name in self.secret else getattr(self, name)) for name in self.__struct_fields__]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"


class DiscogsSettings(Section, frozen=True, kw_only=True):
    """Section `[discogs]`."""

    secret = ("consumer_key", "consumer_secret", "token")

    api_url: str = "https://api.discogs.com"
    site_url: str = "https://www.discogs.com"
    user_agent: str = msgspec.field(default_factory=default_user_agent)
    requests_per_minute: int = 60
    """For operators who have another agreement with Discogs."""
    consumer_key: str = ""
    consumer_secret: str = ""
    """Of the application that is registered with Discogs; both or none."""
    callback_url: str = ""
    """Where Discogs leads a member back to who has signed in. Empty: a free port of 127.0.0.1."""
    token: str = ""
    """A personal access token, for `runout connect` to take without asking."""

    @property
    def consumer(self) -> Consumer | None:
        """The application; None when none is configured."""
        return Consumer(self.consumer_key, self.consumer_secret) if self.consumer_key else None


class LogSettings(Section, frozen=True, kw_only=True):
    """Section `[log]`."""

    level: str = "info"


class SecretsSettings(Section, frozen=True, kw_only=True):
    """Section `[secrets]`."""

    secret = ("key",)

    key: str = ""
    """Seals the credentials; several, the newest first, with blanks or commas between. Empty: the key file's."""


class TerminalSettings(Section, frozen=True, kw_only=True):
    """Section `[terminal]`."""

    theme: str = "runout-dark"
    """Which there are only the terminal knows; "auto" follows the background of the terminal."""
    mouse: bool = True
    """Whether clicks and the wheel go to Runout; where they do not, the terminal selects text with the mouse."""


class CoversSettings(Section, frozen=True, kw_only=True):
    """Section `[covers]`."""

    fetch: bool = True
    """Whether pictures of what is looked at are fetched by themselves."""
    limit_mb: int = 500
    """How many million bytes of them are kept; 0 for none."""


class Paths(Struct, frozen=True, kw_only=True):
    """Where things are. `RUNOUT_DATA_DIR` puts all of them in one place, apart from the configuration."""

    config: Path
    data: Path
    database: Path
    budget: Path
    key: Path
    log: Path
    covers: Path
    """Pictures, which can be fetched again."""


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
    terminal: TerminalSettings = TerminalSettings()
    covers: CoversSettings = CoversSettings()
    keys: tuple[tuple[str, str], ...] = ()
    """Section `[keys]`: bindings, each with its keys, commas between. Which there are only the terminal knows."""


SECTIONS: Final[dict[str, type[Section]]] = {
    "discogs": DiscogsSettings,
    "log": LogSettings,
    "secrets": SecretsSettings,
    "terminal": TerminalSettings,
    "covers": CoversSettings,
}
KEYS: Final = "keys"
"""The section that is no list of settings: whatever there is to be bound may be named in it."""
SECRETS: Final = frozenset((section, key) for section, kind in SECTIONS.items() for key in kind.secret)
"""Section and key of every secret."""
