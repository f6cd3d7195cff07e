"""A push service on loopback: it checks who sends (RFC 8292) and opens what is sent (RFC 8291).

The browser's half is played here too: its keys are the test's, so that the test reads the message.
"""

import json
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ekyc.notify.push import decoded, encoded

_CURVE = ec.SECP256R1()


@dataclass(kw_only=True)
class Browser:
    """One subscription: its keys, and what came for it."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(_CURVE))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    endpoint: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def public(self) -> bytes:
        """Its point, uncompressed."""
        form = PublicFormat.UncompressedPoint
        return self.key.public_key().public_bytes(Encoding.X962, form)

    @property
    def keys(self) -> dict[str, str]:
        """As `PushSubscription.toJSON` says them."""
        return {"p256dh": encoded(self.public), "auth": encoded(self.auth)}

    def open(self, body: bytes) -> bytes:
        """What only this browser can read; raises for anything that was not meant for it."""
        salt, (size, length) = body[:16], struct.unpack("!IB", body[16:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, sender)
        info = b"WebPush: info\0" + self.public + sender
        secret = _derived(self.key.exchange(ec.ECDH(), point), self.auth, info, 32)
        key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        message, mark, rest = padded.rpartition(b"\x02")
        assert mark
        assert not rest.strip(b"\0")
        return message


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


@dataclass(kw_only=True)
class PushService:
    """What the vendor's service does: takes, checks, keeps; or answers as the test says."""

    origin: str = ""
    status: int = 201
    known_key: str = ""
    """The server's, as the browser was given it when it subscribed; empty: any."""
    browsers: dict[str, Browser] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def subscribe(self) -> Browser:
        """A browser that takes messages here."""
        browser = Browser()
        path = f"/send/{encoded(os.urandom(12))}"
        browser.endpoint = self.origin + path
        self.browsers[path] = browser
        return browser

    async def take(self, request: web.Request) -> web.Response:
        """One message."""
        body = await request.read()
        if fault := self._fault(request.headers.get("Authorization", "")):
            self.refused.append(fault)
            return web.Response(status=403)
        if request.headers.get("Content-Encoding") != "aes128gcm" or "TTL" not in request.headers:
            self.refused.append("headers")
            return web.Response(status=400)
        if self.status != 201:
            return web.Response(status=self.status)
        browser = self.browsers[request.path]
        browser.messages.append(json.loads(browser.open(body)))
        browser.headers.append(dict(request.headers))
        return web.Response(status=201)

    def _fault(self, header: str) -> str:
        """Why a sender is not let in; empty when all is well."""
        kind, _, rest = header.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if kind != "vapid" or parts.keys() != {"t", "k"}:
            return "no vapid"
        if self.known_key and parts["k"] != self.known_key:
            return "another key than the subscription's"
        signed, _, signature = parts["t"].rpartition(".")
        raw = decoded(signature)
        der = encode_dss_signature(*(int.from_bytes(half, "big") for half in (raw[:32], raw[32:])))
        point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, decoded(parts["k"]))
        point.verify(der, signed.encode(), ec.ECDSA(SHA256()))
        claims = json.loads(decoded(signed.partition(".")[2]))
        ahead_s = claims["exp"] - datetime.now(UTC).timestamp()
        is_well = claims["aud"] == self.origin and claims["sub"].startswith("mailto:")
        return "" if is_well and ahead_s > 0 else "claims"


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    """On a free port of loopback."""
    service = PushService()
    app = web.Application()
    app.router.add_post("/send/{id}", service.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    service.origin = f"http://{host}:{port}"
    try:
        yield service
    finally:
        await runner.cleanup()
