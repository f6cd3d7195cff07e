"""The CRM's keys and the replay of webhooks from the command line."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from ekyc.cli import app
from ekyc.domain.events import SYSTEM, Event
from ekyc.storage import deliveries, jobs
from ekyc.storage.bus import Bus
from ekyc.storage.migrate import migrate
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import START

HOOK = "http://127.0.0.1:9/webhooks"
KEY = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"


def _url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'ekyc.sqlite3'}"


def _ekyc(folder: Path, *words: str) -> tuple[int, str]:
    """Run `ekyc …` on a database of its own."""
    hook = {"URL": HOOK, "SECRET": KEY, "PRIVATE": "true"}
    known = {f"EKYC_CRM__WEBHOOK_{name}": value for name, value in hook.items()}
    result = CliRunner().invoke(app, words, env={"EKYC_DATABASE__URL": _url(folder), **known})
    return result.exit_code, result.stdout


def _keys(folder: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(_ekyc(folder, "keys", "list", "--json")[1])["keys"]
    return listed


def test_an_operator_makes_a_key_for_what_and_where_and_revokes_it(tmp_path: Path) -> None:
    limits = ("--scope", "media", "--from", "127.0.0.0/8", "--from", "10.1.2.3")
    code, token = _ekyc(tmp_path, "keys", "add", "archive", *limits)
    assert code == 0
    (key,) = _keys(tmp_path)
    assert (key["name"], key["scopes"], key["from"]) == (
        "archive",
        "media",
        "127.0.0.0/8 10.1.2.3/32",
    )
    assert token.split("_")[2] == key["id"]
    assert _ekyc(tmp_path, "keys", "revoke", key["id"]) == (0, "revoked: archive\n")
    assert _keys(tmp_path)[0]["revoked_at"]
    code, said = _ekyc(tmp_path, "keys", "revoke", key["id"])
    assert (code, json.loads(said)["error"]["code"]) == (2, "not-allowed-now")


def test_a_scope_or_a_network_there_is_not_makes_no_key(tmp_path: Path) -> None:
    for limit, refusal in (
        (("--scope", "everything"), "scope-unknown"),
        (("--from", "the office"), "network-unknown"),
        (("--from", "10.0.0.1/8"), "network-unknown"),
    ):
        code, said = _ekyc(tmp_path, "keys", "add", "crm", *limit)
        assert (code, json.loads(said)["error"]["code"]) == (2, refusal)
    assert _keys(tmp_path) == []


def test_an_operator_tells_the_crm_again_what_happened_in_a_time(tmp_path: Path) -> None:
    asyncio.run(_two_facts(tmp_path))
    span = ("--since", f"{START:%Y-%m-%dT%H:%M:%S}", "--until", f"{START:%Y-%m-%dT%H:30:00}")
    replay = ("webhooks", "replay", *span)
    assert _ekyc(tmp_path, *replay, "--only-failed") == (0, "sent again: 0\n")
    assert asyncio.run(_due(tmp_path)) == []
    assert _ekyc(tmp_path, *replay) == (0, "sent again: 1\n")
    assert asyncio.run(_due(tmp_path)) == [1]


@asynccontextmanager
async def _opened(folder: Path) -> AsyncIterator[Store]:
    store = Store(_url(folder), bus=Bus())
    await migrate(store)
    try:
        yield store
    finally:
        await store.close()


async def _two_facts(folder: Path) -> None:
    """An hour apart; the CRM was told of neither."""
    async with _opened(folder) as store:
        await given(store, an_application())
        async with store.begin() as tx:
            for minutes in (0, 60):
                at = START + timedelta(minutes=minutes)
                fact = Event(name="application.moved", application_id="first", at=at, actor=SYSTEM)
                await tx.tell(fact)


async def _due(folder: Path) -> list[int]:
    async with _opened(folder) as store, store.read() as tx:
        return [each["sequence"] for each in await jobs.payloads(tx, deliveries.KIND)]
