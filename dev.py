"""Set up Runout and run it: `python3 dev.py demo`, `python3 dev.py test`.

Needs git's checkout and Python, nothing else. Makes `.venv` beside this file from the hash-pinned files in
`requirements/`, touches no other environment, and sets it up again only when the pins, the Python or the place of the
checkout have changed. What goes wrong is said in one sentence, with exit code 1.
"""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Annotations that an old Python could not evaluate are quoted: it has to read far enough to be told that it is old.
TYPE_CHECKING = False  # importing typing for it would slow every start
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEEDED = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SHORT = ".".join(map(str, sys.version_info[:2]))
WINDOWS = os.name == "nt"
SCRIPTS, SUFFIX = (VENV / "Scripts", ".exe") if WINDOWS else (VENV / "bin", "")
SITE = (VENV / "Lib" if WINDOWS else VENV / "lib" / ("python" + SHORT)) / "site-packages"
PYTHON = SCRIPTS / ("python" + SUFFIX)
STAMP = VENV / "dev-stamp"
PINS = {"runtime": ("build.txt", "runtime.txt"), "dev": ("build.txt", "dev.txt")}

DROPPED = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONPLATLIBDIR", "__PYVENV_LAUNCHER__"}
# Of the installers' settings, those for the way to the index stay; the others decide what is installed, and where.
WAYS = (
    "INDEX",
    "LINK",
    "CERT",
    "PROXY",
    "HOST",
    "CACHE",
    "TIMEOUT",
    "RETRIES",
    "KEYRING",
    "CONFIG_FILE",
    "TLS",
    "OFFLINE",
)
# uv reads none of pip's settings: a company's own index must not turn into the public one because uv is there.
FOR_UV = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_NO_INDEX": "UV_NO_INDEX",
    "PIP_TRUSTED_HOST": "UV_INSECURE_HOST",
    "PIP_CERT": "SSL_CERT_FILE",
    "PIP_PROXY": "ALL_PROXY",
}
# A file that does not compile is its importer's business.
COMPILE = "import compileall, sys; [compileall.compile_dir(place, quiet=2, workers=0) for place in sys.argv[1:]]"

AGAIN = "then run the same command again."
FULL = f"The disk is full: make some room (about 300 MB), {AGAIN}"
DENIED = f"{ROOT} cannot be written to, or something in its .venv is in use: change or close that, {AGAIN}"
NO_VENV = (
    "This Python came without its venv and ensurepip modules: install them (on Debian and Ubuntu: `sudo apt install"
    f" python3-venv`, or `python{SHORT}-venv`), {AGAIN}"
)
ALTERED = (
    "A downloaded package is not the one that was pinned (its hash differs) and was not installed: wait a while or try"
    f" another network, {AGAIN}"
)
OFFLINE = (
    "The package index cannot be reached: check the connection, the proxy (HTTPS_PROXY) or the index that pip is set"
    f" to, {AGAIN} Nothing else is needed."
)
UNKNOWN = f"That failed, for the reason above: mend it, or delete .venv, {AGAIN}"
SIGNS = (
    (FULL, "errno 28]", "os error 28)", "os error 112)", "no space left", "not enough space", "quota exceeded"),
    (NO_VENV, "no module named ensurepip", "no module named venv", "ensurepip is not available"),
    (ALTERED, "do not match the hashes", "hash mismatch"),
    (DENIED, "errno 13]", "errno 30]", "winerror 5]", "permission denied", "read-only file system"),
    (OFFLINE, "connection broken", "connectionerror", "newconnection", "connecttimeout", "readtimeout", "max retries"),
    (OFFLINE, "proxyerror", "sslerror", "name resolution", "getaddrinfo", "connection refused", "timed out"),
    (OFFLINE, "error sending request", "dns error", "network is unreachable", "network connectivity is disabled"),
    (OFFLINE, "(from versions: none)"),  # all that pip says where it is told not to try twice
)

