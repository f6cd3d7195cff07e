"""Was anything lost, doubled or stuck? Pure rules over what is left after a run.

Each rule gives its findings and nothing else; a run without a finding is a good run.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ekyc.bench.book import Promise
from ekyc.bench.evidence import Evidence, Row, Struck
from ekyc.domain.application import Stage
from ekyc.domain.call import BOTH, CallState, MovementState, RecordingState
from ekyc.domain.desk import DeskState
from ekyc.domain.queue import OPEN
from ekyc.settings import Crm


class Kind(StrEnum):
    """What went wrong."""

    LOST = "lost"
    DOUBLED = "doubled"
    STUCK = "stuck"
    RECORDING = "recording"
    LEFT_OVER = "left-over"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not be; `of` is the id it is about."""

    kind: Kind
    what: str
    of: str = ""
    kill: int = 0
    """The kill that did it, where one is known to."""


def judge(evidence: Evidence) -> list[Finding]:
    """Everything that is wrong."""
    rules = (
        _lost,
        _gaps,
        _doubled,
        _webhooks,
        _stuck,
        _unfinished,
        _films,
        _unfilmed,
        _left_over,
    )
    return [finding for rule in rules for finding in rule(evidence)]


def unsettled(evidence: Evidence) -> list[Finding]:
    """What a while may still put right."""
    return [found for rule in (_webhooks, _stuck, _unfinished) for found in rule(evidence)]


def owners_of(evidence: Evidence) -> dict[str, str]:
    """The application behind the id of a call, of a recording, or of a movement."""
    owners = {row["id"]: row["application_id"] for row in evidence["calls"]}
    for table in ("recordings", "movements"):
        owners |= {row["id"]: owners[row["call_id"]] for row in evidence[table]}
    return owners


# Lost


def kept(evidence: Evidence) -> set[Promise]:
    """Every step the store knows of, in the words of the promises."""
    found = {Promise("open", row["id"]) for row in evidence["applications"]}
    found |= {Promise("consents", row["application_id"]) for row in evidence["consents"]}
    found |= {Promise("ticket", row["application_id"]) for row in evidence["tickets"]}
    found |= {
        Promise("photograph", row["application_id"], _photograph(row))
        for row in evidence["photographs"]
    }
    tested: Counter[str] = Counter()
    for row in evidence["prechecks"]:
        tested[row["application_id"]] += 1
        found.add(Promise("devices", row["application_id"], str(tested[row["application_id"]])))
    for row in evidence["events"]:
        if row["name"] in _STEP_OF:
            found.add(Promise(_STEP_OF[row["name"]], row["application_id"]))
    for row in evidence["calls"]:
        found |= {Promise("accept", row["id"])} if row["accepted_at"] else set()
        found |= {Promise("end", row["id"])} if row["ended_at"] else set()
    for row in evidence["movements"]:
        found |= {Promise("movement", row["id"]), Promise("outcome", row["id"], row["state"])}
    found |= {
        Promise("check", row["application_id"], row["item"])
        for row in evidence["checks"]
        if row["done"]
    }
    return found | {
        Promise("verdict", row["application_id"], row["verdict"]) for row in evidence["decisions"]
    }


_STEP_OF = {
    "code.confirmed": "code",
    "document.chosen": "document",
    "application.confirmed": "confirm",
}


def _photograph(row: Row) -> str:
    return f"{row['side']} {row['state']} {row['taken_at'].isoformat()}"


def _lost(evidence: Evidence) -> Iterator[Finding]:
    """Steps the server said yes to, and the store knows nothing of."""
    there = kept(evidence)
    for promise in evidence.promises:
        if promise not in there:
            yield Finding(Kind.LOST, f"{promise.step} {promise.what}".strip(), promise.of)


def _gaps(evidence: Evidence) -> Iterator[Finding]:
    """Facts are numbered without a gap."""
    numbers = sorted(row["sequence"] for row in evidence["events"])
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            yield Finding(Kind.LOST, f"event {expected}: the next one is {number}")
            return


# Doubled

