"""Things that have one place: SQL in the store, foreign text out of markup, code in rooms of a size."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "bot", "tui")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
STORE = ROOT / "core" / "store"

SQL = re.compile(
    r"\bselect\b.+\bfrom\b|\binsert\s+(or\s+\w+\s+)?into\b|\breplace\s+into\b|\bupdate\s+\S+\s+set\b|\bdelete\s+from\b"
    r"|\b(create|drop|alter)\s+(table|index|view|trigger|unique)\b|\bpragma\s+\w|\bbegin\s+(immediate|exclusive)\b"
    r"|\border\s+by\b|\bgroup\s+by\b|\bwhere\b.+(=|\bin\b).*\?",
    re.IGNORECASE | re.DOTALL,
)

TITLE = "'; DROP TABLE releases; --"
"""A record of the generated collections is called that, to see that nobody minds."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text in the code, docstrings left out and the holes of f-strings as question marks."""
    left_out = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "?" for part in node.values)
            yield "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.value


def sql_in(tree: ast.AST) -> list[str]:
    return [text for text in texts(tree) if SQL.search(text)]


@pytest.mark.parametrize("path", [path for path in SOURCES if STORE not in path.parents], ids=named)
def test_sql_is_spoken_in_the_store_only(path: Path) -> None:
    assert [text for text in sql_in(tree_of(path)) if text != TITLE] == []


def test_the_store_does_speak_it() -> None:
    assert {path.name for path in STORE.glob("*.py") if sql_in(tree_of(path))} >= {"accounts.py", "collections.py"}
    found = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.sql")}
    assert found == {STORE / "migrations"}


@pytest.mark.parametrize(
    "code",
    [
        'x = "SELECT name FROM items"',
        'x = "select name\\nfrom items"',
        'x = f"INSERT INTO {table} VALUES (1)"',
        'run("insert or replace into items values (?)")',
        'x = "UPDATE items SET rating = 1"',
        'x = f"{start} WHERE account_id = ?"',
        '"""Docstring."""\nx = "DELETE FROM items"',
        'x = "PRAGMA user_version"',
        'x = ("CREATE "\n "TABLE items (id)")',
    ],
)
def test_sql_is_recognised(code: str) -> None:
    assert sql_in(ast.parse(code))


def test_prose_is_no_sql() -> None:
    prose = (
        'def f():\n    """Delete from the shelf, or select one from it."""\n    return "take a record from the shelf"'
    )
    assert sql_in(ast.parse(prose)) == []


WIDGETS = sorted(path for path in SOURCES if path.is_relative_to(ROOT / "tui"))


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def takes_markup(tree: ast.AST) -> list[int]:
    """The lines in which a widget or a message that shows text is made without switching markup off."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in ("Static", "Label", "notify"):
            found.append(node)
        if isinstance(node, ast.ClassDef) and {name_of(base) for base in node.bases} & {"Static", "Label"}:
            inner = {part for one in node.body if isinstance(one, ast.ClassDef) for part in ast.walk(one)}
            own = (part for part in ast.walk(node) if part not in inner)
            calls = [call for call in own if isinstance(call, ast.Call) and name_of(call.func) == "__init__"]
            found += calls or [ast.copy_location(ast.Call(node.bases[0], [], []), node)]
    return sorted(
        call.lineno
        for call in found
        if not any(word.arg == "markup" and ast.unparse(word.value) == "False" for word in call.keywords)
    )


@pytest.mark.parametrize("path", WIDGETS, ids=named)
def test_no_text_is_taken_for_markup(path: Path) -> None:
    """`[/]` in a title ends the program when a widget reads it as markup."""
    assert takes_markup(tree_of(path)) == []


def test_widgets_that_take_markup_are_recognised() -> None:
    code = (
        'Static("x")\nStatic("x", markup=True)\nwidgets.Label(title)\nself.notify(words)\nStatic("x", markup=False)\n'
        "class A(Static):\n    pass\n"
        "class B(Label):\n    def __init__(self):\n        super().__init__('x')\n"
        "class C(Static):\n    def __init__(self):\n        super().__init__('x', markup=False)\n"
    )
    assert takes_markup(ast.parse(code)) == [1, 2, 3, 4, 6, 10]


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name == "__init__.py"], ids=named)
def test_a_package_is_opened_by_a_docstring_and_names_of_its_own(path: Path) -> None:
    tree, package = tree_of(path), ".".join(path.relative_to(ROOT).parent.parts)
    assert ast.get_docstring(tree)
    for node in tree.body[1:]:
        match node:
            case ast.ImportFrom(module=str(module)):
                assert module == "__future__" or module.startswith(f"{package}."), module
            case _:
                assert ast.unparse(node).startswith("__all__ = (")


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_file_is_a_room_too_large(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


MACHINE = re.compile(r"(?<![\w.])/(work|root)/")


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    # An unpacked sdist is no checkout: what lies in it is what counts there.
    everything = [path for path in ROOT.rglob("*") if not re.search(r"/(\.|__pycache__)", f"/{named(path)}")]
    files = [ROOT / name for name in listed.stdout.split("\0") if name] if listed.returncode == 0 else everything
    found = []
    for path in files:
        if path.is_file():
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            found += [named(path)] if MACHINE.search(text) else []
    assert found == []
    assert len(files) > 50
