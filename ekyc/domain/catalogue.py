"""What the CRM may be told: one table of events and the shape of each one's data.

The schemas that are served, the documentation and the settings' choice all come from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ekyc.domain.alert import Why
from ekyc.domain.application import Stage
from ekyc.domain.appointment import Side
from ekyc.domain.call import EndReason, Party
from ekyc.domain.contact import OrderedBy
from ekyc.domain.decision import REASONS, Verdict
from ekyc.domain.device_test import Network

Schema = Mapping[str, object]
_ID: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_PARTY: Schema = {"enum": [party.value for party in Party]}
_VERDICT: Schema = {"enum": [verdict.value for verdict in Verdict]}
_DAY: Schema = {"type": "string", "format": "date"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_BOOKING: Mapping[str, Schema] = {"appointment": _ID, "time": _INSTANT, "agent": _ID}
_TICKET: Mapping[str, Schema] = {
    "ticket": _ID,
    "number": _COUNT,
    "attempt": _COUNT,
    "priority": _COUNT,
    "group": _ID,
    "language": _ID,
}
_ALERT: Mapping[str, Schema] = {"alert": _ID, "why": {"enum": [why.value for why in Why]}}
_REASONS = [code for verdict in Verdict for code in REASONS[verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One kind of event as the CRM sees it."""

    about: str
    data: Mapping[str, Schema]
    """Beside what every event carries."""
    sometimes: frozenset[str] = frozenset()
    """Data that may be missing."""
    of_application: bool = True
    """False for what is about the house: it carries no application."""


_MOVED_ENDS = frozenset(
    {EndReason.NOT_ANSWERED, EndReason.DECLINED, EndReason.CUSTOMER_LEFT}
)  # rings that were not answered are no call

