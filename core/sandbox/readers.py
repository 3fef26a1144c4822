"""Reading somebody's collection from a path: which file it is, what is in it, what lies beside it.

Every failure is an UnreadableError whose text is one sentence for the person who gave the path.
"""

import gzip
import zlib
from pathlib import Path

from core.sandbox import beside, csv_export, dump
from core.sandbox.holding import Holding
from core.sandbox.unreadable import UnreadableError

_GZIP_MAGIC = b"\x1f\x8b"
_CSV, _JSON = (".csv", ".csv.gz"), (".json", ".json.gz", ".ndjson", ".ndjson.gz")
_WANTED = "give a Discogs CSV export (.csv, .csv.gz), a JSON dump (.json, .json.gz) or a folder that holds one of them"


def read_collection(path: Path) -> Holding:
    """Read a CSV export, a JSON dump, or a folder of one of them. Raises UnreadableError."""
    file = _file(path)
    text, name = read_text(file), str(file)
    by_name = _is_csv(file, text)
    holding = csv_export.read(text, name) if by_name else dump.read(text, name)
    return beside.enriched(holding, file.parent, read_text, by_name=by_name)


def read_text(path: Path) -> str:
    """Read a file, gzipped or not, as UTF-8 with or without a byte order mark. Raises UnreadableError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror or error}); check the path and its permissions."
        raise UnreadableError(message) from error
    if content.startswith(_GZIP_MAGIC) or path.suffix == ".gz":
        content = _unpacked(content, path)
    if not content.strip():
        message = f"{path} is empty; export or download the collection anew."
        raise UnreadableError(message)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8 or export the collection anew."
        raise UnreadableError(message) from error


def _file(path: Path) -> Path:
    try:
        if path.is_dir():
            return _only_export(path)
        if path.is_file():
            return path
        if path.exists():
            message = f"{path} is neither a file nor a folder; {_WANTED}."
            raise UnreadableError(message)
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror or error}); check the path and its permissions."
        raise UnreadableError(message) from error
    message = f"{path} does not exist; {_WANTED}."
    raise UnreadableError(message)


def _unpacked(content: bytes, path: Path) -> bytes:
    if not content:
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        broken = "is cut short or damaged" if content.startswith(_GZIP_MAGIC) else "is named .gz but is not gzip"
        message = f"{path} {broken}; download it anew, or drop the .gz from its name if it is plain text."
        raise UnreadableError(message) from error


def _only_export(folder: Path) -> Path:
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    exports = [file for file in files if _may_be_export(file)]
    if not exports:
        exports = [file for file in files if file.name.startswith("releases.") and file.name.endswith(_JSON)]
    if not exports:
        message = f"{folder} holds no collection; {_WANTED}."
        raise UnreadableError(message)
    if len(exports) > 1:
        message = (
            f"{folder} holds several exports ({', '.join(file.name for file in exports)}); name one of these files."
        )
        raise UnreadableError(message)
    return exports[0]


def _may_be_export(file: Path) -> bool:
    name = file.name.lower()
    return name.endswith(_CSV) or (name.endswith(_JSON) and name.split(".")[0] not in beside.NAMES)


def _is_csv(file: Path, text: str) -> bool:
    name, start = file.name.lower(), text.lstrip()[:1]
    if name.endswith(_CSV):
        return True
    if name.endswith(_JSON) or start in ("{", "["):
        return False
    if "release_id" in text.split("\n", 1)[0]:
        return True
    message = f"{file} is neither CSV nor JSON; {_WANTED}."
    raise UnreadableError(message)
