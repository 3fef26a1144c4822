"""Which keys do what: what the settings say of it is looked at here, and what holds is read off the bindings."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from core.text import printable

from msgspec import Struct
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import REPLACED_KEYS, Keys, _character_to_key, key_to_character
from textual.screen import ModalScreen, Screen

_MODIFIERS: Final = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_NAMES: Final = frozenset(key.value for key in Keys if key.value.isalnum()) - {"return"}
_CALLED: Final = {
    "cmd": "super",
    "control": "ctrl",
    "del": "delete",
    "esc": "escape",
    "ins": "insert",
    "option": "alt",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "return": "enter",
}
"""What is printed on keys, or said of them, and what they are called here."""
_SPOKEN: Final = {"esc": "Escape", "⏎": "Enter", "space": "Space", "⌫": "Backspace"}


class Remapped(Struct, frozen=True):
    """What the settings say of keys: what can be meant of it, and sentences about the rest."""

    pairs: tuple[tuple[str, str], ...] = ()
    complaints: tuple[str, ...] = ()

    @property
    def keymap(self) -> dict[str, str]:
        """Ids of bindings and their keys, for `App.set_keymap`."""
        return dict(self.pairs)


class Row(Struct, frozen=True):
    """What can be done, and by which keys, as the keys are printed."""

    id: str
    keys: tuple[str, ...]
    what: str


class _Bound(Struct, frozen=True):
    """One key of one binding."""

    owner: type[DOMNode]
    name: str
    key: str


def remapped(wanted: Iterable[tuple[str, str]], owners: Sequence[type[DOMNode]]) -> Remapped:
    """Ids of bindings with their keys, commas between, looked at beside what these apps, screens and widgets bind."""
    default = tuple(_bindings(owners))
    known = {bound.name for bound in default}
    pairs: dict[str, str] = {}
    complaints: list[str] = []
    for name, keys in wanted:
        if name not in known:
            complaints.append(f"[keys] there is nothing called {printable(name)}.{_meant(name, known)}")
            continue
        named = {key.strip(): key_name(key) for key in keys.split(",")}
        complaints += (f"[keys] {name}: {_no_key(key)}" for key, found in named.items() if not found)
        if good := tuple(dict.fromkeys(filter(None, named.values()))):
            pairs[name] = ",".join(good)
    return Remapped(tuple({**_beside(default, pairs), **pairs}.items()), (*complaints, *_clashes(default, pairs)))


def key_name(written: str) -> str:
    """What the terminal calls a key; empty when there is no such key. A letter with shift is the capital."""
    *before, last = _parts(written)
    modifiers = {_CALLED.get(part, part) for part in before}
    key = _base(last)
    if not key or not modifiers <= set(_MODIFIERS):
        return ""
    if len(key) == 1 and modifiers == {"shift"}:
        return key.upper()
    return "+".join((*sorted(modifiers), key.lower() if modifiers and len(key) == 1 else key))


def rows(node: DOMNode) -> tuple[Row, ...]:
    """What an app, a screen or a widget can be told to do by keys, with those that hold now."""
    app: App[Any] = node.app
    bindings = node._bindings.copy()  # noqa: SLF001 - Textual has no public list of a widget's own keys
    whats = {binding.id: binding.description for _key, binding in bindings if binding.id and binding.description}
    bindings.apply_keymap(app._keymap)  # noqa: SLF001 - nor of what the keys were changed to
    keys: dict[str, list[str]] = {name: [] for name in whats}
    for _key, binding in bindings:
        if binding.id in keys:
            keys[binding.id].append(app.get_key_display(binding))
    return tuple(Row(name, tuple(dict.fromkeys(keys[name])), whats[name]) for name in whats if keys[name])


def spoken(*nodes: DOMNode) -> Mapping[str, str]:
    """The first key of each binding of these, as a sentence names it."""
    found = (row for node in nodes for row in rows(node))
    return {row.id: _SPOKEN.get(row.keys[0], row.keys[0]) for row in found}


def _parts(written: str) -> list[str]:
    """What is held down, and the key: `ctrl++` is a plus."""
    text = written.strip()
    before, last = (text[:-1], "+") if text == "+" or text.endswith("++") else ("", "")
    parts = [part.strip() for part in (before.removesuffix("+") if last else text).split("+")]
    parts = [*filter(None, parts), last] if last else parts
    return [*(part.lower() for part in parts[:-1]), parts[-1]]


def _base(text: str) -> str:
    """A key without what is held down with it."""
    name = _CALLED.get(text.lower(), text.lower()) if len(text) > 1 else text
    if name in _NAMES:
        return name
    character = name if len(name) < 2 else key_to_character(REPLACED_KEYS.get(name, name))
    return _character_to_key(character) if character and character.isprintable() else ""


def _no_key(written: str) -> str:
    if not written:
        return "a key is missing before or after a comma."
    *before, last = _parts(written.lower())
    near = difflib.get_close_matches(last, _NAMES, n=1) if len(last) > 1 and not _base(last) else [last]
    held = [difflib.get_close_matches(_CALLED.get(part, part), _MODIFIERS, n=1) for part in before]
    guess = "+".join((*(one[0] for one in held if one), *near[:1]))
    hint = f" Did you mean {guess}?" if near and all(held) and key_name(guess) else ""
    return f"there is no key {printable(written)}.{hint}"


def _meant(name: str, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(name.lower(), known, n=1)
    return f" Did you mean {nearest[0]}?" if nearest else " The help names everything that there is."


def _bindings(owners: Iterable[type[DOMNode]]) -> Iterator[_Bound]:
    """The keys of everything that has an id, and what an app binds without one: nothing else may have those."""
    for owner in owners:
        taken: set[str] = set()
        for kind in owner.__mro__:
            for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ())):
                if binding.id:
                    taken.add(binding.key)
                    yield _Bound(owner, binding.id, binding.key)
                elif issubclass(owner, App) and binding.priority and binding.key not in taken:
                    yield _Bound(owner, binding.description or binding.action, binding.key)
        if issubclass(owner, App) and owner.ENABLE_COMMAND_PALETTE:
            yield _Bound(owner, "the command palette", owner.COMMAND_PALETTE_BINDING)


def _beside(default: Sequence[_Bound], pairs: Mapping[str, str]) -> dict[str, str]:
    """Bindings that shared a key with one that was moved, with their own keys: Textual would take the key from both."""
    left = {(bound.owner, bound.key) for bound in default if bound.name in pairs}
    sharing = dict.fromkeys(bound.name for bound in default if (bound.owner, bound.key) in left)
    return {name: ",".join(dict.fromkeys(one.key for one in default if one.name == name)) for name in sharing}


def _clashes(default: Sequence[_Bound], pairs: Mapping[str, str]) -> Iterator[str]:
    """Keys that would do two things at one place, now that some were given away."""
    before = {(bound.name, bound.key) for bound in default}
    stays = [bound for bound in default if bound.name not in pairs]
    owners = dict.fromkeys((bound.owner, bound.name) for bound in default if bound.name in pairs)
    moved = [_Bound(owner, name, key) for owner, name in owners for key in pairs[name].split(",")]
    said: set[tuple[str, str, str]] = set()
    for one, other in combinations((*moved, *stays), 2):
        is_new = any((bound.name, bound.key) not in before for bound in (one, other))
        clash = (one.key, one.name, other.name)
        if one.key == other.key and one.name != other.name and is_new and _meet(one.owner, other.owner):
            if clash not in said:
                yield f"[keys] {one.key} stands for {one.name} and for {other.name}; only one of them will answer."
            said.add(clash)


def _meet(one: type[DOMNode], other: type[DOMNode]) -> bool:
    """Whether a key can reach both at the same time: widgets hear it one by one, a dialog hears it alone."""
    if one is other:
        return True
    if issubclass(one, ModalScreen) or issubclass(other, ModalScreen):
        return False
    above = [issubclass(kind, (App, Screen)) for kind in (one, other)]
    return any(above) and not (issubclass(one, Screen) and issubclass(other, Screen))
