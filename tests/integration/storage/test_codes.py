"""One-time codes in the database."""

from dataclasses import replace

import pytest

from ekyc.domain.code import Code, Purpose, issue
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.message import Channel
from ekyc.journey.codes import limits
from ekyc.settings import Codes
from ekyc.storage import codes
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import START


def a_code() -> Code:
    return issue(
        id="code",
        application_id="first",
        purpose=Purpose.PHONE,
        channel=Channel.SMS,
        bound_to="session",
        digest="trace",
        now=START,
        limits=limits(Codes()),
    )


async def test_a_try_counted_on_what_somebody_else_has_tried_is_refused(store: Store) -> None:
    code = a_code()
    await given(store, an_application())
    async with store.begin() as tx:
        await codes.add(tx, code)
        tried = replace(code, tries_left=4)
        await codes.save(tx, tried, tries_before=5)
        with pytest.raises(NotAllowedNow):
            await codes.save(tx, tried, tries_before=5)
        assert await codes.live(tx, "first", Purpose.PHONE) == tried
