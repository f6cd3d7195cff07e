"""Ringing by push: which services may be posted to, and how long a message keeps."""

import re

from pydantic import Field, field_validator

from ekyc.settings.sections import Section

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost):\d{1,5}")


class Push(Section):
    """Ringing a browser while no page is open: a customer's, or an agent's who wishes it."""

    enabled: bool = Field(True, description="Customers are offered to be rung by their browser")
    services: list[str] = Field(
        default_factory=lambda: [
            "fcm.googleapis.com",
            "push.services.mozilla.com",
            "push.apple.com",
            "notify.windows.com",
        ],
        description="Hosts of push services, with everything under them; nobody else is posted to",
    )
    devices_max: int = Field(
        3, ge=1, le=20, description="Browsers of one customer; one more takes the oldest's place"
    )
    keep_days: int = Field(
        90, ge=1, description="A browser nobody subscribed again is forgotten after, days"
    )
    timeout_s: float = Field(
        10.0, gt=0, description="Longest wait for a push service's answer, seconds"
    )

    @field_validator("services")
    @classmethod
    def services_are_hosts(cls, services: list[str]) -> list[str]:
        """Refuse what would be posted to anywhere; an origin is for tests, on loopback alone."""
        for service in services:
            if not (_HOST.fullmatch(service) or _LOOPBACK.fullmatch(service)):
                raise ValueError("a host as push.example.com")
        return services
