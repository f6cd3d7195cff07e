"""A real server as processes of its own, with a folder of its own: started, looked at, killed."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

import ekyc
from ekyc.bench.plan import Process

STARTS_WITHIN_S = 90.0
DIES_WITHIN_S = 15.0
"""A worker without a server closes its recordings first; longer than this it is an orphan."""

_LOOK_S = 0.05

COMMAND = (sys.executable, "-m", "ekyc", "serve", "--demo")
_MODULES: Mapping[Process, tuple[str, ...]] = {
    Process.MEDIA: ("ekyc.media.worker",),
    Process.VISION: ("ekyc.vision.worker", "ekyc.vision.pose_worker"),
}


class NotStarted(RuntimeError):
    """The server did not come up; the text is the last thing it said."""


@dataclass(frozen=True, slots=True)
class Running:
    """One process; a number is used again, the number with its start is not."""

    pid: int
    started: str
    module: str


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class House:
    """One data folder and the server on it, if it runs."""

    def __init__(
        self, folder: Path, settings: str, *, port: int, command: Sequence[str] = COMMAND
    ) -> None:
        self.folder, self._port, self._command = folder, port, [*command, "--port", str(port)]
        self.address = f"http://127.0.0.1:{port}"
        self._process: asyncio.subprocess.Process | None = None
        config = folder / "config.toml"
        config.write_text(settings, encoding="utf-8")
        known = {name: value for name, value in os.environ.items() if not name.startswith("EKYC_")}
        home = str(Path(ekyc.__file__).parent.parent)
        self._environment = {**known, "EKYC_CONFIG": str(config), "PYTHONPATH": home}

    @property
    def log(self) -> Path:
        """Everything the server ever said."""
        return self.folder / "server.log"

    async def start(self) -> None:
        """As an operator does after a crash: the same command; raises `NotStarted`."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self.folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTS_WITHIN_S
        async with aiohttp.ClientSession() as http:
            while not await self._is_up(http):
                if self._process.returncode is not None or time.monotonic() > deadline:
                    raise NotStarted(self._last_words())
                await asyncio.sleep(0.1)

    def _last_words(self) -> str:
        return (self.log.read_text(errors="replace").splitlines() or [""])[-1]

    async def _is_up(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(f"{self.address}/healthz") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, OSError):
            return False

    def family(self) -> list[Running]:
        """The server's process and all that come from it, the server first."""
        if self._process is None:
            return []
        return _family(self._process.pid)

    def targets(self, process: Process) -> list[Running]:
        """The processes of this kind that run now."""
        family = self.family()
        if process is Process.MACHINE:
            return family
        if process is Process.WEB:
            return family[:1]
        return [one for one in family if one.module in _MODULES[process]]

    def kill(self, targets: Sequence[Running]) -> datetime:
        """End these at once, as a crash does; the instant it happened."""
        now = datetime.now(UTC)
        for one in targets:
            if is_alive(one):
                os.kill(one.pid, signal.SIGKILL)
        return now

    async def gone(
        self, family: Sequence[Running], within_s: float = DIES_WITHIN_S
    ) -> list[Running]:
        """Wait until none of these runs; those that still do after so long."""
        left = [one for one in family if is_alive(one)]
        for _ in range(round(within_s / _LOOK_S)):
            if not left:
                break
            await asyncio.sleep(_LOOK_S)
            left = [one for one in left if is_alive(one)]
        return left

    async def died(self) -> None:
        """The server's own process has ended."""
        if self._process is not None:
            await self._process.wait()

    async def stop(self, within_s: float = 60.0) -> int | None:
        """SIGTERM; its exit code, None when it had to be killed."""
        assert self._process is not None  # it was started
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(within_s):
                return await self._process.wait()
        except TimeoutError:
            self.kill(self.family())
            return None


def is_alive(one: Running) -> bool:
    """Whether this very process still runs; one that waits to be buried does not."""
    found = _read(one.pid)
    return found is not None and found[1] == one.started and found[2] != "Z"


def _family(pid: int) -> list[Running]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (found := _read(int(entry.name))) is not None:
            parents.setdefault(found[0], []).append(int(entry.name))
    family: list[Running] = []
    waiting = [pid]
    while waiting:
        member = waiting.pop(0)
        if (found := _read(member)) is not None and found[2] != "Z":
            family.append(Running(member, found[1], _module(member)))
        waiting += sorted(parents.get(member, []))
    return family


def _read(pid: int) -> tuple[int, str, str] | None:
    """(parent, start in ticks since boot, state) of a process (proc(5), stat)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, parent, *rest = text.rpartition(")")[2].split()
    return int(parent), rest[17], state


def _module(pid: int) -> str:
    """What follows -m on its command line; empty for another program."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    return words[words.index("-m") + 1] if "-m" in words else ""
