"""What the model of the queue finds in facts that cannot have been."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ekyc.bench.history import Operation, real_time, replay

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
Told = tuple[str, str, dict[str, Any]]


def facts(*told: Told) -> list[dict[str, Any]]:
    """In this order, a second apart."""
    return [
        {
            "sequence": number,
            "name": name,
            "application_id": application,
            "at": NOW + timedelta(seconds=number),
            "data": data,
        }
        for number, (name, application, data) in enumerate(told, start=1)
    ]


def ticket(name: str, who: str, number: int, attempt: int = 0, **more: Any) -> Told:
    data = {"ticket": f"t-{who}", "number": number, "attempt": attempt, "priority": 0}
    return name, who, {**data, "group": "", "language": "vi", **more}


def queued(who: str, number: int, **more: Any) -> Told:
    return ticket("ticket.queued", who, number, **more)


def rings(who: str, number: int, agent: str, attempt: int = 1, **more: Any) -> list[Told]:
    matched = ticket("ticket.matched", who, number, attempt, **{"passed": [], **more})
    return [matched, ("desk.rang", who, {"call": f"c-{who}-{attempt}", "agent": agent})]


def call(name: str, who: str, attempt: int = 1, **more: Any) -> Told:
    return name, who, {"call": f"c-{who}-{attempt}", **more}


def found(told: Sequence[Told], **options: Any) -> list[str]:
    return [finding.what for finding in replay(facts(*told), **options).findings]


def test_a_line_that_is_served_in_order_is_as_the_model_would_do_it() -> None:
    told = [
        queued("a", 1),
        queued("b", 2),
        *rings("a", 1, "lan"),
        call("desk.missed", "a"),
        *rings("a", 1, "minh", attempt=2),
        call("call.started", "a", 2),
        ("application.moved", "a", {"stage": "waiting"}),
        call("call.ended", "a", 2, reason="agent-dropped"),
        *rings("a", 1, "hoa", attempt=3),
        ticket("ticket.parked", "b", 2),
        ticket("ticket.returned", "b", 2),
        *rings("b", 2, "lan"),
        call("ticket.left", "b", reason="customer-left"),
    ]
    model = replay(facts(*told))
    assert model.findings == []
    assert (model.matches, dict(model.waiting()), set(model.calls())) == (4, {}, {"c-a-3"})


def test_who_was_there_and_came_first_is_missed_who_was_not_there_is_not() -> None:
    line = [queued("a", 1), queued("b", 2)]
    assert found([*line, *rings("b", 2, "lan")]) == ["number 2 before number 1"]
    assert found([*line, *rings("b", 2, "lan", passed=[1])]) == []
    other = queued("c", 3, language="en")
    assert found([queued("a", 1), other, *rings("c", 3, "lan")]) == []
    first = ("priority.given", "b", {"ticket": "t-b", "priority": 10})
    assert found([*line, first, *rings("b", 2, "lan")]) == []


def test_nobody_is_in_two_calls() -> None:
    told = [queued("a", 1), queued("b", 2), *rings("a", 1, "lan"), *rings("b", 2, "lan")]
    assert found(told) == ["a second call at one desk"]
    twice = [queued("a", 1), *rings("a", 1, "lan"), *rings("a", 1, "minh", attempt=2)]
    assert found(twice) == ["matched a ticket that is matched", "a second call for one customer"]
    assert found([queued("a", 1), queued("a", 2)]) == ["a second open ticket of one customer"]


def test_an_attempt_that_is_over_is_not_answered() -> None:
    told = [queued("a", 1), *rings("a", 1, "lan"), call("desk.missed", "a")]
    assert found([*told, call("call.started", "a")]) == ["answered a call that does not ring"]
    assert found([*told, *rings("a", 1, "lan")]) == ["an attempt that is not the next"]
    assert found(told, ring_s=15) == ["a ring that was too short"]
    assert found([*told, call("call.ended", "a", reason="agent-ended")]) == [
        "ended a call that was not answered, or twice"
    ]
    assert found([*told, call("desk.declined", "a")]) == [
        "desk.declined of a call that does not ring"
    ]


def test_facts_that_are_missing_or_out_of_step_are_found() -> None:
    told = facts(queued("a", 2), queued("b", 1), ticket("ticket.returned", "a", 2))
    del told[1]
    assert [finding.what for finding in replay(told).findings] == [
        "facts 2 to 2 are missing",
        "ticket.returned of a ticket that is waiting",
    ]
    assert found([queued("a", 2), queued("b", 1)]) == ["a number that was given before"]
    assert found([("desk.rang", "a", {"call": "c", "agent": "lan"})]) == ["a ring for nobody"]
    assert found([ticket("ticket.matched", "a", 1, 1, passed=[])]) == [
        "matched a ticket that is unknown"
    ]


def _op(who: str, asked_s: float, answered_s: float | None, *, done: bool | None) -> Operation:
    known = {"fact": "ticket.queued", "key": who}
    return Operation(**known, asked_s=asked_s, answered_s=answered_s, done=done)


def test_who_was_answered_before_another_asked_comes_first() -> None:
    told = facts(queued("b", 1), queued("a", 2))
    early, late = _op("a", 0, 1, done=True), _op("b", 2, 3, done=True)
    assert [one.what for one in real_time([early, late], told)] == [
        "ticket.queued stands before what was answered"
    ]
    assert real_time([_op("a", 0, 2.5, done=True), late], told) == []


def test_an_answer_without_its_fact_and_a_fact_without_its_answer_are_found() -> None:
    told = facts(queued("a", 1))
    (lost,) = real_time([_op("b", 0, 1, done=True)], told)
    assert lost.what == "ticket.queued: answered 1 times, told 0"
    (refused,) = real_time([_op("a", 0, 1, done=False)], told)
    assert refused.what == "ticket.queued: answered 0 times, told 1"
    assert real_time([_op("a", 0, None, done=None)], told) == []


def recalled(who: str, number: int, nth: int = 1, until_s: int = 0, **more: Any) -> Told:
    until = (NOW + timedelta(seconds=until_s)).isoformat()
    return ticket("recall.made", who, number, **{"nth": nth, "until": until, "passed": [], **more})


def test_who_is_away_is_told_in_order_in_time_and_given_up_after_that() -> None:
    away = [queued("a", 1), queued("b", 2)]
    away += [ticket("ticket.parked", "a", 1), ticket("ticket.parked", "b", 2)]
    over = [ticket("recall.lapsed", "a", 1), ticket("ticket.left", "a", 1)]
    assert found([*away, recalled("a", 1), recalled("b", 2), *over]) == []
    assert found([*away, recalled("b", 2)]) == ["recalled number 2 before number 1"]
    assert found([*away, recalled("b", 2, passed=[1])]) == []
    assert found([*away, recalled("a", 1, until_s=60), recalled("a", 1, nth=2)]) == [
        "a recall that came too soon"
    ]
    assert found([*away, recalled("a", 1, nth=2)]) == ["a recall that is not the next"]
    assert found([*away, recalled("a", 1, until_s=60), *over]) == ["gave up a place too soon"]
    assert found([*away, *over]) == ["gave up the place of somebody who was not recalled"]
    assert found([queued("a", 1), recalled("a", 1)]) == ["recalled a ticket that is waiting"]


def test_who_comes_back_stands_at_the_old_number() -> None:
    away = [queued("a", 1), ticket("ticket.parked", "a", 1), queued("b", 2)]
    told = [*away, recalled("a", 1, until_s=60), ticket("ticket.returned", "a", 1)]
    assert found([*told, *rings("b", 2, "lan")]) == ["number 2 before number 1"]
    again = [ticket("ticket.parked", "a", 1), recalled("a", 1)]
    assert found([*told, *again]) == []
