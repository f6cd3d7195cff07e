"""A key opens what its scopes name, until its time is over."""

from datetime import timedelta
from ipaddress import ip_address

import pytest

from ekyc.domain.access import SCOPE_OF, Action, Scope
from ekyc.domain.api_key import NOTED_EVERY, ApiKey, note_use, parse_scopes, require, revoke
from ekyc.domain.errors import KeyExpired, NotAllowedNow, ScopeMissing
from tests.fakes import START

HERE = ip_address("203.0.113.7")


def a_key(*scopes: Scope, **changes: object) -> ApiKey:
    values = {"id": "k", "name": "crm", "scopes": frozenset(scopes), "made_at": START, **changes}
    return ApiKey(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", SCOPE_OF)
@pytest.mark.parametrize("scope", Scope)
def test_a_key_opens_what_its_scope_names_and_nothing_else(action: Action, scope: Scope) -> None:
    if SCOPE_OF[action] is scope:
        require(a_key(scope), action, address=HERE, now=START)
        return
    with pytest.raises(ScopeMissing) as refused:
        require(a_key(scope), action, address=HERE, now=START)
    assert refused.value.values == {"scope": SCOPE_OF[action].value}


def test_a_key_ends_at_its_instant_and_a_revoked_one_at_once() -> None:
    later = START + timedelta(days=1)
    key = a_key(*Scope, expires_at=later)
    require(key, Action.INTEGRATE, address=HERE, now=later - timedelta(microseconds=1))
    for over, at in ((key, later), (revoke(key, now=START), START)):
        with pytest.raises(KeyExpired):
            require(over, Action.INTEGRATE, address=HERE, now=at)


def test_a_key_is_revoked_once() -> None:
    with pytest.raises(NotAllowedNow):
        revoke(revoke(a_key(), now=START), now=START)


def test_a_use_is_news_only_now_and_then() -> None:
    used = note_use(a_key(), now=START)
    assert used.used_at == START
    assert note_use(used, now=START + NOTED_EVERY - timedelta(seconds=1)) is used
    again = START + NOTED_EVERY
    assert note_use(used, now=again).used_at == again


def test_a_scope_nobody_knows_is_refused() -> None:
    assert parse_scopes(["media"]) == {Scope.MEDIA}
    with pytest.raises(ValueError, match="everything"):
        parse_scopes(["everything"])
