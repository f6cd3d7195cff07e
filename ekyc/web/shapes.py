"""What the pages are answered, described: the views themselves are put together elsewhere."""

from typing import Any, Literal

from pydantic import BaseModel

from ekyc.domain.handover import Device, Purpose
from ekyc.web.contact_shapes import OwedView, OwnAuthorisation
from ekyc.web.guest_shapes import GuestView, InvitationView, SummonsView
from ekyc.web.line_shapes import OwnDeviceTest
from ekyc.web.queue_shapes import ProspectView, TicketView

Instants = str
"""ISO 8601, UTC."""


class Coded(BaseModel):
    """A code with its sentence."""

    code: str
    message: str


class ConflictView(BaseModel):
    """Two sources of one field disagree."""

    field: str
    sources: dict[str, str]


class FileConflict(ConflictView):
    """As staff see it: a signal of fraud where two machine-readable sources disagree."""

    signal: bool


class OtherFile(BaseModel):
    """Another file with a number of this one."""

    id: str
    reference: str


class FlagView(BaseModel):
    """One thing that wants a second look; it decides nothing."""

    code: str
    field: str | None
    message: str
    others: list[OtherFile]


class ChipView(BaseModel):
    """What the authentication of a chip's data came to."""

    state: Literal["authentic", "not-authentic", "unchecked"]
    reason: str | None
    given_at: Instants


class PortraitView(BaseModel):
    """A picture of the holder; one that is too small is not compared with a face."""

    id: str
    of: Literal["chip", "app", "card"]
    width_px: int
    too_small: bool
    kept_at: Instants
    url: str


class PhotographView(BaseModel):
    """The photograph of a side that counts."""

    state: str
    at: Instants
    faults: list[Coded]


class FormField(BaseModel):
    """One line of the customer's form."""

    name: str
    value: str
    confidence: float | None
    doubtful: bool
    source: str | None
    sources: dict[str, str]


class DocumentView(BaseModel):
    """Which document, and the sides of it that are photographed."""

    kind: str
    sides: list[str]


class OwnStill(BaseModel):
    """A photograph the agent asks for."""

    id: str
    of: Literal["document", "face"]
    view: str | None
    """How it is to be held; null: as it is."""
    left: int
    """How many are asked for after it."""


class OwnQuestion(BaseModel):
    """What the agent asks aloud now."""

    id: str
    topic: str


class OwnCallCode(BaseModel):
    """The code of the call, to be typed in."""

    channel: Literal["sms", "mail"]
    sent_at: Instants
    expires_at: Instants
    tries_left: int


class OwnCall(BaseModel):
    """The customer's call."""

    id: str
    state: str
    seconds_left: int | None
    still: OwnStill | None
    question: OwnQuestion | None
    code: OwnCallCode | None
    authorisation: OwnAuthorisation | None
    """The last one asked for in the call."""
    callback: bool
    """A link was mailed at which the code the agent tells can be typed now."""
    place_decimals: int | None
    """How exactly the page may say where it is; null: nobody asks."""


class OwnDecision(BaseModel):
    """The verdict as the customer reads it."""

    verdict: str
    reasons: list[Coded]
    at: Instants
    may_resume: bool


class HelpView(BaseModel):
    """How many photographs failed in a row, and which way of help was asked for last."""

    failed: int
    asked: str | None


class HandoverView(BaseModel):
    """The way to the telephone: `here` and `over` are said to the telephone, the rest elsewhere."""

    state: Literal["offered", "expired", "taken", "here", "over"]
    purpose: Purpose
    expires_at: Instants
    taken_at: Instants | None
    device: Device | None


class HandoverOffer(BaseModel):
    """A fresh code, drawn; what it says is known to the picture alone."""

    picture: str
    """SVG."""
    expires_at: Instants


class CustomerView(BaseModel):
    """Where the customer stands."""

    id: str
    reference: str
    stage: str
    language: str
    slow_speech: bool
    page: str
    consents: dict[str, str | list[str]]
    phone: dict[str, str | bool]
    code: dict[str, str | int] | None
    document: DocumentView | None
    photographs: dict[str, PhotographView | None]
    help: HelpView
    fields: list[FormField]
    conflicts: list[ConflictView]
    handover: HandoverView | None
    device_test: OwnDeviceTest | None
    ticket: TicketView | None
    prospect: ProspectView | None
    call: OwnCall | None
    decision: OwnDecision | None
    now: Instants


