"""Staff accounts from the command line, and those the demo is furnished with."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from ekyc.demo.bank import STAFF, Secrets, furnish
from ekyc.domain.access import Scope
from ekyc.domain.api_key import ApiKey
from ekyc.storage import crm, staff, tokens
from ekyc.storage.store import Store
from tests.fakes import START, FakeClock


async def _ekyc(folder: Path, *words: str) -> tuple[int | None, str]:
    """Run `ekyc staff …` on a database of its own."""
    url = f"sqlite+aiosqlite:///{folder / 'ekyc.sqlite3'}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ekyc", "staff", *words),
        env={**os.environ, "EKYC_DATABASE__URL": url},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_an_operator_disables_an_account_and_opens_it_again(tmp_path: Path) -> None:
    made = await _ekyc(tmp_path, "add", "mai", "--name", "Mai", "--role", "agent")
    assert made[1].startswith("password: ")
    assert await _ekyc(tmp_path, "disable", "mai") == (0, "disabled: mai\n")
    code, said = await _ekyc(tmp_path, "disable", "mai")
    assert (code, json.loads(said)["error"]["code"]) == (2, "not-allowed-now")
    (kept,) = json.loads((await _ekyc(tmp_path, "list", "--json"))[1])["staff"]
    assert (kept["login"], kept["role"], bool(kept["disabled_at"])) == ("mai", "agent", True)
    code, said = await _ekyc(tmp_path, "reset", "mai")
    assert (code, "otpauth://totp/" in said, said != made[1]) == (0, True, True)
    assert await _ekyc(tmp_path, "teach", "mai", "--speaks", "vi", "--skills", "Ưu đãi") == (
        2,
        '{"error": {"code": "skill-invalid", "message": "skills: letters a to z, digits and -, '
        '24 at most"}}\n',
    )
    code, said = await _ekyc(tmp_path, "teach", "mai", "--speaks", "vi", "--skills", "business")
    assert (code, said) == (0, "mai: speaks vi; skills business\n")
    assert await _ekyc(tmp_path, "list") == (
        0,
        "login: mai  name: Mai  role: agent  speaks: vi  skills: business\n",
    )


async def test_a_demo_whose_first_start_broke_off_is_furnished_by_the_next(store: Store) -> None:
    kept = Secrets._made_up()
    key = ApiKey(id="in the way", name="demo", scopes=frozenset(Scope), made_at=START)
    async with store.begin() as tx:
        await crm.add_api_key(tx, key, digest=tokens.digest(kept.api_key))
    with pytest.raises(sa.exc.IntegrityError):
        await furnish(store, FakeClock(), kept)
    async with store.read() as tx:
        assert await staff.every(tx) == []
    await furnish(store, FakeClock(), Secrets._made_up())
    async with store.read() as tx:
        assert len(await staff.every(tx)) == len(STAFF)
        assert len(await crm.api_keys(tx)) == 2
