"""Handlers of messages, as Textual finds them."""

from __future__ import annotations

import ast
from pathlib import Path

from tui import screens, widgets

import pytest

FILES = sorted(path for package in (screens, widgets) for path in Path(package.__path__[0]).glob("*.py"))


def called_above(source: str) -> list[str]:
    """The handlers of messages that a piece of code calls on what it inherits from."""
    return [
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.lstrip("_").startswith("on_")
        and isinstance(node.func.value, ast.Call)
        and isinstance(node.func.value.func, ast.Name)
        and node.func.value.func.id == "super"
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_handler_calls_the_one_above_which_textual_calls_by_itself(path: Path) -> None:
    assert called_above(path.read_text(encoding="utf-8")) == []


def test_such_a_call_is_recognised() -> None:
    assert called_above("class A(B):\n    def on_mount(self):\n        super().on_mount()") == ["on_mount"]
