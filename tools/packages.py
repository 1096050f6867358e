"""A virtual environment and what is installed into it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.shell import ROOT, SetupError, call, says, tell

__all__ = ["Environment", "install_torch", "pinned"]

TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
_SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_NO_PIP = (
    "This Python cannot make virtual environments that have pip. Install what it lacks "
    "(on Debian, as an administrator: apt-get install python3-venv), then run the same command again."
)


class Environment:
    """A virtual environment.

    Args:
        path: its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.python = path / "bin" / "python"

    def works(self) -> bool:
        """Whether its interpreter starts and finds pip; not so once the Python it was made with is gone or replaced."""
        return says([self.python, "-c", "import importlib.util as u; print(u.find_spec('pip') is not None)"]) == "True"

    def remove(self) -> None:
        """Delete it; a link is taken away, not followed."""
        if self.path.is_symlink():
            self.path.unlink()
        elif self.path.exists():
            shutil.rmtree(self.path)

    def create(self, base: Path) -> None:
        """Make it anew, with pip inside.

        Raises:
            SetupError: the folder cannot be written, or pip cannot be had.
        """
        self.remove()
        if not call([base, "-m", "venv", "--without-pip", self.path]):
            raise SetupError(f"The folder {self.path} could not be made. Make sure that its parent can be written.")
        if not (self._pip_from_python() or self._pip_from_pip(base) or self._pip_from_debian()):
            raise SetupError(_NO_PIP)

    def install(self, arguments: Sequence[str]) -> None:
        """Install ready-built packages; nothing is ever compiled.

        Raises:
            SetupError: pip could not; it has said why.
        """
        pip: list[str | Path] = [self.python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
        if not call([*pip, *arguments], extra=self._certificates()):
            raise SetupError(
                "The packages could not be installed; pip has said why just above. "
                "Check the network connection and the free disk space, then run the same command again."
            )

    def offers(self, name: str, version: str, arguments: Sequence[str], timeout: float = 90) -> bool:
        """Whether an index has a release for this Python; a silent index counts as one that does not."""
        pip: list[str | Path] = [self.python, "-m", "pip", "index", "versions", "--timeout", "5", "--retries", "0"]
        answer = says([*pip, name, *arguments], extra=self._certificates(), timeout=timeout) or ""
        listed = [line for line in answer.splitlines() if line.startswith("Available versions:")]
        return any(version in line.replace(",", " ").split() for line in listed)

    def _pip_from_python(self) -> bool:
        says([self.python, "-m", "ensurepip", "--default-pip"], timeout=300)
        return self._has_pip()

    def _pip_from_pip(self, base: Path) -> bool:
        says([base, "-m", "pip", "--python", self.python, "install", "--quiet", "pip"], timeout=300)
        return self._has_pip()

    def _pip_from_debian(self) -> bool:
        """Take pip's wheel out of Debian's signed package: this needs no rights, and leaves the system as it is."""
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            return False
        tell("This Python has no pip; taking it from the system's package archive.")
        with tempfile.TemporaryDirectory(prefix="vton-pip-") as name:
            folder = Path(name)
            (folder / "lists" / "partial").mkdir(parents=True)
            (folder / "cache" / "archives" / "partial").mkdir(parents=True)
            places = {"Dir::State::Lists": folder / "lists", "Dir::Cache": folder / "cache"}
            apt = ["apt-get", "--quiet=2", "-o", "APT::Sandbox::User="]
            apt += [part for option, place in places.items() for part in ("-o", f"{option}={place}")]
            call([*apt, "update"])
            call([*apt, "download", "python3-pip-whl"], cwd=folder)
            for package in folder.glob("*.deb"):
                call(["dpkg-deb", "--extract", package, folder / "root"])
            for wheel in folder.glob("root/usr/share/python-wheels/pip-*.whl"):
                says([self.python, wheel / "pip", "install", "--no-index", "--no-deps", wheel], timeout=300)
        return self._has_pip()

    def _has_pip(self) -> bool:
        return says([self.python, "-m", "pip", "--version"]) is not None

    def _certificates(self) -> dict[str, str]:
        """Debian's pip trusts the system's certificates alone; a system without any gets those that pip carries."""
        if "PIP_CERT" in os.environ or _SYSTEM_CERTIFICATES.exists():
            return {}
        carried = sorted(self.path.glob("lib/python*/site-packages/pip/_vendor/certifi/cacert.pem"))
        return {"PIP_CERT": str(carried[0])} if carried else {}


def pinned(name: str, requirements: Path = ROOT / "requirements.txt") -> str:
    """The version that a requirements file pins a package to."""
    for line in requirements.read_text(encoding="utf-8").splitlines():
        package, _, version = line.partition("==")
        if package == name:
            return version
    raise SetupError(f"{requirements.name} does not pin {name}. Restore that file, then run the same command again.")


def install_torch(environment: Environment) -> None:
    """Install PyTorch without the CUDA libraries, several gigabytes that nothing here uses, wherever that can be had.

    Only Linux has CUDA in the standard wheel. A CPU wheel that pip's own settings name (``PIP_FIND_LINKS``) comes
    first, PyTorch's CPU index second, and the standard wheel with all that it needs last.

    Raises:
        SetupError: none could be installed.
    """
    version = pinned("torch")
    cpu = f"torch=={version}+cpu"
    if sys.platform != "linux":
        environment.install(["--no-deps", f"torch=={version}"])
    elif environment.offers("torch", f"{version}+cpu", ["--no-index"]):
        environment.install(["--no-deps", "--no-index", cpu])
    elif environment.offers("torch", f"{version}+cpu", ["--index-url", TORCH_INDEX]):
        environment.install(["--no-deps", "--index-url", TORCH_INDEX, cpu])
    else:
        tell("PyTorch's CPU index does not answer: taking the standard build, a download of several gigabytes.")
        environment.install(["--constraint", str(ROOT / "requirements.txt"), f"torch=={version}"])
