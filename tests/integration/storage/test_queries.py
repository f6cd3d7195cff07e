"""Questions with joins and cursors are answered alike by both databases."""

from datetime import timedelta

from ekyc.domain.access import Scope
from ekyc.domain.api_key import ApiKey
from ekyc.storage import applications, crm, inbox, queue
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import START


async def test_the_line_shows_whom_an_agent_will_meet_in_order(store: Store) -> None:
    await given(store, an_application("first"), an_application("second"))
    async with store.begin() as tx:
        await queue.add_ticket(tx, "second", now=START)
        await queue.add_ticket(tx, "first", now=START)
    async with store.read() as tx:
        waiting = await queue.line(tx, limit=5)
    assert [row["reference"] for row in waiting] == ["HS-2611-second", "HS-2611-first"]


async def test_who_pages_through_changes_meets_each_application_once(store: Store) -> None:
    later = START + timedelta(seconds=1)
    await given(
        store,
        an_application("b"),
        an_application("a"),
        an_application("c", updated_at=later),
    )
    met: list[str] = []
    after = None
    while True:
        async with store.read() as tx:
            page = await applications.changed(
                tx, stage=None, since=START, external_id=None, after=after, limit=1
            )
        if not page:
            break
        after = (page[-1].updated_at, page[-1].id)
        met += [application.id for application in page]
    assert met == ["a", "b", "c"]


async def test_the_inbox_shows_the_newest_message_first(store: Store) -> None:
    async with store.begin() as tx:
        for number in (1, 2, 3):
            now = START + timedelta(seconds=number)
            await inbox.add(tx, channel="sms", to="+84900000318", text=str(number), now=now)
    async with store.read() as tx:
        newest = await inbox.newest(tx, limit=2)
    assert [row["text"] for row in newest] == ["3", "2"]


async def test_an_answer_is_remembered_for_its_key_and_for_so_long(store: Store) -> None:
    key = ApiKey(id="key", name="crm", scopes=frozenset(Scope), made_at=START)
    async with store.begin() as tx:
        await crm.add_api_key(tx, key, digest="d")
        await crm.remember(tx, "key", "once", request_sha256="r", answer="a", now=START)
    async with store.read() as tx:
        earlier = START - timedelta(seconds=1)
        assert await crm.answered(tx, "key", "once", since=earlier) == ("r", "a")
        assert await crm.answered(tx, "key", "twice", since=earlier) is None
        assert await crm.answered(tx, "key", "once", since=START) is None
