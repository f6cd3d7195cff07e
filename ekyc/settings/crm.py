"""The bank's own systems: what they are told, and by whose key."""

import base64
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from ekyc.settings.sections import Section

EventName = Literal[
    "application.opened",
    "application.moved",
    "application.deleted",
    "session.opened",
    "precheck.made",
    "callback.confirmed",
    "booking.made",
    "booking.moved",
    "booking.reassigned",
    "booking.cancelled",
    "booking.reminded",
    "booking.due",
    "booking.postponed",
    "booking.declined",
    "booking.answered",
    "booking.missed",
    "ticket.queued",
    "ticket.parked",
    "ticket.returned",
    "recall.asked",
    "recall.made",
    "recall.lapsed",
    "call.started",
    "call.transferred",
    "call.live",
    "call.dropped",
    "call.resumed",
    "call.ended",
    "authorisation.confirmed",
    "contact.entered",
    "recording.finished",
    "result.presented",
    "alert.raised",
    "alert.repeated",
    "alert.acknowledged",
    "alert.ended",
    "decision.made",
]
"""What a CRM may ask to be told of; a test holds it to the catalogue of events."""

_ALWAYS_TOLD: tuple[EventName, ...] = (
    "application.opened",
    "application.moved",
    "application.deleted",
)


class Crm(Section):
    """The bank's own systems."""

    environment: Literal["live", "test"] = Field(
        "live", description="Part of the name of an API key: live or test"
    )
    webhook_url: str = Field("", description="Address that is told of every stage; empty: nobody")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="whsec_… key of the signature (Standard Webhooks)"
    )
    webhook_secret_old: SecretStr = Field(
        SecretStr(""),
        description="The key before: signs too, until the CRM knows the new one",
    )
    webhook_events: list[EventName] = Field(
        default_factory=lambda: list(_ALWAYS_TOLD),
        description="Events the CRM is told of; docs/integrate/webhooks.md lists them",
    )
    webhook_private: bool = Field(False, description="Allow a webhook address in a private network")
    webhook_timeout_s: float = Field(
        10.0, gt=0, description="Longest wait for the CRM's answer, seconds"
    )
    page_max: int = Field(200, ge=1, le=1000, description="Entries in one part of a list at most")
    delivery_log_days: int = Field(
        30, ge=1, description="Tries at webhooks are kept in the log, days"
    )
    replay_max: int = Field(
        1000, ge=1, le=10_000, description="Webhooks sent again by one request at most"
    )
    idempotency_hours: int = Field(24, ge=1, description="An Idempotency-Key is remembered, hours")

    @model_validator(mode="after")
    def webhook_is_signed(self) -> Self:
        """An address needs a key to sign with, and https unless it stays in the house."""
        if self.webhook_url and not self.webhook_private and self.webhook_url[:8] != "https://":
            raise ValueError("webhook_url: https:// only, unless webhook_private is true")
        if self.webhook_url and not is_signing_key(self.webhook_secret.get_secret_value()):
            raise ValueError("webhook_secret: whsec_ and 24 to 64 bytes in base64")
        old = self.webhook_secret_old.get_secret_value()
        if old and not is_signing_key(old):
            raise ValueError("webhook_secret_old: whsec_ and 24 to 64 bytes in base64")
        return self


def is_signing_key(text: str) -> bool:
    """As Standard Webhooks asks for."""
    prefix, _, coded = text.partition("_")
    try:
        return prefix == "whsec" and 24 <= len(base64.b64decode(coded, validate=True)) <= 64
    except ValueError:
        return False