RUFF, FORMAT, IMPORTS, MYPY = ("ruff", "check"), ("ruff", "format", "--check"), ("lint-imports",), ("-m", "mypy")
# What each task does: its line in the list, the pins it needs, and its steps, each a command of the environment or,
# with a dash, arguments to its Python. A single step takes over the process, with the user's arguments.
TASKS: "dict[str, tuple[str, str, list[tuple[str, ...]]]]" = {
    "demo": ("try Runout; no account is needed", "runtime", [("-P", "-m", "tui", "demo")]),
    "run": ("run `runout ARGS`", "runtime", [("-P", "-m", "tui")]),
    "test": ("run the tests, with pytest", "dev", [("-m", "pytest", "-n", "auto", "--dist", "worksteal")]),
    "soak": ("run what takes long, with seeds, for --minutes N", "dev", [("-m", "tests.soak")]),
    "check": ("all of lint and types", "dev", [RUFF, FORMAT, MYPY, IMPORTS]),
    "lint": ("ruff, and the rules of what imports what", "dev", [RUFF, FORMAT, IMPORTS]),
    "types": ("mypy", "dev", [MYPY]),
    "format": ("put the code into the house format", "dev", [("ruff", "format"), ("ruff", "check", "--fix")]),
    "lock": ("renew the pins; --upgrade takes the newest", "runtime", []),
}


class SetupError(Exception):
    """Something that the user can mend; its text is the whole message."""


def check_python(version: "Sequence[int]") -> None:
    """Raise SetupError for a Python that is too old to run Runout."""
    if tuple(version) < NEEDED:
        needed, found = (".".join(map(str, numbers)) for numbers in (NEEDED, version))
        sentence = (
            f"Runout needs Python {needed} or newer, and this is Python {found}: install a newer one and start dev.py"
            f" with it, for example `python{needed} dev.py demo`."
        )
        raise SetupError(sentence)


def say(line: str) -> None:
    """Tell the user how it goes; the standard output belongs to the program."""
    print(line, file=sys.stderr, flush=True)


def clean_environment(environ: "Mapping[str, str]") -> "dict[str, str]":
    """Return `environ` without what would lead a child into another environment; the way to the index stays."""

    def stays(name: str) -> bool:
        return name not in DROPPED and (not name.startswith(("PIP_", "UV_")) or any(way in name for way in WAYS))

    return {name: value for name, value in environ.items() if stays(name)}


