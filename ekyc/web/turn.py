"""What a page gets with its pass: the ways its media may go."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ekyc.domain.turn import Credentials, credentials
from ekyc.journey.call import Entry
from ekyc.settings import Ice
from ekyc.storage import secret


class Turn:
    """The bank's TURN server, if there is one; raises `BadKey` when its secret cannot be had."""

    def __init__(self, ice: Ice) -> None:
        self._ice = ice
        self._secret = secret.shared(Path(ice.turn_secret_file)) if ice.turn_urls else ""

    def joined(self, entry: Entry, now: datetime) -> dict[str, Any]:
        """The pass, and the ways; a `PassView`."""
        ice = {"servers": self._servers(entry, now), "relay_only": self._ice.relay_only}
        return {"pass": entry.token, "ice": ice}

    def _servers(self, entry: Entry, now: datetime) -> list[dict[str, Any]]:
        if not self._ice.turn_urls:
            return []
        given = self.name(f"{entry.room}-{entry.party.value}", now)
        return [
            {
                "urls": self._ice.turn_urls,
                "username": given.username,
                "credential": given.password,
            }
        ]

    def name(self, seat: str, now: datetime) -> Credentials:
        """A name that is good from now on for `ice.turn_minutes`."""
        until = now + timedelta(minutes=self._ice.turn_minutes)
        return credentials(self._secret, seat=seat, until=until)
