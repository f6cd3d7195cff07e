"""What the CRM may be told is promised once, and the settings offer exactly that."""

from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from ekyc.domain.catalogue import CATALOGUE, schema
from ekyc.domain.events import NAMES
from ekyc.settings import Crm
from ekyc.settings.crm import EventName


def test_every_event_told_is_a_fact_we_keep() -> None:
    assert CATALOGUE.keys() <= NAMES


def test_the_settings_offer_every_event_of_the_catalogue() -> None:
    assert set(get_args(EventName)) == CATALOGUE.keys()
    always = {"application.opened", "application.moved", "application.deleted"}
    assert set(Crm().webhook_events) == always


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_schema_is_one_and_refuses_what_nobody_promised(name: str) -> None:
    described = schema(name)
    Draft202012Validator.check_schema(described)
    body = {"type": name, "timestamp": "2026-11-21T02:00:00+00:00", "data": {"full_name": "SEN"}}
    assert not Draft202012Validator(described).is_valid(body)
