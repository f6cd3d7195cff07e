"""Names the Debian packages a command still needs, found out by loading and looking, one a line.

`needed PACKAGE` must be there; `wanted PACKAGE` is better there (a compiler: calls cost more
without; the OCR program: a stand-in from a wheel does its work otherwise). Standard library only:
it runs before anything is installed.
"""

import ctypes
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

LIBRARIES = {
    "libGL.so.1": "libgl1",  # OpenCV
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libEGL.so.1": "libegl1",  # mediapipe
    "libGLESv2.so.2": "libgles2",
}
NODE = {"libatomic.so.1": "libatomic1", "libstdc++.so.6": "libstdc++6"}
"""Node runs playwright and the checks of static/; it comes from wheels, but for these."""

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")


def loads(library: str) -> bool:
    """Whether the dynamic linker finds it, wherever this system keeps it."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def for_running() -> Iterator[str]:
    """What the product itself needs."""
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        is_default = Path(shutil.which("python3") or "").resolve().name == f"python{version}"
        yield "python3-venv" if is_default else f"python{version}-venv"
    yield from unloadable(LIBRARIES)


def unloadable(libraries: dict[str, str]) -> Iterator[str]:
    """The packages of those that do not load."""
    yield from (package for library, package in libraries.items() if not loads(library))


def for_testing() -> Iterator[str]:
    """What its tests need besides."""
    if not any(shutil.which(browser) for browser in BROWSERS):
        yield "chromium-headless-shell"
    if not shutil.which("chromium"):  # the shell denies notifications
        yield "chromium"
    if not shutil.which("dbus-daemon"):
        yield "dbus-daemon"
    bindings = Path("/usr/lib/python3/dist-packages")
    yield from (f"python3-{name}" for name in ("dbus", "gi") if not (bindings / name).is_dir())
    if not (shutil.which("postgres") or any(Path("/usr/lib/postgresql").glob("*/bin/postgres"))):
        yield "postgresql"
    if not shutil.which("turnserver"):
        yield "coturn"


def main(purpose: str) -> None:
    """Print the list for `run`, `check` or `test`."""
    needed = [
        *for_running(),
        *(unloadable(NODE) if purpose in {"check", "test"} else ()),
        *(for_testing() if purpose == "test" else ()),
    ]
    has_compiler = shutil.which("gcc") and Path("/usr/include/stdint.h").exists()
    wanted = [] if has_compiler else ["gcc", "libc6-dev"]
    if purpose == "test" and not shutil.which("tesseract"):
        wanted += ["tesseract-ocr", "tesseract-ocr-vie"]
    lines = [f"needed {package}" for package in dict.fromkeys(needed)]
    lines += [f"wanted {package}" for package in wanted]
    if lines:
        print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1])
