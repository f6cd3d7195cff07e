"""Web push on the wire: what a browser alone can open (RFC 8291), and who sends it (RFC 8292).

Some sixty lines on the cryptography library that seals recordings, checked by the example of RFC
8291, in the place of another package for two key derivations and one signature.
"""

import base64
import json
import os
import struct
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ekyc.domain.push import Subscription

_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256's base point (SEC 2, 2.4.2)."""
_RECORD_BYTES = 4096
"""RFC 8291, section 4: one record; push services take no more."""
LONGEST_MESSAGE = 3993
_LAST_RECORD = b"\x02"
_SCALAR_BYTES = 32
_SIGNED_FOR = timedelta(hours=12)
"""RFC 8292 allows a day; clocks differ."""


class Push:
    """The server's own half: its key, by which push services know who sends."""

    def __init__(self, secret: bytes, contact: str) -> None:
        """Derived from the server's key, so every node has the same; `contact`: a mail address."""
        self._key = ec.derive_private_key(_scalar(secret), _CURVE)
        self._contact = contact
        self.public = encoded(_point(self._key))
        """What a browser subscribes with (`applicationServerKey`), base64url."""

    def authorization(self, endpoint: str, now: datetime) -> str:
        """The header that vouches for one request (RFC 8292, section 3)."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + _SIGNED_FOR).timestamp()),
            "sub": f"mailto:{self._contact}",
        }
        signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
        der = self._key.sign(signed.encode(), ec.ECDSA(SHA256()))
        r, s = (each.to_bytes(_SCALAR_BYTES, "big") for each in decode_dss_signature(der))
        return f"vapid t={signed}.{encoded(r + s)}, k={self.public}"


def _scalar(secret: bytes) -> int:
    """A private key from the server's: twice as many bits as needed, so that none is likelier."""
    wide = HKDF(SHA256(), 2 * _SCALAR_BYTES, None, b"ekyc push key").derive(secret)
    return int.from_bytes(wide, "big") % (_ORDER - 1) + 1


def _json(value: object) -> str:
    return encoded(json.dumps(value, separators=(",", ":")).encode())


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """What `encoded` was given, padding or none; `ValueError` for anything else."""
    standard = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    to: Subscription,
    message: bytes,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push: one record of `aes128gcm`, which only that browser opens.

    `key` and `salt` are drawn anew for each message; the RFC's example names them. Raises
    `ValueError` for a point that is not on the curve, and for more than `LONGEST_MESSAGE` bytes.
    """
    if len(message) > LONGEST_MESSAGE:
        raise ValueError("longer than a push may be")
    key, salt = key or ec.generate_private_key(_CURVE), salt or os.urandom(16)
    own = _point(key)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, to.public)
    shared = key.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, to.auth, b"WebPush: info\0" + to.public + own, 32)
    cipher = AESGCM(_derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16))
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + struct.pack("!IB", _RECORD_BYTES, len(own)) + own
    return head + cipher.encrypt(nonce, message + _LAST_RECORD, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