ONCE: Mapping[str, str] = {
    "application.opened": "",
    "consent.given": "kind",
    "code.confirmed": "purpose",
    "document.read": "photograph",
    "document.refused": "photograph",
    "application.confirmed": "",
    "ticket.queued": "ticket",
    "desk.rang": "call",
    "desk.missed": "call",
    "call.started": "call",
    "call.live": "call",
    "call.ended": "call",
    "movement.asked": "movement",
    "movement.passed": "movement",
    "movement.failed": "movement",
    "recording.finished": "recording",
    "decision.made": "",
}
"""Facts that happen once for each value of a datum; for each application where it is empty."""


def _doubled(evidence: Evidence) -> Iterator[Finding]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for row in evidence["events"]:
        if row["name"] in ONCE:
            datum = ONCE[row["name"]]
            seen[row["name"], row["application_id"], str(row["data"][datum]) if datum else ""] += 1
    for (name, application, value), count in seen.items():
        if count > 1:
            yield Finding(Kind.DOUBLED, f"{name} {value} x{count}".replace("  ", " "), application)
    yield from _twice(evidence, "decisions", "application_id")
    for table, states in (("tickets", OPEN), ("calls", set(CallState) - {CallState.ENDED})):
        yield from _twice(evidence, table, "application_id", among={str(s) for s in states})
    for row in evidence["applications"]:
        moved = [e for e in _of(evidence, row["id"]) if e["name"] == "application.moved"]
        if len(moved) != row["version"] - 1:
            yield Finding(Kind.DOUBLED, f"{len(moved)} moves, version {row['version']}", row["id"])


def _of(evidence: Evidence, application: str) -> list[Row]:
    return [row for row in evidence["events"] if row["application_id"] == application]


def _twice(
    evidence: Evidence, table: str, column: str, *, among: set[str] | None = None
) -> Iterator[Finding]:
    rows = [row for row in evidence[table] if among is None or row["state"] in among]
    for value, count in Counter(row[column] for row in rows).items():
        if count > 1:
            yield Finding(Kind.DOUBLED, f"{table} x{count}", value)


# Webhooks

TOLD = frozenset(Crm().webhook_events)
"""The run's own settings leave this list as it comes."""


def _webhooks(evidence: Evidence) -> Iterator[Finding]:
    """The CRM knows every change of stage, under one id each, in the order of an application."""
    due = {row["sequence"] for row in evidence["events"] if row["name"] in TOLD}
    ids: dict[int, set[str]] = defaultdict(set)
    newest: dict[str, int] = {}
    for delivery in evidence.deliveries:
        is_new = not ids[delivery.sequence]
        ids[delivery.sequence].add(delivery.id)
        if is_new and delivery.sequence < newest.get(delivery.application, 0):
            yield Finding(Kind.LOST, f"webhook {delivery.sequence} too late", delivery.application)
        newest[delivery.application] = max(delivery.sequence, newest.get(delivery.application, 0))
    for sequence in sorted(due - set(ids)):
        yield Finding(Kind.LOST, f"webhook {sequence} never came")
    for sequence, known in ids.items():
        if len(known) > 1:
            yield Finding(Kind.DOUBLED, f"webhook {sequence} under {len(known)} ids")


# Stuck


def _stuck(evidence: Evidence) -> Iterator[Finding]:
    """Nobody waits for something that will not come."""
    open_calls = [row for row in evidence["calls"] if row["state"] != CallState.ENDED]
    busy = {row["agent_id"] for row in open_calls}
    for row in open_calls:
        yield Finding(Kind.STUCK, f"call {row['state']}", row["id"])
    for row in evidence["desks"]:
        if row["state"] in {DeskState.RINGING, DeskState.IN_CALL} and row["staff_id"] not in busy:
            yield Finding(Kind.STUCK, f"desk {row['state']}", row["staff_id"])
    yield from _stuck_in_line(evidence)
    for row in evidence["movements"]:
        if row["state"] == MovementState.ASKED:
            yield Finding(Kind.STUCK, "movement asked", row["id"])