CATALOGUE: Mapping[str, Told] = {
    "application.opened": Told(
        about="An application was opened.",
        data={"stage": {"const": Stage.OPENED.value}},
    ),
    "application.moved": Told(
        about="It reached another stage; with `decided` comes the verdict.",
        data={"stage": {"enum": [stage.value for stage in Stage]}, "verdict": _VERDICT},
        sometimes=frozenset({"verdict"}),
    ),
    "application.deleted": Told(
        about="It was broken off long ago: nothing is left that names the customer.",
        data={"photographs": _COUNT, "recordings": _COUNT},
    ),
    "session.opened": Told(about="The customer followed the link.", data={}),
    "precheck.made": Told(
        about="The customer tested camera and microphone; the server measured what arrived.",
        data={
            "camera": {"type": "boolean"},
            "microphone": {"type": "boolean"},
            "network": {"enum": [network.value for network in Network]},
            "kbps": {"type": "number", "minimum": 0},
            "loss": {"type": "number", "minimum": 0, "maximum": 1},
            "rtt_ms": {"type": ["number", "null"], "minimum": 0},
            "fps": {"type": "number", "minimum": 0},
            "width": _COUNT,
            "height": _COUNT,
            "sound": {"type": "boolean"},
            "speaker": {"type": ["boolean", "null"]},
            "light": {"type": ["boolean", "null"]},
            "down_kbps": {"type": ["number", "null"], "minimum": 0},
            "down_loss": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        },
        sometimes=frozenset(
            {
                *("rtt_ms", "fps", "width", "height", "sound"),
                *("speaker", "light", "down_kbps", "down_loss"),
            }
        ),
    ),
    "callback.confirmed": Told(
        about="The customer typed the code told in the call at the link mailed to them; who vouches"
        " for the mailbox, and as of which day, comes with it.",
        data={"callback": _ID, "call": _ID, "mailbox": _ID, "source": _ID, "as_of": _DAY},
    ),
    "booking.made": Told(about="The customer booked a time for the call.", data=_BOOKING),
    "booking.moved": Told(
        about="The customer chose another time; `from` is the one before.",
        data={**_BOOKING, "from": _INSTANT},
    ),
    "booking.reassigned": Told(
        about="The roster changed: another agent has the appointment, at the same time.",
        data={**_BOOKING, "from": _ID},
    ),
    "booking.cancelled": Told(
        about="The appointment was given up, by the customer, the bank or with the application.",
        data=_BOOKING,
    ),
    "booking.reminded": Told(about="The customer was sent a reminder.", data=_BOOKING),
    "booking.due": Told(about="The time has come: the customer is first in line.", data=_BOOKING),
    "booking.postponed": Told(
        about="It rang and the customer asked for some minutes; `from` is the time before.",
        data={**_BOOKING, "from": _INSTANT},
    ),
    "booking.declined": Told(
        about="It rang and the customer did not take the call.", data=_BOOKING
    ),
    "booking.answered": Told(about="Both came: the customer took the call.", data=_BOOKING),
    "booking.missed": Told(
        about="One side did not come; the customer may choose another time.",
        data={**_BOOKING, "by": {"enum": [side.value for side in Side]}},
    ),
    "ticket.queued": Told(
        about="The customer took a place in line.",
        data={**_TICKET, "commitment": _SHA256},
        sometimes=frozenset({"commitment"}),
    ),
    "ticket.parked": Told(
        about="The customer is away; the place is kept, and nobody is rung for.", data=_TICKET
    ),
    "ticket.returned": Told(about="The customer is back at the old place.", data=_TICKET),
    "recall.asked": Told(
        about="The customer left and wants to be told when the turn is near.", data=_TICKET
    ),
    "recall.made": Told(
        about="The turn of a customer who is away is near: it is told for the `nth` time, and the "
        "customer expected `until` then; `passed` are numbers before that cannot be told.",
        data={
            **_TICKET,
            "nth": _COUNT,
            "until": _INSTANT,
            "passed": {"type": "array", "items": _COUNT},
        },
    ),
    "recall.lapsed": Told(
        about="The customer was told `recalls` times and did not come: the place is given up.",
        data={**_TICKET, "recalls": _COUNT},
    ),
    "call.started": Told(
        about="An agent answered; the agent's id comes with it.",
        data={"call": _ID, "agent": _ID},
    ),
    "call.transferred": Told(
        about="Another agent has the call: it was handed over, or a supervisor took it over.",
        data={"call": _ID, "from": _ID, "to": _ID, "guest": _ID},
    ),
    "call.live": Told(
        about="Both see and hear each other; the recording begins.", data={"call": _ID}
    ),
    "call.dropped": Told(
        about="A party's line broke; the call waits for it.", data={"call": _ID, "party": _PARTY}
    ),
    "call.resumed": Told(about="The party is back.", data={"call": _ID, "party": _PARTY}),
    "call.ended": Told(
        about="The call is over, with the reason and the seconds it was live.",
        data={
            "call": _ID,
            "reason": {"enum": [reason.value for reason in EndReason if reason not in _MOVED_ENDS]},
            "live_s": _COUNT,
        },
        sometimes=frozenset({"live_s"}),
    ),
    "authorisation.confirmed": Told(
        about="The caller proved the right to order a change; the call's `contact` says which.",
        data={"call": _ID, "authorisation": _ID},
    ),
    "contact.entered": Told(
        about="The agent wrote the entry of a call: on whose order something was changed, by which"
        " authorisations; the call's `contact` says what it was.",
        data={
            "call": _ID,
            "ordered_by": {"enum": [by.value for by in OrderedBy]},
            "authorisations": {"type": "array", "items": _ID},
        },
    ),
    "recording.finished": Told(
        about="A recording is ready to be fetched.",
        data={
            "call": _ID,
            "recording": _ID,
            "party": _PARTY,
            "segment": _COUNT,
            "duration_ms": _COUNT,
            "size_bytes": _COUNT,
            "sha256": _SHA256,
            "sealed_sha256": _SHA256,
            "is_whole": {"type": "boolean"},
        },
        sometimes=frozenset({"sealed_sha256", "is_whole"}),
    ),
    "result.presented": Told(
        about="After the verdict an agent spoke with the customer about it.",
        data={"call": _ID, "agent": _ID},
    ),
    "alert.raised": Told(
        about="The queue does not keep its promise: `count` customers wait too long, have nobody "
        "at work who may serve them, or waited longer than their range told.",
        data={**_ALERT, "count": _COUNT, "nth": _COUNT},
        of_application=False,
    ),
    "alert.repeated": Told(
        about="It is still so and nobody has acknowledged it.",
        data={**_ALERT, "count": _COUNT, "nth": _COUNT},
        of_application=False,
    ),
    "alert.acknowledged": Told(
        about="A supervisor has seen it.", data=_ALERT, of_application=False
    ),
    "alert.ended": Told(about="It has not been so for a while.", data=_ALERT, of_application=False),
    "decision.made": Told(
        about="An agent gave the verdict, with its reasons.",
        data={
            "verdict": _VERDICT,
            "reasons": {"type": "array", "items": {"enum": _REASONS}},
        },
    ),
}

_SEQUENCE: Mapping[str, Schema] = {"sequence": {"type": "integer", "minimum": 1}}
_EVERY: Mapping[str, Schema] = {
    **_SEQUENCE,
    "application": _ID,
    "reference": _ID,
    "external_id": _ID,
}


def schema(name: str) -> dict[str, object]:
    """JSON Schema (2020-12) of a webhook's body of this type."""
    told = CATALOGUE[name]
    data = {**(_EVERY if told.of_application else _SEQUENCE), **told.data}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": told.about,
        "type": "object",
        "additionalProperties": False,
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": name},
            "timestamp": _INSTANT,
            "data": {
                "type": "object",
                "additionalProperties": False,
                "required": [key for key in data if key not in told.sometimes],
                "properties": data,
            },
        },
    }