class ChallengeView(BaseModel):
    """A right password waits for its code."""

    challenge: str


class MemberView(BaseModel):
    """Who is signed in."""

    id: str
    login: str
    name: str
    role: str
    language: str


class WaitingView(BaseModel):
    """Somebody in line, as the desk sees it."""

    ticket: str
    application: str
    reference: str
    name: str
    document: str
    waited_s: int
    state: str


class DeskCall(BaseModel):
    """The call that rings or runs at this desk."""

    id: str
    application: str
    state: str
    ring_seconds_left: int | None
    live_since: Instants | None
    guests: list[GuestView]
    """Without supervisors: what they did stands in the file."""


class DeskView(BaseModel):
    """Where the desk stands."""

    state: str
    since: Instants
    devices_ready: bool
    late_s: float
    """Who waits longer is late."""
    queue: list[WaitingView]
    summons: list[SummonsView]
    """For supervisors; empty for everybody else."""
    groups: list[str]
    """Who has the skill of one of these may be given a call, whoever is free."""
    devices: list[str]
    """SHA-256 of the addresses of the browsers that are told by push."""
    today: dict[str, int | float | None]
    call: DeskCall | None
    guest: InvitationView | None
    owed: OwedView | None
    """No other call is taken before it is written."""
    wrap_up_until: Instants | None
    now: Instants


class IdView(BaseModel):
    """What was made."""

    id: str


class FileEntry(BaseModel):
    """One line of the list of files."""

    id: str
    reference: str
    name: str
    stage: str
    verdict: str | None
    updated_at: Instants
    document: str
    summons: list[str]
    """Why it needs the supervisor who asks; empty for everybody else."""


class FilesView(BaseModel):
    """One part of the files, last touched first."""

    files: list[FileEntry]
    next: str | None
    """Ask on with it as `cursor`; null at the end."""


class FactView(BaseModel):
    """One fact of a file's time line."""

    sequence: int
    name: str
    at: Instants
    actor: dict[str, str]
    data: dict[str, Any]
    call_s: float | None


class FileView(BaseModel):
    """A customer's file as staff see it."""

    id: str
    reference: str
    stage: str
    language: str
    slow_speech: bool
    vulnerable: bool
    service: str
    """What the customer has or asks for, as the CRM named it; may be empty."""
    name: str
    phone_masked: str
    phone_source: str
    document: str
    opened_at: Instants
    stages: list[dict[str, str]]
    timeline: list[FactView]
    consents: list[dict[str, str]]
    photographs: list[dict[str, Any]]
    portraits: list[PortraitView]
    chip: ChipView | None
    comparisons: list[dict[str, Any]]
    signals: list[dict[str, Any]]
    clearances: list[dict[str, Any]]
    signs: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    conflicts: list[FileConflict]
    flags: list[FlagView]
    calls: list[dict[str, Any]]
    checklist: list[dict[str, Any]]
    features: list[dict[str, Any]]
    features_needed: int
    note: str
    decision: dict[str, Any] | None
    appointment: dict[str, str] | None
    may: dict[str, bool | list[Coded]]
    reasons: dict[str, list[Coded]]


Second = tuple[int, float, float, float | None, float, int, int]
"""Second of the call, kbit/s, share lost, way there and back in ms, pictures, width, height."""


class LineView(BaseModel):
    """What came from each party of a call, second by second, and what counts as bad."""

    customer: list[Second]
    agent: list[Second]
    weak: dict[str, float]
    bad: dict[str, float]


class SoFarView(BaseModel):
    """A recording that is not finished: where it plays, and how long it is until now."""

    url: str
    duration_ms: int


class HealthView(BaseModel):
    """The process answers."""

    status: str
    version: str


class ConfigView(BaseModel):
    """What every page needs to know."""

    demo: bool
    bank: dict[str, str]
    languages: list[str]
    documents: list[str]
    """The kinds a customer may photograph, in the order they are offered."""
    push: str  # the key browsers subscribe with; empty: nobody is rung
    capture: dict[str, bool | int]
    """`auto`: the page may take the picture by itself; `gallery`: pictures of the device count;
    `failures`: so many in a row, and a person's help is offered."""
    limits: dict[str, int]
