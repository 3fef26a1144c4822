"""Puts the settings together, and says everything that is wrong with them at once."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any

from core.config.checks import KINDS, objection, unknown
from core.config.paths import find_paths
from core.config.settings import KEYS, SECTIONS, Config, TimeScale
from core.config.sources import Given, from_environ, from_file
from core.errors import ConfigInvalid, ConfigProblem

import msgspec


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """The settings in force. Raises ConfigUnreadable or ConfigInvalid."""
    paths = find_paths(environ)
    found: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    keys: dict[str, str] = {}
    problems: list[ConfigProblem] = []
    file = from_file(paths.config, problems, named=bool(environ.get("RUNOUT_CONFIG")))
    for given in (*file, *from_environ(environ, problems)):
        problem = _take_keys(keys, given) if given.section == KEYS else _take(found[given.section], given)
        if problem is not None:
            problems.append(problem)
    time = TimeScale(*(_number(environ, name, problems) for name in ("RUNOUT_TIME_SCALE", "RUNOUT_TIME_EPOCH")))
    problems += _missing_half(found["discogs"], problems)
    if problems:
        raise ConfigInvalid(problems=tuple(problems))
    sections: dict[str, Any] = {name: kind(**found[name]) for name, kind in SECTIONS.items()}
    return Config(paths=paths, time=time if time.factor else TimeScale(), keys=tuple(keys.items()), **sections)


def _take(into: dict[str, Any], given: Given) -> ConfigProblem | None:
    """Put one value in its place, or say what is wrong with it."""
    where, section, key, value, is_text = given
    known = {field.name: field.type for field in msgspec.structs.fields(SECTIONS[section])}
    if key not in known:
        return unknown(where, key, known, prefix=f"{section}.")
    try:
        converted = msgspec.convert(value, known[key], strict=not is_text)
    except msgspec.ValidationError:
        return ConfigProblem(where=where, key=f"{section}.{key}", expected=KINDS[known[key]])
    expected = objection(section, key, converted)
    if expected:
        return ConfigProblem(where=where, key=f"{section}.{key}", expected=expected)
    into[key] = converted
    return None


def _take_keys(into: dict[str, str], given: Given) -> ConfigProblem | None:
    """Put the keys of one binding in their place, or say what is wrong with them."""
    key = f"{given.section}.{given.key}"
    if given.key in into:
        return ConfigProblem(given.where, key, "given once")
    if not isinstance(given.value, str) or not given.value.strip():
        return ConfigProblem(given.where, key, 'the names of keys, commas between, such as "ctrl+r,f5"')
    into[given.key] = given.value
    return None


def _missing_half(discogs: Mapping[str, Any], problems: list[ConfigProblem]) -> list[ConfigProblem]:
    """An application has a key and a secret. One that was given, but wrongly, is not missing."""
    missing = [key for key in ("consumer_key", "consumer_secret") if not discogs.get(key)]
    if len(missing) != 1 or any(f"discogs.{missing[0]}" in (problem.key, problem.nearest) for problem in problems):
        return []
    return [ConfigProblem("the settings", f"discogs.{missing[0]}", "set, because its other half is")]


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
