"""Makes `.portal/` on a machine that has Python 3.11 and nothing else: programs, libraries, parts of the pages.

Only the standard library stands here, for nothing else is there yet. Run again, it does nothing until a lock file
changed, so that everything works without a network afterwards. Next stop: install.py, once the libraries are there.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
HOME = PROJECT / ".portal"
VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ("requirements.lock", "package.json", "package-lock.json", "deploy/kafka.sha256", "deploy/uv.txt")
MARK = HOME / "installed"
OLDEST = (3, 11)
NO_PIP = """\
{python} has neither pip nor ensurepip, so nothing can be installed with it. Either install pip
(Debian and Ubuntu: apt install python3-venv; Fedora: dnf install python3-pip), or use another Python: make PYTHON=…"""


class Stopped(Exception):
    """The machine cannot be prepared; the message says what to do."""


def main() -> int:
    """Prepare the machine, and return 0 when that went well."""
    if sys.version_info < OLDEST:
        print(f"Python 3.11 or newer is needed, {sys.executable} is {sys.version.split()[0]}: make PYTHON=python3.12 …")
        return 1
    try:
        with _alone():
            if not is_installed():
                _install()
    except Stopped as reason:
        print(reason, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"\nThis failed: {' '.join(map(str, error.cmd))[:300]}", file=sys.stderr)
        print("Is the network there? Run the same command again; what came already is kept.", file=sys.stderr)
        return 1
    return 0


def is_installed() -> bool:
    """Tell whether everything came that the lock files name."""
    return PYTHON.exists() and MARK.exists() and MARK.read_text() == fingerprint()


def fingerprint() -> str:
    """Return what changes when something else must be installed."""
    sums = [hashlib.sha256((PROJECT / lock).read_bytes()).hexdigest() for lock in LOCKS]
    return "\n".join([*sums, sys.version.split()[0]])


def _install() -> None:
    say("Installing everything into .portal (once; about 500 MB, one to three minutes)")
    MARK.unlink(missing_ok=True)
    uv = _uv()
    if not PYTHON.exists():
        shutil.rmtree(VENV, ignore_errors=True)
        run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])
    say("1/3 Python libraries and servers: PostgreSQL, Valkey, Java, Node")
    quiet = [] if sys.stderr.isatty() else ["--quiet"]  # on a terminal uv shows its own progress
    run([uv, "pip", "sync", *quiet, "--require-hashes", "--python", str(PYTHON), "requirements.lock"])
    run([str(PYTHON), "-m", "deploy.install"])
    MARK.write_text(fingerprint())
    say("Everything is installed")


def _uv() -> str:
    """Return a uv of the pinned version, fetched by whichever pip there is."""
    home = HOME / "uv"
    pin = PROJECT / "deploy" / "uv.txt"
    mark = home / "pin"
    if not (mark.exists() and mark.read_bytes() == pin.read_bytes()):
        shutil.rmtree(home, ignore_errors=True)
        with _pip() as pip:
            words = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
            # A folder of its own is not the system's, so a Python managed by the system permits it.
            run([*pip, *words, "--require-hashes", "--only-binary=:all:", "--target", str(home), "-r", str(pin)])
        mark.write_bytes(pin.read_bytes())
    return str(home / "bin" / "uv")


@contextlib.contextmanager
def _pip() -> Iterator[list[str]]:
    """Give the words that run pip: this Python's own, or one in a folder for the moment."""
    own = [sys.executable, "-m", "pip"]
    if _works([*own, "--version"]):
        yield own
        return
    if not _works([sys.executable, "-c", "import ensurepip, venv"]):
        raise Stopped(NO_PIP.format(python=sys.executable))
    with tempfile.TemporaryDirectory() as folder:
        run([sys.executable, "-m", "venv", folder])
        yield [f"{folder}/bin/python", "-m", "pip"]


def _works(words: list[str]) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0  # noqa: S603 - words of our own


def run(words: list[str]) -> None:
    """Run a command in the project, and let it show how far it is. Raises: CalledProcessError."""
    subprocess.run(words, check=True, cwd=PROJECT, env=_environment())  # noqa: S603 - words of our own


def _environment() -> dict[str, str]:
    given = dict(os.environ)
    given["UV_PYTHON_DOWNLOADS"] = "never"
    given.setdefault("UV_SYSTEM_CERTS", "1")
    given["PIP_ROOT_USER_ACTION"] = "ignore"  # pip fills a folder of our own, not the system's
    given.pop("VIRTUAL_ENV", None)
    # Clients that bring certificates of their own are told to trust what this machine trusts.
    trusted = given.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or _debian_certificates()
    if trusted:
        for name in ("REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
            given.setdefault(name, trusted)
    if "PIP_INDEX_URL" in given:
        given.setdefault("UV_DEFAULT_INDEX", given["PIP_INDEX_URL"])
    return given


def _debian_certificates() -> str | None:
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    return str(bundle) if bundle.exists() else None


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other command installs into the same folder."""
    HOME.mkdir(exist_ok=True)
    (HOME / ".portal-state").touch()  # the mark of a folder that may be deleted, see places.py
    with (HOME / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is installing; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(words: str) -> None:
    """Tell people what happens, with the time, at once even in a pipe."""
    print(f"[{time.strftime('%H:%M:%S')}] {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