def _stuck_in_line(evidence: Evidence) -> Iterator[Finding]:
    stages = {row["id"]: row["stage"] for row in evidence["applications"]}
    waiting = {row["application_id"] for row in evidence["tickets"] if row["state"] in OPEN}
    wrapped_up = {row["staff_id"] for row in evidence["desks"] if row["state"] == DeskState.WRAP_UP}
    answered = {
        row["application_id"]
        for row in evidence["calls"]
        if row["state"] != CallState.ENDED or row["agent_id"] in wrapped_up
    }
    for application, stage in stages.items():
        if stage == Stage.WAITING and application not in waiting:
            yield Finding(Kind.STUCK, "waiting without a ticket", application)
        if stage != Stage.WAITING and application in waiting:
            yield Finding(Kind.STUCK, f"a ticket at stage {stage}", application)
        if stage == Stage.IN_CALL and application not in answered:
            yield Finding(Kind.STUCK, "in call without a call", application)


def _unfinished(evidence: Evidence) -> Iterator[Finding]:
    """Work that is due is done by now."""
    for row in evidence["jobs"]:
        if row["state"] != "done":
            yield Finding(Kind.STUCK, f"{row['kind']} {row['state']}", row["id"])
    for row in evidence["recordings"]:
        if row["state"] in {RecordingState.WRITING, RecordingState.FINISHING}:
            yield Finding(Kind.RECORDING, f"still {row['state']}", row["id"])


# Recordings

TOLERANCE_MS = 1000
"""Media time a crash may cost: a cluster is written every 250 ms, later on a busy machine."""


def _films(evidence: Evidence) -> Iterator[Finding]:
    """Every finished recording plays to its end, and ends where the call or the crash was."""
    for row in evidence["recordings"]:
        if row["state"] == RecordingState.FINISHED:
            film = evidence.films.get(row["id"])
            if film is None or film.error or not film.pictures + film.sounds:
                problem = film.error or "nothing in it" if film else "no file"
                yield Finding(Kind.RECORDING, f"does not play: {problem}", row["id"])
    for missing in losses(evidence):
        if missing.lost_ms > TOLERANCE_MS:
            what = f"{missing.lost_ms} ms missing at the end"
            yield Finding(Kind.RECORDING, what, missing.recording, missing.kill)


def _unfilmed(evidence: Evidence) -> Iterator[Finding]:
    """Whoever talked was recorded."""
    filmed = {(row["call_id"], row["party"]) for row in evidence["recordings"]}
    for row in evidence["calls"]:
        for party in BOTH:
            if row["live_at"] and (row["id"], party) not in filmed:
                yield Finding(Kind.RECORDING, f"nothing of the {party}", row["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """How much of what a camera sent is not in its recording, at its end."""

    recording: str
    lost_ms: int
    kill: int
    """The kill that cut it off; 0 when the call simply ended."""


CLOSING_S = 2.0
"""A kill so soon after the end of a call may fall into the closing of its recordings."""


def losses(evidence: Evidence) -> Iterator[Loss]:
    """For each segment: from its last frame to the last picture that was sent before the end."""
    calls = {row["id"]: row for row in evidence["calls"]}
    for row in evidence["recordings"]:
        call, began = calls[row["call_id"]], row["started_at"]
        if row["state"] not in {RecordingState.FINISHED, RecordingState.LOST}:
            continue
        kill = _cut(evidence.kills, began, call["ended_at"])
        end = min(at for at in (kill and kill.at, call["ended_at"], NEVER) if at)
        sent = evidence.pictures.get((call["id"], row["party"]), ())
        last = max((at for at in sent if began <= at <= end), default=began)
        film = evidence.films.get(row["id"])
        lost_ms = round((last - began).total_seconds() * 1000) - (film.until_ms if film else 0)
        number = kill.number if kill else 0
        yield Loss(recording=row["id"], lost_ms=max(0, lost_ms), kill=number)


NEVER = datetime.max.replace(tzinfo=UTC)


def _cut(kills: Sequence[Struck], began: datetime, ended: datetime | None) -> Struck | None:
    """The first kill that fell into a recording, or into its closing."""
    until = ended + timedelta(seconds=CLOSING_S) if ended else NEVER
    cuts = [kill for kill in kills if kill.ends_recordings and began < kill.at < until]
    return min(cuts, key=lambda kill: kill.at, default=None)


def _left_over(evidence: Evidence) -> Iterator[Finding]:
    for orphan in evidence.orphans:
        yield Finding(Kind.LEFT_OVER, f"process {orphan}")
    for file in evidence.leftovers:
        yield Finding(Kind.LEFT_OVER, f"file {file}")
