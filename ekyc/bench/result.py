"""What came of a crash run, and how it is told: a table for people, raw figures for machines."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from ekyc.bench.judge import Finding, Kind, Loss
from ekyc.bench.plan import Kill, Moment, Process


@dataclass(slots=True, kw_only=True)
class Blow:
    """One kill as it happened."""

    kill: Kill
    at: datetime
    hit: bool
    """Whether somebody was at the moment when it happened."""
    killed: int
    """How many processes."""
    back_s: float | None = None
    """Until a killed server answered again."""
    journeys: list[int] = field(default_factory=list)
    """Who was under way."""


@dataclass(slots=True, kw_only=True)
class Journey:
    """One customer's, by number."""

    number: int
    application: str = ""
    verdict: str = ""
    page: str = ""
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of a run."""

    seed: int
    seconds: float = 0.0
    blows: list[Blow] = field(default_factory=list)
    not_reached: list[Kill] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    promises: int = 0
    webhooks: int = 0
    redelivered: int = 0
    recordings: int = 0
    exit_code: int | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or stuck."""
        return not self.findings and not self.surprises and self.exit_code == 0

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        plain: dict[str, Any] = _plain(dataclasses.asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


class Outcome:
    """How one kill went: by what became of those who were under way."""

    WENT_ON = "went on"
    LOAD = "gave up"
    FAULT = "fault"


def outcomes(result: Result) -> dict[int, str]:
    """Each kill's outcome, by its number.

    A fault is a finding about somebody who was under way, unless another kill is known to have
    done it. Whoever ran out of patience without one was given up by a busy machine; it counts for
    the last kill of that journey only.
    """
    blamed = {finding.of for finding in result.findings if not finding.kill}
    guilty = {finding.kill for finding in result.findings}
    at_fault = {j.number for j in result.journeys if j.application in blamed}
    gave_up = {j.number for j in result.journeys if not j.verdict}
    last = {number: blow.kill.number for blow in result.blows for number in blow.journeys}
    found = {}
    for blow in result.blows:
        under_way = set(blow.journeys)
        late = {number for number in under_way & gave_up if last[number] == blow.kill.number}
        outcome = Outcome.LOAD if late else Outcome.WENT_ON
        is_fault = under_way & at_fault or blow.kill.number in guilty
        found[blow.kill.number] = Outcome.FAULT if is_fault else outcome
    return found


def table(results: Sequence[Result]) -> list[str]:
    """Moments by processes: how many kills, and how many of them did not simply go on."""
    cells: dict[tuple[Moment, Process], Counter[str]] = {}
    for result in results:
        outcome = outcomes(result)
        for blow in result.blows:
            cell = cells.setdefault((blow.kill.moment, blow.kill.process), Counter())
            cell[outcome[blow.kill.number]] += 1
            cell["missed"] += not blow.hit
    lines = ["| moment | " + " | ".join(Process) + " |", "|---" * (len(Process) + 1) + "|"]
    lines += [
        f"| {moment} | "
        + " | ".join(_cell(cells.get((moment, p), Counter())) for p in Process)
        + " |"
        for moment in Moment
    ]
    totals = [sum((c for (_, q), c in cells.items() if q is p), Counter[str]()) for p in Process]
    return [*lines, "| all | " + " | ".join(map(_cell, totals)) + " |"]


def _cell(count: Counter[str]) -> str:
    kills = count[Outcome.WENT_ON] + count[Outcome.LOAD] + count[Outcome.FAULT]
    if not kills:
        return "–"
    odd = [
        f"{count[what]} {what}" for what in (Outcome.FAULT, Outcome.LOAD, "missed") if count[what]
    ]
    return ", ".join([str(kills), *odd])


def summary(results: Sequence[Result]) -> list[str]:
    """The figures under the table."""
    findings = Counter(finding.kind for result in results for finding in result.findings)
    cut = [loss.lost_ms for result in results for loss in result.losses if loss.kill]
    back = [blow.back_s for result in results for blow in result.blows if blow.back_s is not None]
    ended = [bool(journey.verdict) for result in results for journey in result.journeys]
    told = sum(result.webhooks for result in results)
    lines = [
        f"kills: {sum(len(r.blows) for r in results)}; not reached:"
        f" {sum(len(r.not_reached) for r in results)}",
        f"journeys: {len(ended)}, with a verdict: {sum(ended)},"
        f" out of patience without a finding: {len(ended) - sum(ended)}",
        "; ".join(f"{kind}: {findings[kind]}" for kind in Kind),
        f"answered steps held against the store: {sum(r.promises for r in results)}",
        f"webhooks: {told}, told again: {sum(r.redelivered for r in results)}",
        f"recordings: {sum(r.recordings for r in results)}, cut off by a kill: {len(cut)}",
    ]
    if cut:
        lines.append(f"missing at a cut: median {median(cut):.0f} ms, most {max(cut)} ms")
    if back:
        lines.append(f"server back after: median {median(back):.1f} s, most {max(back):.1f} s")
    return lines


def report(results: Sequence[Result]) -> list[str]:
    """Table, figures, and every single thing that was not right."""
    lines = [*table(results), "", *summary(results)]
    for result in results:
        lines += [f"seed {result.seed}: {f.kind}: {f.what} {f.of}" for f in result.findings]
        lines += [f"seed {result.seed}: unexpected: {each}" for each in result.surprises]
        if result.exit_code != 0:
            lines.append(f"seed {result.seed}: the server stopped with {result.exit_code}")
    return lines
