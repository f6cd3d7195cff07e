"""What the CRM lists, fetches and takes back, and what of that the file remembers."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import ClientResponse

from ekyc.domain.access import Role, Scope
from ekyc.domain.api_key import ApiKey
from ekyc.domain.application import Stage
from ekyc.domain.authorisation import (
    Authorisation,
    AuthorisationState,
    Identification,
    Identifier,
)
from ekyc.domain.call import Party
from ekyc.domain.document import Side
from ekyc.domain.line import Figures
from ekyc.journey import sealing
from ekyc.storage import (
    applications,
    authorisations,
    calls,
    crm,
    decisions,
    documents,
    lines,
    numbers,
    schema,
    tokens,
)
from ekyc.storage.documents import Edit, Photograph, add_photograph
from ekyc.web.keys import OBJECTS, RING, SETTINGS
from tests.builders import a_side, an_application, given
from tests.fakes import START
from tests.integration.web.conftest import Guest, House
from tests.meeting import Scene
from tests.recorded import keep

MEDIA = "/api/v1/applications/first/media"


@pytest.fixture
def guest(house: House) -> Guest:
    return house[Role.CRM]


async def with_key(house: House, *scopes: Scope) -> Guest:
    """A guest whose key opens so much."""
    token = f"ekyc_test_{'-'.join(scopes)}"
    key = ApiKey(
        id=f"key-{len(scopes)}", name="crm", scopes=frozenset(scopes), made_at=house.clock.now()
    )
    async with house.store.begin() as tx:
        await crm.add_api_key(tx, key, digest=tokens.digest(token))
    headers = {"Authorization": f"Bearer {token}"}
    return Guest(house[Role.CRM].session, house.server, headers)


async def refused(guest: Guest, method: str, path: str, **more: Any) -> tuple[int, str]:
    answer = await guest.ask(method, path, **more)
    return answer.status, (await answer.json())["code"]


async def facts(house: House, *names: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    async with house.store.read() as tx:
        rows = await applications.events(tx, "first")
    return [(row["name"], row["actor"], row["data"]) for row in rows if row["name"] in names]


async def test_a_long_list_comes_in_parts_and_nothing_twice(house: House, guest: Guest) -> None:
    await given(house.store, *(an_application(f"a{n}") for n in range(5)))  # all of one instant
    seen, cursor = [], ""
    while True:
        part = await guest.told("GET", f"/api/v1/applications?limit=2{cursor}")
        assert len(part["applications"]) <= 2
        seen += [one["id"] for one in part["applications"]]
        if part["next"] is None:
            break
        cursor = f"&cursor={part['next']}"
    assert seen == ["a0", "a1", "a2", "a3", "a4", "first"]


async def test_what_changes_while_the_crm_reads_on_comes_again(house: House, guest: Guest) -> None:
    await given(house.store, an_application("second"))
    part = await guest.told("GET", "/api/v1/applications?limit=1")
    house.clock.pass_s(1)
    await guest.told("POST", "/api/v1/applications/first/cancel")
    rest = await guest.told("GET", f"/api/v1/applications?cursor={part['next']}")
    stages = {one["id"]: one["stage"] for one in rest["applications"]}
    assert stages == {"second": "confirmed", "first": "withdrawn"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=opened", ["other"]),
        ("external_id=crm-other", ["other"]),
        ("external_id=nobody", []),
        ("since=2026-11-21T02:00:01Z", ["other"]),
        ("since=2026-11-21T09:00:01%2B07:00", ["other"]),
        ("stage=confirmed&external_id=crm-first", ["first"]),
    ],
)
async def test_a_list_is_narrowed(house: House, guest: Guest, query: str, found: list[str]) -> None:
    house.clock.pass_s(1)
    later = house.clock.now()
    await given(house.store, an_application("other", stage=Stage.OPENED, updated_at=later))
    part = await guest.told("GET", f"/api/v1/applications?{query}")
    assert [one["id"] for one in part["applications"]] == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stage=asleep", "stage"),
        ("since=yesterday", "since"),
        ("since=0", "since"),
        ("since=2026-11-21T02:00:00", "since"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=WzEsMl0", "cursor"),
        ("external_id=", "external_id"),
        ("external_id=%00", "external_id"),
        ("colour=red", "colour"),
    ],
)
async def test_a_question_that_cannot_be_right_names_the_place(
    guest: Guest, query: str, field: str
) -> None:
    answer = await guest.ask("GET", f"/api/v1/applications?{query}")
    told = await answer.json()
    assert (answer.status, [fault["field"] for fault in told["errors"]]) == (422, [field])


async def test_an_answer_already_known_is_not_sent_again(house: House, guest: Guest) -> None:
    for path in ("/api/v1/applications", "/api/v1/applications/first"):
        first = await guest.ask("GET", path)
        known = {"If-None-Match": first.headers["ETag"]}
        again = await guest.ask("GET", path, headers=known)
        assert (again.status, await again.text()) == (304, "")
        await guest.ask("POST", "/api/v1/applications/first/cancel")
        assert (await guest.ask("GET", path, headers=known)).status == 200
        async with house.store.begin() as tx:
            await applications.set_values(tx, "first", stage="confirmed")


async def test_a_cancelled_customer_is_told_on_the_page(house: House, guest: Guest) -> None:
    told = await guest.told("POST", "/api/v1/applications/first/cancel")
    assert told["stage"] == "withdrawn"
    view = await house[Role.CUSTOMER].told("GET", "/api/customer/application")
    assert (view["stage"], view["page"]) == ("withdrawn", "result")
    assert await refused(guest, "POST", "/api/v1/applications/first/cancel") == (
        409,
        "not-allowed-now",
    )
    assert await facts(house, "application.moved") == [
        ("application.moved", "crm:key", {"stage": "withdrawn"})
    ]


async def test_a_cancellation_repeated_with_its_key_is_one(house: House, guest: Guest) -> None:
    await given(house.store, an_application("second"))
    headers = {"Idempotency-Key": "stop-1"}
    path = "/api/v1/applications/first/cancel"
    answers = await asyncio.gather(*(guest.told("POST", path, headers=headers) for _ in range(3)))
    assert [answer["stage"] for answer in answers] == ["withdrawn"] * 3
    other = "/api/v1/applications/second/cancel"
    assert await refused(guest, "POST", other, headers=headers) == (409, "idempotency-conflict")


async def test_there_is_no_result_before_the_verdict(guest: Guest) -> None:
    path = "/api/v1/applications/first/result"
    assert await refused(guest, "GET", path) == (409, "not-decided")


async def test_a_result_is_the_verdict_with_its_evidence_and_fetching_it_is_told(
    house: House, guest: Guest
) -> None:
    async with house.store.begin() as tx:
        await decisions.tick(tx, "first", "alone", done=True, by="lan", now=house.clock.now())
    body = {"verdict": "reject", "reasons": ["not-free"], "note": "Nicht allein."}
    await house[Role.AGENT].told("POST", "/api/files/first/decision", body)
    result = await guest.told("GET", "/api/v1/applications/first/result")
    assert (result["verdict"], result["reasons"]) == ("reject", ["not-free"])
    assert result["decided_by"] == "lan"
    assert [check["item"] for check in result["checks"] if check["done"]] == ["alone"]
    assert result["fields"][0]["name"] == "number"
    assert result["times"].keys() == {"decided"}
    assert "Nicht allein." not in json.dumps(result)
    assert await facts(house, "result.fetched") == [("result.fetched", "crm:key", {})]


async def test_the_bank_reads_what_a_call_authorised_before_the_verdict(
    house: House, guest: Guest
) -> None:
    await kept_media(house)
    async with house.store.begin() as tx:
        call = (await calls.of_application(tx, "first"))[0]
        now = house.clock.now()
        of: dict[str, Any] = {"application_id": "first", "call_id": call.id}
        passed: dict[str, Any] = {
            "by": Identifier.REFERENCE,
            "passed": True,
            "judged_by": "lan",
            "at": now,
        }
        await authorisations.answered(tx, Identification(id="answer", **of, **passed))
        asked: dict[str, Any] = {"identification_id": "answer", "asked_by": "lan", "asked_at": now}
        asked |= {"change": "another address", "state": AuthorisationState.CONFIRMED}
        await authorisations.add(tx, Authorisation(id="yes", expires_at=now, **of, **asked))
    path = f"/api/v1/applications/first/calls/{call.id}/contact"
    told = await guest.told("GET", path)
    (authorised,) = told["authorisations"]
    assert (authorised["id"], authorised["change"]) == ("yes", "another address")
    assert (authorised["state"], told["contact"]) == ("confirmed", None)
    assert await facts(house, "result.fetched") == [
        ("result.fetched", "crm:key", {"call": call.id})
    ]
    elsewhere = f"/api/v1/applications/second/calls/{call.id}/contact"
    assert await refused(guest, "GET", elsewhere) == (404, "not-found")


async def test_how_the_line_was_is_read_by_the_second_and_handed_over_in_a_handful_of_figures(
    house: House, guest: Guest
) -> None:
    verdict = {"verdict": "reject", "reasons": ["not-free"], "note": ""}
    await house[Role.AGENT].told("POST", "/api/files/first/decision", verdict)
    await kept_media(house)
    async with house.store.begin() as tx:
        call = (await calls.of_application(tx, "first"))[0]
        good = Figures(second=0, kbps=800.0, loss=0.0, rtt_ms=20.0, fps=30.0, width=640, height=480)
        series = [replace(good, second=n, kbps=800.0 + n) for n in range(3)]
        await lines.add(tx, call.id, Party.CUSTOMER, series)
    path = f"/api/files/first/calls/{call.id}/line"
    told = await house[Role.AUDITOR].told("GET", path)
    assert told["customer"] == [[n, 800.0 + n, 0.0, 20.0, 30.0, 640, 480] for n in range(3)]
    assert (told["agent"], told["weak"]["loss"] < told["bad"]["loss"]) == ([], True)
    elsewhere = f"/api/files/second/calls/{call.id}/line"
    assert await refused(house[Role.AUDITOR], "GET", elsewhere) == (404, "not-found")
    async with house.store.begin() as tx:
        await applications.set_values(tx, "first", stage=Stage.DECIDED.value)
    result = await guest.told("GET", "/api/v1/applications/first/result")
    (line,) = result["calls"][0]["lines"]
    assert (line["party"], line["seconds"], line["kbps"]) == ("customer", 3, 801.0)


async def body(answer: ClientResponse) -> bytes:
    """What was read of an answer that is closed; only its text is still given out."""
    return (await answer.text("latin-1")).encode("latin-1")


async def kept_media(house: House) -> dict[str, bytes]:
    """A photograph and the recordings of one call, one of them not finished; id → content."""
    objects = house.app[OBJECTS]
    owner = await sealing.customer_key(house.store, house.app[RING], "first")
    put = partial(objects.put, suffix="jpg", owner=owner)
    original, sha256 = await asyncio.to_thread(put, b"as taken")
    straightened, _ = await asyncio.to_thread(put, b"straightened")
    photograph = Photograph(
        id="p",
        application_id="first",
        side="front",
        state="accepted",
        origin="camera",
        original=original,
        original_sha256=sha256,
        straightened=straightened,
        faults=[],
        reading=a_side(Side.FRONT).reading.to_json(),
        taken_at=START,
    )
    async with house.store.begin() as tx:
        await applications.set_values(tx, "first", stage="opened")
        await add_photograph(tx, photograph)
    settings = house.app[SETTINGS]
    scene = Scene(store=house.store, clock=house.clock, queue=settings.queue, call=settings.call)
    call = await scene.talk("talking", "binh")
    async with house.store.begin() as tx:
        moved = sa.update(schema.calls).where(schema.calls.c.id == call.id)
        await tx.connection.execute(moved.values(application_id="first"))
        recording = (await calls.recordings(tx, call.id))[0]
    folder = settings.objects.folder.parent
    _, film = await keep(house.store, house.app[RING], objects, recording, folder)
    pictures = {"p-straightened": b"straightened", "p-original": b"as taken"}
    return pictures | {recording.id: film}


async def test_the_crm_fetches_what_there_is_to_see_and_each_download_is_told(
    house: House, guest: Guest
) -> None:
    contents = await kept_media(house)
    listed = (await guest.told("GET", MEDIA))["media"]
    ready = {one["id"]: one for one in listed if one["state"] == "ready"}
    assert ready.keys() == contents.keys()
    assert [one["state"] for one in listed if one["id"] not in contents] == ["coming"]
    for id, content in contents.items():
        answer = await guest.ask("GET", ready[id]["url"])
        assert (answer.status, await body(answer)) == (200, content)
        assert answer.content_type == ready[id]["content_type"]
        if ready[id]["sha256"]:
            assert hashlib.sha256(content).hexdigest() == ready[id]["sha256"]
    told = await facts(house, "media.fetched")
    assert [(actor, data["medium"]) for _, actor, data in told] == [
        ("crm:key", id) for id in contents
    ]


async def test_a_recording_is_fetched_by_ranges_as_one_download(house: House, guest: Guest) -> None:
    contents = await kept_media(house)
    (film,) = (id for id in contents if not id.startswith("p-"))
    parts = []
    for span in ("bytes=0-3", "bytes=4-"):
        answer = await guest.ask("GET", f"{MEDIA}/{film}", headers={"Range": span})
        assert answer.status == 206
        parts.append(await body(answer))
    assert b"".join(parts) == contents[film]
    assert len(await facts(house, "media.fetched")) == 1
    await guest.ask("GET", f"{MEDIA}/{film}")
    await guest.ask("GET", f"{MEDIA}/{film}")
    assert len(await facts(house, "media.fetched")) == 3


async def test_every_part_of_a_recording_is_what_it_is_in_the_whole(
    house: House, guest: Guest
) -> None:
    contents = await kept_media(house)
    ((id, film),) = ((id, content) for id, content in contents.items() if "p-" not in id)
    size = len(film)
    staff = house[Role.AGENT]
    for who, path in ((guest, f"{MEDIA}/{id}"), (staff, f"/api/files/first/recordings/{id}")):
        for span, begin, end in (
            ("0-0", 0, 1),
            ("7-", 7, size),
            ("-9", size - 9, size),
            (f"-{size + 5}", 0, size),
            (f"{size // 3}-{size - 20}", size // 3, size - 19),
            (f"{size - 1}-{size + 100}", size - 1, size),
        ):
            answer = await who.ask("GET", path, headers={"Range": f"bytes={span}"})
            assert (answer.status, await body(answer)) == (206, film[begin:end]), span
            assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{size}"
        for span in (f"{size}-", f"{size + 5}-{size + 9}", "-0"):
            answer = await who.ask("GET", path, headers={"Range": f"bytes={span}"})
            assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{size}")
        for span in ("9-3", "a-b", "", "0-1,3-4", "٣-٩"):
            answer = await who.ask("GET", path, headers={"Range": f"bytes={span}"})
            assert (answer.status, await body(answer)) == (200, film), span
        whole = await who.ask("GET", path)
        assert (whole.status, whole.content_length, await body(whole)) == (200, size, film)
        etag = whole.headers["ETag"]
        for headers, status in (
            ({"Range": "bytes=0-3", "If-Range": etag}, 206),
            ({"Range": "bytes=0-3", "If-Range": '"another"'}, 200),
            ({"If-None-Match": etag}, 304),
            ({"If-None-Match": f'"another", W/{etag}', "Range": "bytes=0-3"}, 304),
            ({"If-None-Match": '"another"'}, 200),
        ):
            assert (await who.ask("GET", path, headers=headers)).status == status
        head = await who.ask("HEAD", path)
        assert (head.status, head.content_length, await body(head)) == (200, size, b"")


async def test_a_recording_somebody_changed_is_not_handed_out_as_if_nobody_had(
    house: House, guest: Guest
) -> None:
    contents = await kept_media(house)
    (id,) = (id for id in contents if "p-" not in id)
    path = house.app[OBJECTS].path(f"{id}.webm.ekr")
    file = bytearray(await asyncio.to_thread(path.read_bytes))
    file[-1] ^= 1
    await asyncio.to_thread(path.write_bytes, bytes(file))
    assert (await guest.ask("GET", f"{MEDIA}/{id}")).status == 500


async def test_what_is_not_ready_or_anothers_is_not_there(house: House, guest: Guest) -> None:
    contents = await kept_media(house)
    listed = (await guest.told("GET", MEDIA))["media"]
    (coming,) = (one for one in listed if one["id"] not in contents)
    assert await refused(guest, "GET", coming["url"]) == (404, "not-found")
    elsewhere = "/api/v1/applications/talking/media/p-original"
    assert await refused(guest, "GET", elsewhere) == (404, "not-found")
    assert await refused(guest, "GET", "/api/v1/applications/nobody/media") == (404, "not-found")
    assert await facts(house, "media.fetched") == []


async def test_staff_read_which_other_file_has_the_number_and_the_crm_that_there_is_one(
    house: House, guest: Guest
) -> None:
    await given(house.store, an_application("other"))
    edit = Edit(before="", after="1990-03-08", source=None)
    async with house.store.begin() as tx:
        for id in ("first", "other"):
            await numbers.set_marks(tx, id, {"the mark of a number"})
        now = house.clock.now()
        await documents.set_typed(tx, "first", {"birth_date": edit}, actor="customer", now=now)
    body = {"verdict": "reject", "reasons": ["details-differ"]}
    await house[Role.AGENT].told("POST", "/api/files/first/decision", body)
    result = await guest.told("GET", "/api/v1/applications/first/result")
    assert result["flags"] == [{"code": "number-elsewhere", "field": "number"}]
    assert [(one["field"], one["after"]) for one in result["edits"]] == [
        ("birth_date", "1990-03-08")
    ]
    file = await house[Role.AUDITOR].told("GET", "/api/files/first")
    (flag,) = file["flags"]
    assert flag["others"] == [{"id": "other", "reference": "HS-2611-other"}]
    assert "hồ sơ của khách hàng khác (1 hồ sơ)" in flag["message"]


async def test_a_key_without_the_scope_gets_no_media_and_no_result(house: House) -> None:
    await kept_media(house)
    plain = await with_key(house, Scope.APPLICATIONS)
    results = await with_key(house, Scope.APPLICATIONS, Scope.RESULTS)
    await plain.told("GET", "/api/v1/applications/first")
    for guest, path in (
        (plain, "/api/v1/applications/first/result"),
        (plain, "/api/v1/applications/first/calls/any/contact"),
        (plain, MEDIA),
        (results, MEDIA),
        (results, f"{MEDIA}/p-original"),
    ):
        assert await refused(guest, "GET", path) == (403, "scope-missing")
    assert await facts(house, "media.fetched", "result.fetched") == []


async def test_staff_read_the_list_part_by_part_at_one_stage(house: House) -> None:
    agent = house[Role.AGENT]
    later = house.clock.now() + timedelta(minutes=1)
    async with house.store.begin() as tx:
        for n in range(3):
            await applications.add(tx, an_application(f"more{n}", updated_at=later), product="")
        other = an_application("other", stage=Stage.OPENED, updated_at=later)
        await applications.add(tx, other, product="")
    path = "/api/files?stage=confirmed&limit=2"
    one = await agent.told("GET", path)
    two = await agent.told("GET", f"{path}&cursor={one['next']}")
    shown = [file["id"] for part in (one, two) for file in part["files"]]
    assert (shown, two["next"]) == (["more0", "more1", "more2", "first"], None)
    assert await refused(agent, "GET", f"{path}&cursor=mine") == (422, "body-invalid")


async def test_staff_who_ask_for_a_stage_there_is_none_are_told_so(house: House) -> None:
    agent = house[Role.AGENT]
    assert len((await agent.told("GET", "/api/files?stage=confirmed"))["files"]) == 1
    assert (await agent.told("GET", "/api/files?stage=decided"))["files"] == []
    assert await refused(agent, "GET", "/api/files?stage=nowhere") == (422, "body-invalid")
