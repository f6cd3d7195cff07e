"""Opaque tokens: 256 random bits go out, only their SHA-256 is kept.

A plain hash is enough: nobody guesses 256 random bits, however fast the hash is.
"""

import hashlib
import secrets


def new() -> str:
    """256 random bits, fit for an URL."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token, in hex."""
    # Whoever asks chooses the bytes; a header that is not UTF-8 is no token of ours, and no crash.
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()
