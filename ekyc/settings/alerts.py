"""Alerts to supervisors: when the queue does not keep what it promises."""

from pydantic import Field, field_validator

from ekyc.settings.sections import Section


class Alerts(Section):
    """When supervisors are alerted to the queue, and how often."""

    every_s: float = Field(15.0, gt=0, description="The queue is looked at so often, seconds")
    late: int = Field(
        1,
        ge=0,
        description="So many customers who wait longer than queue.late_s raise an alert; 0: none",
    )
    nobody_s: float = Field(
        60.0,
        ge=0,
        description="Customers who wait so long with nobody at work who may serve them raise one, "
        "seconds",
    )
    missed_share: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Waits that took longer than their range told raise one above this share of "
        "the last 200 (0 to 1)",
    )
    promises_min: int = Field(
        20, ge=1, description="With fewer waits something came of, ranges raise none"
    )
    calm_s: float = Field(
        300.0, ge=0, description="An alert is over when it has not been so for, seconds"
    )
    repeat_min: float = Field(
        15.0, gt=0, description="Until it is acknowledged it is told again after, minutes"
    )
    repeats_max: int = Field(3, ge=0, le=20, description="So often it is told again at most")
    mail_to: list[str] = Field(
        default_factory=list,
        description="Mail addresses that are told as well, by the server of [mail]",
    )

    @field_validator("mail_to")
    @classmethod
    def addresses_are_mail(cls, mail_to: list[str]) -> list[str]:
        """Refuse what no server could deliver to."""
        for address in mail_to:
            name, _, host = address.partition("@")
            if not name or not host or any(mark.isspace() for mark in address):
                raise ValueError("mail_to: addresses as duty@bank.example")
        return mail_to
