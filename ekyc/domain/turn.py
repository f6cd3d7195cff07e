"""Names for the TURN server that are good for one join: shared secret, no account anywhere.

draft-uberti-behave-turn-rest-00, as coturn's `use-auth-secret` reads it.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a browser shows to the TURN server; the name says until when, and for which room."""

    username: str
    password: str


def credentials(secret: str, *, seat: str, until: datetime) -> Credentials:
    """A name for this seat in a room; it crosses the network in clear, so it names nobody."""
    username = f"{int(until.timestamp())}:{seat}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    return Credentials(username=username, password=base64.b64encode(digest).decode())
