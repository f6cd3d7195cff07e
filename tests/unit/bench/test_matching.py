"""What the bench of matching would notice."""

from typing import Any

from ekyc.bench.matching import Figures, is_good, judge


def _rang(customer: str, number: int, agent: str) -> list[dict[str, Any]]:
    """A customer is matched and a desk rings."""
    return [
        {"name": "ticket.matched", "application_id": customer, "data": {"number": number}},
        {
            "name": "desk.rang",
            "application_id": customer,
            "data": {"call": f"call-{number}", "agent": agent},
        },
    ]


def _ended(number: int) -> dict[str, Any]:
    return {"name": "call.ended", "application_id": "", "data": {"call": f"call-{number}"}}


def test_a_line_served_in_order_is_good() -> None:
    figures = Figures(database="sqlite")
    judge([*_rang("a", 1, "lan"), _ended(1), *_rang("b", 2, "lan")], figures)
    assert is_good([figures])


def test_an_agent_two_customers_ring_at_is_counted() -> None:
    figures = Figures(database="sqlite")
    judge([*_rang("a", 1, "lan"), *_rang("b", 2, "lan")], figures)
    assert figures.doubles == 1


def test_a_customer_who_rings_twice_and_one_who_rings_too_early_are_counted() -> None:
    figures = Figures(database="sqlite")
    judge([*_rang("b", 2, "lan"), *_rang("b", 2, "minh"), *_rang("a", 1, "hoa")], figures)
    assert (figures.doubles, figures.displaced) == (1, 1)
    assert not is_good([figures])
