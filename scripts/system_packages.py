"""The programs that tests need from the system, and where Debian and Ubuntu keep them."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache


class MissingPackage(Exception):
    """Something is missing and could not be installed; the message names the package."""


def _on_path(*names: str) -> Callable[[], bool]:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"
    return lambda: any(shutil.which(name, path=path) for name in names)


def _has_chinese_font() -> bool:
    fonts = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False)
    return bool(fonts.stdout.strip())


# program: (is it here, Debian package)
PROGRAMS: dict[str, tuple[Callable[[], bool], str]] = {
    "mariadbd": (_on_path("mariadbd"), "mariadb-server"),
    "chromium": (_on_path("chromium"), "chromium"),
    "noto-cjk": (lambda: _on_path("fc-list")() and _has_chinese_font(), "fonts-noto-cjk"),
}


def ensure(programs: Iterable[str]) -> None:
    """Install what is missing where that is possible (root on Debian or Ubuntu). Raises MissingPackage."""
    for program in programs:
        here, package = PROGRAMS[program]
        if here():
            continue
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise MissingPackage(f"{program} is not installed; on Debian or Ubuntu: apt-get install {package}")
        print(f"installing {package}", flush=True)
        _apt_update()
        _apt("install", "--no-install-recommends", package)
        if not here():
            raise MissingPackage(f"apt-get could not install {package}")


@cache
def _apt_update() -> None:
    _apt("update")


def _apt(*arguments: str) -> None:
    subprocess.run(
        ["apt-get", "-qq", "-y", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
