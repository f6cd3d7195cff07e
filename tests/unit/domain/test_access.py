"""Who may do what."""

import pytest

from ekyc.domain.access import POLICY, STAFF_ROLES, Action, Role, may, require
from ekyc.domain.errors import NotAllowed

PERSONAL = {Action.APPLY, Action.SERVE, Action.READ_FILES, Action.DECIDE, Action.INTEGRATE}


def test_every_action_has_its_line_in_the_table() -> None:
    assert set(POLICY) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_whoever_the_table_names_may_and_nobody_else(action: Action) -> None:
    for role in POLICY[action]:
        assert may(role, action)
        require(role, action)
    for role in set(Role) - POLICY[action]:
        assert not may(role, action)
        with pytest.raises(NotAllowed):
            require(role, action)


@pytest.mark.parametrize("action", PERSONAL)
def test_nothing_personal_is_public_or_for_those_who_only_configure(action: Action) -> None:
    assert not POLICY[action] & {Role.PUBLIC, Role.ADMIN}


def test_an_auditor_looks_and_does_not_decide() -> None:
    assert may(Role.AUDITOR, Action.READ_FILES)
    assert not may(Role.AUDITOR, Action.DECIDE)


def test_a_customer_is_no_staff() -> None:
    assert not {Role.CUSTOMER, Role.CRM, Role.PUBLIC} & STAFF_ROLES
