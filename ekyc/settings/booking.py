"""Appointments, and the mail server."""

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from ekyc.settings.sections import Section
from ekyc.settings.week import week


class Booking(Section):
    """Appointments for the call."""

    slot_min: int = Field(
        30, ge=5, le=240, description="Appointments begin this far apart and last as long, minutes"
    )
    opening: list[str] = Field(
        ["08:00-20:00"] * 6 + [""],
        description="Opening hours in the bank's zone, Monday first: 08:00-20:00; empty: closed",
    )
    days_ahead: int = Field(7, ge=1, le=60, description="How far ahead times are offered, days")
    lead_min: float = Field(
        15, ge=0, description="The first time offered begins this long from now, minutes"
    )
    buffer_min: int = Field(
        0, ge=0, description="Of each slot so long is left free after the call, minutes"
    )
    kept_for_now: int = Field(
        0, ge=0, description="Agents on shift who are not booked: they answer who calls now"
    )
    exact_min: int = Field(
        5,
        ge=0,
        le=60,
        description="Customers may name another time in steps of so many minutes; 0: slots alone",
    )
    holds_per_hour: int = Field(
        40, ge=1, description="Times one customer may look at within an hour"
    )
    bookings_per_day: int = Field(
        10,
        ge=1,
        description="Times one customer may book within a day, moved and cancelled ones too",
    )
    places_per_network_hour: int = Field(
        100,
        ge=1,
        description="Places taken from one network within an hour; staff.network_v4_bits says how "
        "wide a network is",
    )
    hold_s: float = Field(
        300, gt=0, description="A time is held this long while the customer chooses, seconds"
    )
    moves_max: int = Field(3, ge=0, description="One appointment may be moved so often")
    change_until_min: float = Field(
        10, ge=0, description="Moving and cancelling end this long before the time, minutes"
    )
    misses_max: int = Field(
        3, ge=1, description="After so many missed appointments a customer can only call now"
    )
    remind_min: list[int] = Field(
        [1440, 60, 5], description="Reminders go out this long before the time, minutes"
    )
    announce_min: float = Field(
        5, ge=0, description="An agent who wishes it is told by push so long before, minutes"
    )
    page_s: float = Field(
        10.0, ge=0, description="At the time the link goes out if no page is open by then, seconds"
    )
    answer_s: float = Field(
        45.0,
        gt=0,
        description="The customer's page rings this long once the agent is there, seconds",
    )
    late_s: float = Field(
        600.0, gt=0, description="A customer who is not there counts as missing after, seconds"
    )
    agent_late_s: float = Field(
        300.0, gt=0, description="A customer who is there waits for an agent this long, seconds"
    )

    rings_max: int = Field(
        3,
        ge=1,
        le=10,
        description="A customer who is not there at the time is rung so often",
    )
    ring_again_s: float = Field(
        150.0, gt=0, description="A customer who is not there is rung again after, seconds"
    )
    postpone_min: float = Field(
        5.0, gt=0, le=60, description="A customer who is rung may ask for so long, minutes"
    )
    postpones_max: int = Field(
        2, ge=0, le=10, description="So often for one appointment; 0: answer or decline"
    )

    result_calls: bool = Field(
        True, description="After the verdict a call may be booked in which the result is explained"
    )
    result_lead_min: float = Field(
        1440,
        ge=0,
        description="Its first time begins this long from now, so that the file is read; minutes",
    )

    @model_validator(mode="after")
    def a_call_has_time(self) -> Self:
        """Refuse a buffer that leaves nothing of the slot."""
        if self.buffer_min >= self.slot_min:
            raise ValueError("buffer_min: the whole of slot_min")
        return self

    @field_validator("opening")
    @classmethod
    def a_week_has_seven_days(cls, opening: list[str]) -> list[str]:
        """Refuse what could not be read later."""
        return week(opening)


class Mail(Section):
    """Mail to the bank's own people, and to customers whose mailbox is known."""

    host: str = Field("", description="SMTP server; empty: no mail is sent")
    port: int = Field(587, ge=1, le=65535, description="Its TCP port")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls, tls, or none for a server on this machine"
    )
    login: str = Field("", description="Account at the server; empty: none is needed")
    password: SecretStr = Field(SecretStr(""), description="Its password")
    sender: str = Field("ekyc@localhost", description="Address mail comes from")
    timeout_s: float = Field(10.0, gt=0, description="Longest wait for the server, seconds")
