"""Comparing bodies by shape: which keys there are, which of them always, and what types they hold."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Keys that the documentation or the recordings show to come and go within one list.
OPTIONAL = {
    "releases[].folder_id",
    "releases[].notes",
    "releases[].basic_information.formats[].text",
    "releases[].basic_information.formats[].descriptions",
    "wants[].basic_information.formats[].text",
    "wants[].basic_information.formats[].descriptions",
    "basic_information.formats[].text",
    "basic_information.formats[].descriptions",
    "fields[].options",
    "fields[].lines",
}
# What a release without master gives.
NULLABLE = {"releases[].basic_information.master_url", "wants[].basic_information.master_url"}


def objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object with its path; list places are all `[]`."""
    if isinstance(value, list):
        for one in value:
            yield from objects(one, f"{path}[]")
    elif isinstance(value, dict):
        yield path, value
        for key, one in value.items():
            yield from objects(one, f"{path}.{key}".lstrip("."))


def shape(body: Any) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Per object path, what is always in it; per key path, the names of its types."""
    always: dict[str, set[str]] = {}
    types: dict[str, set[str]] = defaultdict(set)
    for path, one in objects(body):
        always[path] = always.get(path, set(one)) & set(one)
        for key, value in one.items():
            full = f"{path}.{key}".lstrip(".")
            types[full].add(type(value).__name__)
            if isinstance(value, list):
                types[f"{full}[]"] |= {type(element).__name__ for element in value}
    return always, types


def differences(sample: Any, ours: Any, *, missing: frozenset[str] = frozenset(), whole: bool = False) -> list[str]:
    """What differs. `missing`: key paths the sample may lack; `whole`: the sample writes whole floats as ints."""
    (sample_always, sample_types), (our_always, our_types) = shape(sample), shape(ours)
    found = [f"only recorded: {path}" for path in sample_types.keys() - our_types.keys()]
    found += [f"only ours: {path}" for path in our_types.keys() - sample_types.keys() if not under(path, missing)]
    for path in sample_types.keys() & our_types.keys():
        recorded, made = sample_types[path], our_types[path]
        if whole and made == {"float"}:
            recorded = recorded - {"int"} | {"float"}
        if path in NULLABLE:
            recorded, made = (types - {"NoneType"} or {"str"} for types in (recorded, made))
        if recorded - made or (recorded and made - recorded):
            found.append(f"{path}: recorded {sorted(recorded)}, ours {sorted(made)}")
    for path in sample_always.keys() & our_always.keys():
        ever = {key.rpartition(".")[2] for key in sample_types if key.rpartition(".")[0] == path and key[-1] != "]"}
        for key in ever - our_always[path]:
            if f"{path}.{key}".lstrip(".") not in OPTIONAL:
                found.append(f"not always there: {path}.{key}")
    return sorted(found)


def under(path: str, allowed: frozenset[str]) -> bool:
    return any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in allowed)


def load(samples: Path, name: str) -> Any:
    return json.loads((samples / name).read_text(encoding="utf-8"))
