"""Refusals as the web tells them."""

from http import HTTPStatus

import pytest

from ekyc.domain.errors import EkycError, leaves
from ekyc.notify.texts import LANGUAGES, Texts
from ekyc.web.middleware import HTTP_CODES, STATUS


def test_every_refusal_has_a_status_and_every_status_a_refusal() -> None:
    assert set(STATUS) == leaves() - {EkycError}


def test_no_two_refusals_share_a_code() -> None:
    codes = [leaf.code for leaf in leaves()]
    assert len(codes) == len(set(codes))


def test_a_refusal_is_the_askers_matter_or_says_that_it_passes() -> None:
    beyond = {status for status in STATUS.values() if not 400 <= status < 500}
    assert beyond == {HTTPStatus.SERVICE_UNAVAILABLE}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(HTTP_CODES.values()))
def test_what_http_itself_refuses_has_its_sentence_too(code: str, language: str) -> None:
    assert Texts().error(code, language) != code
