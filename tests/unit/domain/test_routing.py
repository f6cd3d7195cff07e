"""Which agent may serve which customer, and how one is drawn."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekyc.domain.routing import (
    Group,
    Place,
    Routes,
    Talents,
    Wants,
    commitment,
    disclosed,
    draw,
    group_of,
    helped_since,
    holds,
    is_skill,
    serves,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
BUSINESS = Group(
    name="business", products=("account-b",), skill="business", overflow_s=120, overflow="credit"
)
CREDIT = Group(name="credit", products=("loan",), skill="credit", overflow_s=60)
ROUTES = Routes(groups=(BUSINESS, CREDIT), any_language_s=300)
SECRET = "11" * 32


def a_place(group: str = "", language: str = "vi", waited_s: float = 0) -> Place:
    return Place(group=group, language=language, since=NOW - timedelta(seconds=waited_s))


def an_agent(*skills: str, speaks: str = "vi") -> Talents:
    return Talents(speaks=frozenset(speaks.split()), skills=frozenset(skills))


def test_a_customer_belongs_to_the_first_group_whose_marks_fit() -> None:
    assert group_of(ROUTES, Wants(language="vi", product="loan")) == "credit"
    assert group_of(ROUTES, Wants(language="vi", product="card")) == ""
    south = Routes(groups=(Group(name="south", regions=("south",), languages=("en",)), CREDIT))
    assert group_of(south, Wants(language="vi", product="loan", region="south")) == "credit"
    assert group_of(south, Wants(language="en", product="loan", region="south")) == "south"


@pytest.mark.parametrize(
    ("agent", "place", "may"),
    [
        (an_agent(), a_place(), True),
        (an_agent(), a_place("business"), False),
        (an_agent("business"), a_place("business"), True),
        (an_agent("business"), a_place(), True),  # who can more serves everybody
        (an_agent("credit"), a_place("business", waited_s=119), False),
        (an_agent("credit"), a_place("business", waited_s=120), True),  # the overflow's skill
        (an_agent(), a_place("business", waited_s=120), False),
        (an_agent(), a_place("credit", waited_s=60), True),  # overflows to everybody
        (an_agent(), a_place("gone"), True),  # a group the settings have no more
        (an_agent(speaks="en"), a_place(), False),
        (an_agent(speaks="vi en"), a_place(language="en"), True),
        (an_agent(speaks="en"), a_place(waited_s=300), True),
    ],
)
def test_an_agent_serves_who_speaks_their_language_and_needs_their_skill(
    agent: Talents, place: Place, *, may: bool
) -> None:
    assert serves(ROUTES, agent, place, now=NOW) is may


def test_where_nothing_overflows_nobody_helps() -> None:
    assert helped_since(Routes(), now=NOW) == ()
    waits = [(NOW - since).total_seconds() for since in helped_since(ROUTES, now=NOW)]
    assert waits == [60, 120, 300]
    never = Routes(groups=(Group(name="gold", skill="gold"),))
    waits_long = a_place("gold", waited_s=86_400)
    assert not serves(never, an_agent(), waits_long, now=NOW)
    assert not serves(never, an_agent("gold", speaks="en"), waits_long, now=NOW)


@given(pool=st.sets(st.text("abcdef", min_size=1), min_size=1), attempt=st.integers(1, 9))
def test_whoever_knows_seed_and_pool_draws_the_same_agent(pool: set[str], attempt: int) -> None:
    agent = draw(SECRET, pool, attempt=attempt)
    told = disclosed(SECRET, pool, ticket_id="t1", attempt=attempt)
    told |= {"ticket": "t1", "attempt": attempt}
    before = commitment(SECRET, ticket_id="t1", attempt=attempt)
    assert holds(before, told, agent=agent)
    assert holds(None, told, agent=agent)
    assert told["commitment"] == commitment(SECRET, ticket_id="t1", attempt=attempt + 1)


def test_a_draw_that_was_changed_afterwards_does_not_hold() -> None:
    pool = ["hoa", "lan", "minh"]
    agent = draw(SECRET, pool, attempt=1)
    told = disclosed(SECRET, pool, ticket_id="t1", attempt=1) | {"ticket": "t1", "attempt": 1}
    before = commitment(SECRET, ticket_id="t1", attempt=1)
    assert holds(before, told, agent=agent)
    assert not holds(before, told, agent=next(name for name in pool if name != agent))
    assert not holds(before, told | {"seed": "22" * 32}, agent=agent)
    assert not holds(before, told | {"attempt": 2}, agent=agent)
    assert not holds(before, told | {"pool": pool[::-1]}, agent=agent)


def test_every_agent_is_drawn_about_as_often() -> None:
    pool = [f"agent-{number}" for number in range(5)]
    drawn = [draw(f"{number:064x}", pool, attempt=1) for number in range(2000)]
    assert all(320 < drawn.count(agent) < 480 for agent in pool)


def test_a_skill_is_a_short_word() -> None:
    assert is_skill("business-2")
    assert not any(map(is_skill, ["", "Ưu đãi", "a" * 25, "a b"]))
