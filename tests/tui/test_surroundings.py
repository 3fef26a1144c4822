"""Who else can read what is Runout's: told while it is so, in the terminal and by the doctor."""

from __future__ import annotations

from pathlib import Path

from core.app import open_core
from core.config import Config, find_paths
from core.domain.health import Health
from tests.tui.journeys import press, sees, started, synced
from tests.tui.screen import SMALL, browse, until
from tui.app import Setting
from tui.screens.warned import Known
from tui.surroundings import Surroundings
from tui.widgets.notice import Notice

from msgspec.structs import replace
from textual.pilot import Pilot

SECRET = '[discogs]\ntoken = "aPersonalToken"\n'


def amber(pilot: Pilot[None]) -> str:
    return str(browse(pilot).query_one(Notice).content)


def setting(config: Config) -> Setting:
    return Setting(known=Known(around=Surroundings.of(config)))


async def test_a_key_that_others_can_read_is_told_of_until_it_is_mended(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight, started(tonight.core, SMALL, setting(tonight.config)) as pilot:
        await until(pilot, lambda: browse(pilot)._is_whole)
        assert amber(pilot) == ""
        tonight.config.paths.key.chmod(0o640)
        browse(pilot)._look_around()
        await until(pilot, lambda: amber(pilot).startswith("Others can read the key file: chmod 600 it"))
        tonight.config.paths.key.chmod(0o600)
        browse(pilot)._look_around()
        await until(pilot, lambda: amber(pilot) == "")


async def test_a_token_that_does_not_open_is_told_before_anybody_syncs(tmp_path: Path) -> None:
    async with synced(tmp_path) as tonight:
        tonight.config.paths.key.write_text("A" * 43 + "=\n")
        async with open_core(tonight.config) as core, started(core, SMALL, setting(tonight.config)) as pilot:
            await until(pilot, lambda: amber(pilot).startswith("The stored token does not open with this key. Press n"))
            await press(pilot, "?")
            await sees(pilot, "The stored token does not open with this key. Press n")


def test_what_is_for_its_owner_alone_is_well(tmp_path: Path) -> None:
    config = laid_out(tmp_path, 0o600, 0o700, 0o644)
    assert Surroundings.of(config).look() == ()


def test_a_directory_that_keeps_others_out_protects_what_is_in_it(tmp_path: Path) -> None:
    around = Surroundings.of(laid_out(tmp_path, 0o600, 0o755, 0o644))
    assert [check.name for check in around.look()] == ["records"]
    tmp_path.joinpath("data", "runout.db").chmod(0o600)
    assert around.look() == ()


def test_a_configuration_that_others_can_read_matters_only_when_a_secret_is_in_it(tmp_path: Path) -> None:
    config = laid_out(tmp_path, 0o600, 0o700, 0o644)
    around = Surroundings.of(config)
    for text, health in ((SECRET, Health.NOTE), ("[log]\nlevel = 'info'\n", Health.WELL), ("no [TOML", Health.WELL)):
        config.paths.config.write_text(text)
        config.paths.config.chmod(0o644)
        assert around.config().health is health
    config.paths.config.write_text(SECRET)
    config.paths.config.chmod(0o600)
    assert around.config().health is Health.WELL


def test_the_gravest_comes_first(tmp_path: Path) -> None:
    config = laid_out(tmp_path, 0o644, 0o755, 0o644)
    config.paths.config.write_text(SECRET)
    config.paths.config.chmod(0o644)
    assert [check.name for check in Surroundings.of(config).look()] == ["key", "records", "config"]


def laid_out(directory: Path, key: int, data: int, database: int) -> Config:
    """Where things are, with these modes."""
    home = directory / "data"
    home.mkdir()
    for name, mode in (("secret.key", key), ("runout.db", database)):
        (home / name).write_text("x")
        (home / name).chmod(mode)
    home.chmod(data)
    paths = {"database": home / "runout.db", "key": home / "secret.key", "config": directory / "config.toml"}
    return Config(paths=replace(find_paths(), **paths))
