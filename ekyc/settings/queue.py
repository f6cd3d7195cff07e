"""The table of the queue: who waits, who answers, and by which rules they meet."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from ekyc.settings.sections import Section
from ekyc.settings.week import week


class Group(Section):
    """Customers who need agents with one skill; the first group whose marks fit counts."""

    name: str = Field(pattern="^[a-z0-9-]{1,24}$", description="What it is called")
    languages: list[Literal["vi", "en"]] = Field(default_factory=list)
    products: list[str] = Field(default_factory=list)
    regions: list[str] = Field(default_factory=list)
    skill: str = Field("", pattern="^([a-z0-9-]{1,24})?$")
    overflow_s: float = Field(120.0, ge=0)
    overflow: str = ""


class Queue(Section):
    """Who waits, and who answers."""

    ring_s: float = Field(
        15.0, gt=0, description="Ringing time before a call counts as not answered, seconds"
    )
    sla_share: float = Field(
        0.9,
        gt=0,
        le=1,
        description="For so many customers the wait is to stay below late_s, share (0 to 1)",
    )
    wrap_up_s: float = Field(
        10.0, ge=0, description="Least time between two calls of one agent, seconds"
    )
    verdict_min: float = Field(
        30.0,
        gt=0,
        description="A call ended without its verdict goes back: the customer calls again, minutes",
    )
    presence_s: float = Field(
        60.0, gt=0, description="A customer whose page is gone keeps the place this long, seconds"
    )
    desk_presence_s: float = Field(
        15.0, gt=0, description="An available agent whose page is gone is away after, seconds"
    )
    device_test_min: float = Field(
        60.0, gt=0, description="A customer's device test counts this long, minutes"
    )
    weak_loss: float = Field(
        0.05, ge=0, le=1, description="More lost packets than this make a weak line, share (0 to 1)"
    )
    weak_rtt_ms: float = Field(
        400.0, gt=0, description="A longer way there and back makes a weak line, milliseconds"
    )
    weak_kbps: float = Field(
        80.0, ge=0, description="Less picture and sound than this make a weak line, kbit/s"
    )
    poll_s: float = Field(
        2.0, gt=0, description="Matching looks again at least this often, seconds"
    )
    batch: int = Field(20, ge=1, description="Pairs matched in one transaction at most")
    waiting_max: int = Field(
        300, ge=1, description="With so many waiting, the parked left out, nobody else may call now"
    )
    opening: list[str] = Field(
        ["00:00-24:00"] * 7,
        description="When customers may call now, in the bank's zone, Monday first: 08:00-20:00; "
        "empty: not that day",
    )
    recall_lead_s: float = Field(
        180.0,
        ge=0,
        description="Who is away is told when the turn may come within so long, seconds",
    )
    recall_wait_s: float = Field(
        300.0, gt=0, description="Who was told has so long to come back, seconds"
    )
    recalls_max: int = Field(
        2,
        ge=0,
        le=5,
        description="Who was told so often and did not come loses the place; 0: nobody is told",
    )
    asked_max: int = Field(
        300, ge=0, description="Customers who are away and asked to be told at most"
    )
    late_s: float = Field(
        300.0, gt=0, description="Who waits longer is marked at the desks and counted, seconds"
    )
    groups: list[Group] = Field(
        default_factory=list,
        description="Customers who need agents with a skill; docs/operate/queue.md has the keys",
    )
    any_language_s: float = Field(
        300.0,
        ge=0,
        description="After this wait an agent who does not speak the customer's language helps, "
        "seconds; 0: never",
    )
    call_min: float = Field(
        6.0,
        gt=0,
        description="A call is expected to take so long before there were any, minutes; then the "
        "last calls say it",
    )
    allocation: Literal["longest-idle", "random"] = Field(
        "longest-idle",
        description="Who of several free agents is rung: longest-idle, or random (against "
        "collusion; the draw is committed to before)",
    )

    @field_validator("opening")
    @classmethod
    def a_week_has_seven_days(cls, opening: list[str]) -> list[str]:
        """Refuse what could not be read later."""
        return week(opening)

    @model_validator(mode="after")
    def groups_know_each_other(self) -> Self:
        """Refuse two groups of one name, and an overflow into nowhere."""
        names = [group.name for group in self.groups]
        if len(set(names)) < len(names):
            raise ValueError("queue.groups: two have the same name")
        unknown = {group.overflow for group in self.groups} - {"", *names}
        if unknown:
            raise ValueError(f"queue.groups: overflow into {', '.join(sorted(unknown))}: no such")
        return self
