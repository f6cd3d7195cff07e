"""Opaque tokens: 256 random bits go out, only their SHA-256 is kept.

A plain hash is enough: nobody guesses 256 random bits, however fast the hash is. Where an answer
with a token in it must be given once more, it is kept sealed by the server's key.
"""

import base64
import hashlib
import hmac
import os
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def new() -> str:
    """256 random bits, fit for an URL."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token, in hex."""
    # Whoever asks chooses the bytes; a header that is not UTF-8 is no token of ours, and no crash.
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


def seal(secret: bytes, text: str) -> str:
    """AES-256-GCM under a key of this use's own; `secret` is the server's key."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(secret).encrypt(nonce, text.encode(), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(secret: bytes, sealed: str) -> str:
    """What `seal` was given; `InvalidTag` under another key."""
    raw = base64.urlsafe_b64decode(sealed)
    return _cipher(secret).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(hmac.digest(secret, b"tokens.seal", "sha256"))