def installer_environment(environ: "Mapping[str, str]") -> "dict[str, str]":
    """Return what pip and uv run in: they ask nothing, and share one way to the index."""
    clean = clean_environment(environ)
    for pip, uv in FOR_UV.items():
        if pip in clean:
            clean.setdefault(uv, clean[pip].replace(" ", ",") if uv == "UV_FIND_LINKS" else clean[pip])
    clean.update(PIP_USER="0", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    # As pip does: any index may have the pinned file. The hashes say whether it is the right one.
    clean.update(UV_INDEX_STRATEGY="unsafe-best-match", UV_PYTHON_DOWNLOADS="never")
    return clean


def diagnose(output: str) -> str:
    """Return the sentence for an installer's output, UNKNOWN where nothing in it is familiar."""
    low = output.lower().replace("'", "")
    return next((sentence for sentence, *signs in SIGNS if any(sign in low for sign in signs)), UNKNOWN)


def run(*command: object, text: str = "") -> None:
    """Run an installer's step in silence; raise SetupError with its sentence, after the output's tail if need be."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=str(ROOT),
            env=installer_environment(os.environ),
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            close_fds=False,  # the lock goes with the child: it ends with the last one that writes
            check=False,
        )
        code, output = done.returncode, done.stdout.decode(errors="replace")
    except OSError as error:
        code, output = 1, f"{command[0]}: {error}"
    if code:
        sentence = diagnose(output)
        tail = "\n".join(output.strip().splitlines()[-15:])
        raise SetupError(f"{tail}\n{sentence}" if sentence is UNKNOWN else sentence)


def digest(level: str) -> str:
    """Return the name of a finished set-up: this Python, this place, these pins."""
    found = hashlib.sha256(repr((level, sys.version, sys.base_prefix, str(ROOT))).encode())
    for name in PINS.get(level, ()):
        found.update((ROOT / "requirements" / name).read_bytes())
    if level in PINS:  # the tools' settings are no part of what is installed
        found.update((ROOT / "pyproject.toml").read_bytes().partition(b"\n[tool.")[0])
    return found.hexdigest()


def finished() -> "list[str]":
    """Return the digests that `.venv` holds; none for one that is absent, broken or half made."""
    if VENV.is_symlink() or not PYTHON.exists():
        return []
    try:
        return STAMP.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return []


def lock() -> int:
    """Return a handle that only one dev.py of this checkout holds, waiting for another; it is let go of by closing."""
    handle = os.open(str(ROOT / "dev.py"), os.O_RDWR)
    os.set_inheritable(handle, True)  # noqa: FBT003 - positional only
    if not claim(handle, wait=False):
        say("Waiting for another dev.py to finish …")
        while not claim(handle, wait=True):
            pass
    return handle


def claim(handle: int, *, wait: bool) -> bool:
    """Lock the file behind `handle` and return whether it is ours; a file system without locks lets everyone in."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only there

            os.lseek(handle, 1 << 30, os.SEEK_SET)  # past the end: the file stays readable
            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - only there

            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
    return True


def prepare(level: str) -> None:
    """Leave `.venv` holding the pins of `level`, and only then stamped; do nothing where it already does."""
    if digest(level) in finished():
        return
    handle = lock()
    try:
        done = finished()
        if digest(level) in done:
            return
        fresh = digest("place") not in done
        if not fresh:
            STAMP.unlink()
        will_hold = "\n".join(map(digest, ("place", "runtime", "dev") if level == "dev" else ("place", "runtime")))
        install(level, fresh=fresh)
        run(PYTHON, "-P", "-c", COMPILE, SITE, ROOT / "core", ROOT / "bot", ROOT / "tui")
        unfinished = STAMP.with_suffix(".tmp")
        unfinished.write_text(will_hold, encoding="ascii")
        unfinished.replace(STAMP)
    finally:
        os.close(handle)


def install(level: str, *, fresh: bool) -> None:
    """Install `level` with uv where it is and works, with pip otherwise; `fresh` begins with an empty `.venv`."""
    files = [ROOT / "requirements" / name for name in PINS[level]]
    pins = {line.partition("==")[0] for file in files for line in file.read_text().splitlines() if "==" in line}
    progress = f"Installing {len(pins)} packages …"
    wanted = ["--require-hashes", *(part for file in files for part in ("-r", file))]
    project = ["--no-build-isolation", "--no-deps", "-e", ROOT]
    uv = shutil.which("uv")
    if uv:
        try:
            if fresh:
                make_empty(uv, "venv", "--no-project", "--python", base_python())
            say(progress)
            for what in (wanted, project):
                run(uv, "pip", "install", "--python", PYTHON, *what)
        except SetupError:
            say("uv could not do it; trying with pip …")
            fresh = True
        else:
            return
    if fresh:
        make_empty(base_python(), "-P", "-m", "venv", "--without-pip")
    ensure_pip()
    say(progress)
    for what in (wanted, project):
        run(PYTHON, "-P", "-m", "pip", "install", "--no-compile", *what)


def make_empty(*command: object) -> None:
    """Put a new `.venv`, made by `command`, in the place of whatever was there; a link's target is left alone."""
    say("Making .venv …")
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(str(VENV))
    run(*command, VENV)


def ensure_pip() -> None:
    """Give `.venv` its pip, from what Python brings along; uv makes one without."""
    if not (SITE / "pip").is_dir():
        run(PYTHON, "-P", "-m", "ensurepip")


def base_python() -> str:
    """Return the Python that runs this file, or the one behind it where that is itself an environment's."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def pinner() -> str:
    """Return the uv on PATH, or the pinned one, installed into `.venv`."""
    uv = shutil.which("uv")
    if uv is None:
        prepare("runtime")
        ensure_pip()
        run(PYTHON, "-P", "-m", "pip", "install", "--require-hashes", "-r", ROOT / "requirements" / "lock.txt")
    return uv or str(SCRIPTS / ("uv" + SUFFIX))


def renew_pins(extra: "Sequence[str]") -> None:
    """Write `requirements/` anew from pyproject.toml; pins that still fit stay, unless `extra` has `--upgrade`."""
    import tomllib  # noqa: PLC0415 - an old Python has none, and is to be told that it is old

    uv = pinner()
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    stray = None if (ROOT / "uv.lock").exists() else ROOT / "uv.lock"
    how = ["--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    how += ["--python", base_python(), "--python-version", ".".join(map(str, NEEDED)), *extra]
    # Each after what it shares an environment with, so that one package has one version everywhere.
    for name, sources, text in (
        ("runtime", ["pyproject.toml"], ""),
        ("dev", ["pyproject.toml", "--extra", "dev", "-c", "requirements/runtime.txt"], ""),
        ("build", ["-", "-c", "requirements/dev.txt"], "\n".join([*backend, "editables>=0.3"])),
        ("lock", ["-"], "uv"),
    ):
        say(f"Pinning {name} …")
        run(uv, "pip", "compile", *how, *sources, "-o", f"requirements/{name}.txt", text=text)
    if stray and stray.exists():
        stray.unlink()


def command_of(step: "Sequence[str]") -> "list[str]":
    """Return a task's step as what the operating system starts."""
    if step[0].startswith("-"):
        return [str(PYTHON), *step]
    return [str(SCRIPTS / (step[0] + SUFFIX)), *step[1:]]


def perform(steps: "Sequence[Sequence[str]]", extra: "Sequence[str]") -> int:
    """Run the steps, all of them whatever fails, and return the exit code; a single one takes our place."""
    environ = clean_environment(os.environ)
    if len(steps) == 1:
        command = [*command_of(steps[0]), *extra]
        if WINDOWS:  # there, the shell would not wait for the end of what exec starts
            return subprocess.call(command, env=environ)
        os.execve(command[0], command, environ)  # noqa: S606
    failed = []
    for step in steps:
        name = " ".join(step).replace("-m ", "")
        say(f"== {name}")
        if subprocess.call(command_of(step), env=environ):
            failed.append(name)
    if failed:
        say(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def usage() -> str:
    """Return the list of the tasks."""
    lines = [f"  {name + (' ARGS' if takes_arguments(name) else ''):<12}{TASKS[name][0]}" for name in TASKS]
    return "\n".join(["Usage: python3 dev.py TASK", "", *lines, "", "What is installed goes into .venv, here."])


def takes_arguments(name: str) -> bool:
    """Return whether there is one program to hand the user's arguments to."""
    return len(TASKS[name][2]) < 2


def misused(name: str, extra: "Sequence[str]") -> str:
    """Return the sentence for a command line that means nothing, and nothing for one that does."""
    if name in TASKS:
        too_many = extra and not takes_arguments(name)
        return f"`{name}` takes no arguments: leave out `{' '.join(extra)}`." if too_many else ""
    import difflib  # noqa: PLC0415 - slow, and seldom needed

    near = difflib.get_close_matches(name, TASKS, n=1, cutoff=0)[0]
    return f"There is no task `{name}`: `{near}` is the nearest, and `dev.py --help` lists them all."


def main(arguments: "Sequence[str]") -> int:
    """Do what the command line says and return the exit code: 1 for what the user can mend, 2 for a wrong task."""
    try:
        check_python(sys.version_info[:3])
        if not arguments or arguments[0] in ("-h", "--help", "help"):
            print(usage())
            return 0
        name, extra = arguments[0], arguments[1:]
        wrong = misused(name, extra)
        if wrong:
            say(wrong)
            return 2
        if name == "lock":
            renew_pins(extra)
            return 0
        _, level, steps = TASKS[name]
        prepare(level)
        if level == "dev":  # the tools' settings and paths are the checkout's; the program's are the user's own
            os.chdir(str(ROOT))
        return perform(steps, extra)
    except SetupError as error:
        say(str(error))
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None))
        denied = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        say(FULL if full else DENIED if denied else f"{error}: mend that, then run the same command again.")
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
