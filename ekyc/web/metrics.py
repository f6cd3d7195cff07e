"""Figures for those who watch the server: counts and times, their labels words of ours alone."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ekyc.clock import SteadyClock
from ekyc.domain.document import Portrait, SideResult
from ekyc.domain.errors import EkycError, NotAllowed
from ekyc.domain.pulse import Pulse
from ekyc.journey.ports import Clock, Reader
from ekyc.storage import calls, jobs, messages, queue, waits
from ekyc.storage.store import Store
from ekyc.web.address import parsed, within
from ekyc.web.media_metrics import MediaWorkers
from ekyc.web.vitals import Vitals

_SECONDS = (0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


class Metrics:
    """What is counted while the server runs; what stands in the database is read when asked."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._facts = self._counter("ekyc_facts", "Facts told, by name", "name")
        self._answers = self._counter("ekyc_answers", "HTTP answers", "method", "route", "status")
        self._recorded = self._counter("ekyc_recorded_bytes", "Bytes of finished recordings")
        self._tries = self._counter(
            "ekyc_message_tries",
            "Tries at handing a message over",
            *("provider", "channel", "outcome"),
        )
        self._readings = Histogram(
            "ekyc_reading_seconds",
            "Time to read one photograph, by its outcome",
            ["outcome"],
            buckets=_SECONDS,
            registry=self._registry,
        )

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self._registry)

    def fact(self, name: str) -> None:
        """A fact was committed."""
        self._facts.labels(name).inc()

    def answered(self, method: str, route: str, status: int) -> None:
        """A request was answered; the route is its pattern, never the address."""
        self._answers.labels(method, route, str(status)).inc()

    def tried(self, provider: str, channel: str, outcome: str) -> None:
        """A message was handed to a provider, who took it or did not."""
        self._tries.labels(provider, channel, outcome).inc()

    def recorded(self, size_bytes: int) -> None:
        """A recording was finished."""
        self._recorded.inc(size_bytes)

    def read(self, outcome: str, seconds: float) -> None:
        """A photograph was read, or refused."""
        self._readings.labels(outcome).observe(seconds)

    async def page(
        self,
        store: Store,
        clock: Clock,
        vitals: Vitals,
        pulses: Mapping[int, Pulse],
        *,
        late_s: float,
    ) -> bytes:
        """Everything, in the text form of Prometheus; who waits longer than `late_s` is late."""
        at = clock.now()
        standing = await _standing(store, at, before=at - timedelta(seconds=late_s))
        jump_s = clock.jump_s() if isinstance(clock, SteadyClock) else 0.0
        now = _as_of_now(standing, at, vitals, jump_s)
        now.register(MediaWorkers(pulses))
        return generate_latest(self._registry) + generate_latest(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    calls: dict[str, int]
    tickets: dict[str, int]
    waits_since: datetime | None
    kept: waits.Kept
    late: int
    work: Iterable[jobs.Load]
    spent_vnd: int


async def _standing(store: Store, now: datetime, *, before: datetime) -> _Standing:
    async with store.read() as tx:
        return _Standing(
            calls=await calls.standing(tx),
            tickets=await queue.standing(tx),
            waits_since=await queue.waits_since(tx),
            kept=await waits.kept(tx),
            late=await queue.late(tx, before=before),
            work=await jobs.load(tx),
            spent_vnd=await messages.spent(tx, now=now),
        )


def _as_of_now(
    standing: _Standing, now: datetime, vitals: Vitals, jump_s: float
) -> CollectorRegistry:
    registry = CollectorRegistry()

    def gauge(name: str, about: str, *labels: str) -> Gauge:
        return Gauge(name, about, labels, registry=registry)

    counted = gauge("ekyc_calls", "Calls that are not over, by state", "state")
    for state, count in standing.calls.items():
        counted.labels(state).set(count)
    waiting = gauge("ekyc_tickets", "Tickets in line, by state", "state")
    for state, count in standing.tickets.items():
        waiting.labels(state).set(count)
    kept = gauge("ekyc_wait_forecasts", "Of the last 200, what came of them", "came")
    for came in ("within", "shorter", "longer"):
        kept.labels(came).set(getattr(standing.kept, came))
    gauge("ekyc_tickets_late", "Who waits longer than queue.late_s").set(standing.late)
    longest = gauge("ekyc_queue_wait_seconds", "How long the first in line has waited")
    longest.set(_age(standing.waits_since, now))
    work = gauge("ekyc_jobs", "Work that is not done, by kind and state", "kind", "state")
    late = gauge("ekyc_jobs_late_seconds", "How long the oldest work of a kind is due", "kind")
    for load in standing.work:
        work.labels(load.kind, load.state).set(load.count)
        if load.state == "due":
            late.labels(load.kind).set(_age(load.due_at, now))
    spent = gauge("ekyc_codes_spent_vnd", "What codes cost within the last 24 hours, VND")
    spent.set(standing.spent_vnd)
    gauge("ekyc_disk_free_bytes", "Room left for recordings").set(vitals.free_bytes())
    gauge("ekyc_takes_calls", "1 while new calls may begin").set(vitals.takes_calls())
    gauge("ekyc_clock_jump_seconds", "The machine's clock less the server's").set(jump_s)
    return registry


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


class MeasuredReader:
    """A reader with a watch in its hand; a `journey.ports.Reader`."""

    def __init__(self, reader: Reader, metrics: Metrics) -> None:
        self._reader, self._metrics = reader, metrics

    async def read(self, photograph: bytes) -> SideResult:
        """As the reader inside."""
        started, outcome = time.monotonic(), "failed"
        try:
            result = await self._reader.read(photograph)
            outcome = "refused" if result.reading.faults else "accepted"
        except EkycError as error:
            outcome = error.code
            raise
        finally:
            self._metrics.read(outcome, time.monotonic() - started)
        return result

    async def copy(self, photograph: bytes) -> bytes:
        """As the reader inside; nothing is read, so nothing is measured."""
        return await self._reader.copy(photograph)

    async def portrait(self, picture: bytes) -> Portrait:
        """As the reader inside; nothing is read, so nothing is measured."""
        return await self._reader.portrait(picture)


def require_network(request: web.Request, networks: Iterable[str]) -> None:
    """`NotAllowed` for whoever does not ask from one of these networks, directly.

    Behind a proxy everybody comes from the proxy's address: what was forwarded is refused.
    """
    peer = parsed(request.remote or "")
    if any(name in request.headers for name in _FORWARDED):
        raise NotAllowed
    if peer is None or not within(peer, networks):
        raise NotAllowed
