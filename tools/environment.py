"""Creates ``.venv`` with everything that Guanxi needs: the exact versions of ``requirements.lock``,
then this distribution and all plugins, editable. Called with ``extra`` it adds what only tests and
benches need, from ``requirements-extra.lock``.

Runs under the machine's own Python, so it uses the standard library only. ``make`` calls it when
one of the files that it reads has changed.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
EXTRA = ROOT / "requirements-extra.lock"
NO_VENV = (
    "This Python cannot make a virtual environment. Install its venv module "
    "(on Debian: apt install python3-venv) or uv, then try again."
)


def main() -> None:
    """Make or refresh the environment; ends with a sentence when that is not possible."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it runs under any Python
        sys.exit(f"Guanxi needs Python 3.11 or later, and {sys.executable} is older.")
    if not PYTHON.exists():
        make_venv()
    if sys.argv[1:] == ["extra"]:
        install(EXTRA, [])
        return
    install(LOCK, editables())
    compile_ahead()


def make_venv() -> None:
    """Create ``.venv``, also where the machine's Python comes without ensurepip."""
    shutil.rmtree(VENV, ignore_errors=True)
    if attempt([sys.executable, "-m", "venv", str(VENV)]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if attempt([sys.executable, "-m", "venv", "--without-pip", str(VENV)]) and give_it_pip():
        return
    uv = shutil.which("uv")
    if uv is None or not attempt([uv, "venv", "--clear", "--python", sys.executable, str(VENV)]):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(NO_VENV)


def give_it_pip() -> bool:
    """Install pip into ``.venv`` with the pip of the machine; tell whether that worked."""
    machine_pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return attempt([*machine_pip, "install", "--quiet", "pip"])


def find_uv() -> str | None:
    """Return the path of uv, installing the locked version into ``.venv`` where needed."""
    own = VENV / "bin" / "uv"
    if not own.exists():
        attempt([str(PYTHON), "-m", "pip", "install", "--quiet", locked("uv")])
    return str(own) if own.exists() else shutil.which("uv")


def install(lock: Path, more: list[str]) -> None:
    """Install a lock and ``more``, with uv in one call; with pip it takes three times as long."""
    uv = find_uv()
    if uv is not None:
        wanted = ["--quiet", "--no-deps", "-r", str(lock), *more]
        run([uv, "pip", "install", "--python", str(PYTHON), *wanted], env=uv_settings())
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet"]
    run([*pip, "--require-hashes", "-r", str(lock)])
    if more:
        run([*pip, "--no-deps", *more])


def compile_ahead() -> None:
    """Compile everything once, so that each process starts in half the time.

    Python would do it bit by bit, but not where PYTHONDONTWRITEBYTECODE is set, as in containers.
    """
    folders = [VENV / "lib", ROOT / "core", ROOT / "plugins", ROOT / "examples"]
    attempt([str(PYTHON), "-m", "compileall", "-q", "-j", "0", *map(str, folders)])


def editables() -> list[str]:
    """Return the arguments that install our own distributions from where they are."""
    folders = [ROOT, *sorted(ROOT.glob("plugins/*")), *sorted(ROOT.glob("examples/*"))]
    found = [folder for folder in folders if (folder / "setup.cfg").exists()]
    return [word for folder in found for word in ("-e", str(folder))]


def locked(name: str) -> str:
    """Return ``name==version`` as the lock has it."""
    match = re.search(rf"^{name}==[^\s;]+", LOCK.read_text("utf-8"), re.MULTILINE)
    return match.group() if match else name


def uv_settings() -> dict[str, str]:
    """Return the environment for uv, which does not read pip's configuration by itself."""
    settings = {"UV_SYSTEM_CERTS": "1"} | os.environ
    index = pip_setting("global.index-url")
    if index and "UV_DEFAULT_INDEX" not in settings and "UV_INDEX_URL" not in settings:
        settings["UV_DEFAULT_INDEX"] = index
    return settings


def pip_setting(name: str) -> str:
    """Return one value of pip's configuration, empty if it is not set."""
    if name == "global.index-url" and "PIP_INDEX_URL" in os.environ:
        return os.environ["PIP_INDEX_URL"]
    command = [str(PYTHON), "-m", "pip", "config", "get", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def attempt(command: list[str]) -> bool:
    """Run ``command`` quietly and tell whether it worked."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run ``command`` and end with its exit code if it fails."""
    done = subprocess.run(command, env=env, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
