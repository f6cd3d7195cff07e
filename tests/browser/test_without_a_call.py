"""A customer who types the form by hand, and a verdict without a call."""

from pathlib import Path

import pytest

from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import opened


@pytest.mark.asyncio(loop_scope="session")
async def test_a_customer_without_a_chip_card_is_told_why_she_is_refused(
    invite: Invite, tmp_path: Path
) -> None:
    async with opened(tmp_path) as house:
        customer = await invite()
        await walk.open_link(customer, house, await house.link())
        await walk.agree(customer)
        await walk.confirm_phone(customer, house)
        await walk.choose(customer, "other")
        await walk.type_form(customer, walk.FORM)
        await walk.arrives(customer, "precheck")
