"""A real coturn with the configuration we ship, on loopback, for tests."""

import asyncio
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from ekyc.demo import authority
from ekyc.domain.turn import credentials
from ekyc.media.turn import NoRelay, relayed

HOST = "127.0.0.1"
SHIPPED = Path(__file__).parents[1] / "deploy" / "turnserver.conf"


@dataclass(frozen=True, kw_only=True)
class Relay:
    """A running TURN server, and what it takes to use it."""

    udp: str
    tls: str
    secret: str
    secret_file: Path
    authority: bytes


@asynccontextmanager
async def coturn(folder: Path) -> AsyncIterator[Relay]:
    """The shipped configuration with this machine's addresses, a certificate, and a secret."""
    program = shutil.which("turnserver") or pytest.fail("coturn is not installed: ./run test")
    signer = await asyncio.to_thread(authority.Authority, folder / "ca", authority.now())
    await asyncio.to_thread(signer.tls, [HOST], "")
    relay = _relay(folder, signer.identity.der)
    configuration = folder / "turnserver.conf"
    configuration.write_text(_configuration(folder, relay))
    with (folder / "turn.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program, "-c", str(configuration), stdout=log, stderr=log, cwd=folder
        )
    try:
        await _answers(relay, folder / "turn.log")
        yield relay
    finally:
        process.kill()
        await process.wait()


def _relay(folder: Path, certificate: bytes) -> Relay:
    text, kept = secrets.token_hex(32), folder / "turn.secret"
    kept.touch(mode=0o600)
    kept.write_text(text + "\n")
    return Relay(
        udp=f"turn:{HOST}:{_free(socket.SOCK_DGRAM)}?transport=udp",
        tls=f"turns:{HOST}:{_free(socket.SOCK_STREAM)}?transport=tcp",
        secret=text,
        secret_file=kept,
        authority=certificate,
    )


def _free(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _configuration(folder: Path, relay: Relay) -> str:
    ours = {
        "listening-port": relay.udp.split(":")[2].partition("?")[0],
        "tls-listening-port": relay.tls.split(":")[2].partition("?")[0],
        "listening-ip": HOST,
        "relay-ip": HOST,
        "cert": str(folder / "ca" / "server.pem"),
        "pkey": str(folder / "ca" / "server.key"),
        "static-auth-secret": relay.secret,
        "allowed-peer-ip": HOST,
    }
    lines = []
    for line in SHIPPED.read_text().splitlines():
        name = line.partition("=")[0]
        lines.append(f"{name}={ours.pop(name)}" if name in ours else line)
    assert not ours, f"not in {SHIPPED.name}: {list(ours)}"
    own = [f"pidfile={folder}/turn.pid", f"userdb={folder}/turndb", "allow-loopback-peers"]
    return "\n".join([*lines, *own]) + "\n"


async def _answers(relay: Relay, log: Path) -> None:
    soon = authority.now() + timedelta(minutes=1)
    name = credentials(relay.secret, seat="test", until=soon)
    for _ in range(50):
        try:
            await relayed(relay.udp, name, within_s=0.2)
        except NoRelay:
            await asyncio.sleep(0.1)
        else:
            return
    said = await asyncio.to_thread(log.read_text)
    pytest.fail(f"coturn does not answer:\n{said[-3000:]}")
