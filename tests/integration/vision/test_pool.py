"""Photographs may hang, crash or swell their worker; the house serves the next one."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ekyc.domain.errors import Busy, ImageTooLarge
from ekyc.settings import Vision
from ekyc.vision.pool import Pool, TaskFailed
from tests import vision_tasks
from tests.limits import files_left

ROOT = Path(__file__).parents[3]
SHORT = Vision(document_s=2.0, document_waiting=1, memory_max_mb=400)
PATIENT = Vision(document_s=30.0, document_waiting=1, memory_max_mb=400)


def a_pool(vision: Vision) -> Pool:
    return Pool(vision, task=vision_tasks.NAME, settings={"photo_max_bytes": 7})


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = a_pool(PATIENT)
    yield pool
    await pool.close()


async def do(pool: Pool, what: str, **more: Any) -> Any:
    head, _ = await pool.run({"do": what, **more}, b"")
    return head["said"]


async def pid_of(pool: Pool) -> int:
    head, _ = await pool.run({"do": "echo"}, b"")
    return int(head["pid"])


def is_running(pid: int) -> bool:
    """Zombies have ended, whoever has not yet collected them."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


async def lines_until(stream: asyncio.StreamReader, start: bytes) -> AsyncIterator[bytes]:
    async for line in stream:
        yield line
        if line.startswith(start):
            return


async def ended(pid: int, *, within_s: float = 10.0) -> bool:
    deadline = time.monotonic() + within_s
    while await asyncio.to_thread(is_running, pid):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


async def test_a_worker_answers_with_the_bytes_and_knows_its_settings(pool: Pool) -> None:
    head, body = await pool.run({"do": "echo"}, b"abc" * 1_000_000)
    assert body == b"cba" * 1_000_000
    assert head["said"] == {"photo_max_bytes": 7}


async def test_one_worker_serves_one_customer_after_the_other(pool: Pool) -> None:
    assert await pid_of(pool) == await pid_of(pool)


async def test_a_photograph_that_hangs_is_given_up_and_the_next_one_is_read() -> None:
    pool = a_pool(SHORT)
    stuck = await pid_of(pool)
    with pytest.raises(TaskFailed, match="TimeoutError"):
        await pool.run({"do": "hang"}, b"")
    assert await ended(stuck)
    assert await pid_of(pool) != stuck
    await pool.close()


async def test_the_program_a_stuck_photograph_started_ends_with_it(tmp_path: Path) -> None:
    pool, told = a_pool(SHORT), tmp_path / "pid"
    with pytest.raises(TaskFailed):
        await pool.run({"do": "hang with a program", "tell": str(told)}, b"")
    assert await ended(int(told.read_text(encoding="ascii")))
    await pool.close()


@pytest.mark.parametrize("spare", [0, 2])
async def test_a_photograph_sent_while_the_machine_has_no_file_left_is_asked_for_again(
    pool: Pool, spare: int
) -> None:
    with files_left(spare), pytest.raises(Busy):
        await pid_of(pool)
    assert await pid_of(pool)


async def test_a_photograph_that_crashes_its_worker_hurts_nobody_else(pool: Pool) -> None:
    with pytest.raises(TaskFailed, match="WorkerLost"):
        await pool.run({"do": "crash"}, b"")
    assert await pid_of(pool)


async def test_a_photograph_whose_worker_was_killed_is_read_by_another(
    pool: Pool, tmp_path: Path
) -> None:
    """The first worker there is: whoever was killed by somebody else is no reason to refuse it."""
    assert await do(pool, "crash once", tell=str(tmp_path / "crashed")) == "read"


async def test_a_photograph_that_swells_its_worker_ends_it(pool: Pool) -> None:
    with pytest.raises(TaskFailed, match="WorkerLost"):
        await pool.run({"do": "swell"}, b"")
    assert await pid_of(pool)


async def test_a_worker_somebody_killed_is_replaced(pool: Pool) -> None:
    killed = await pid_of(pool)
    os.kill(killed, signal.SIGKILL)
    assert await ended(killed)
    assert await pid_of(pool) != killed


async def test_ctrl_c_is_the_houses_to_hear(pool: Pool) -> None:
    worker = await pid_of(pool)
    os.kill(worker, signal.SIGINT)
    assert await pid_of(pool) == worker


async def test_a_customer_who_hangs_up_leaves_no_answer_for_the_next(pool: Pool) -> None:
    worker = await pid_of(pool)
    gone = asyncio.create_task(pool.run({"do": "hang"}, b"mine"), name="gone")
    await asyncio.sleep(0.2)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await ended(worker)
    _, body = await pool.run({"do": "echo"}, b"yours")
    assert body == b"sruoy"


async def test_when_the_waiting_room_is_full_the_next_customer_is_told(pool: Pool) -> None:
    inside = [asyncio.create_task(pool.run({"do": "hang"}, b""), name=f"{i}") for i in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await pool.run({"do": "echo"}, b"")
    for task in inside:
        task.cancel()
    await asyncio.gather(*inside, return_exceptions=True)
    assert await pid_of(pool)


async def test_a_refusal_arrives_as_the_same_refusal(pool: Pool) -> None:
    with pytest.raises(ImageTooLarge) as refused:
        await pool.run({"do": "refuse"}, b"")
    assert refused.value.values == {"limit_mb": 12, "limit_mp": 40}


async def test_what_broke_is_told_without_what_stands_on_the_card(pool: Pool) -> None:
    with pytest.raises(TaskFailed) as failed:
        await pool.run({"do": "break"}, b"")
    assert str(failed.value) == "ValueError"


async def test_a_task_that_does_not_exist_fails_like_any_other() -> None:
    pool = Pool(PATIENT, task="tests.vision_tasks:nothing", settings={})
    with pytest.raises(TaskFailed):
        await pool.run({"do": "echo"}, b"")
    await pool.close()


async def test_a_worker_cannot_call_anybody(pool: Pool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        said = await do(pool, "call out", port=somebody.getsockname()[1])
    if said == "connected" and not _may_have_own_network():
        pytest.skip("this kernel gives ordinary users no network of their own")
    assert said == "ENETUNREACH"


async def test_a_worker_knows_no_secret_and_stays_who_it_was(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EKYC_SECRET", "00" * 32)
    assert await do(pool, "secrets") == []
    user, niceness, session = await do(pool, "account")
    assert user == os.getuid()
    assert niceness >= PATIENT.niceness
    assert session == os.getsid(0)  # in another one its niceness would say nothing to ours


async def test_a_house_killed_at_once_leaves_no_worker_behind(tmp_path: Path) -> None:
    house = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.vision_house",
        str(tmp_path / "pose.sock"),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert house.stdout is not None
    said = [line.decode() async for line in lines_until(house.stdout, b"pids")]
    pids = [int(word) for word in said[-1].split()[1:]]
    assert len(pids) == 3
    assert all(is_running(pid) for pid in pids)
    house.kill()
    await house.wait()
    for pid in pids:
        assert await ended(pid), f"{pid} still runs"


def _may_have_own_network() -> bool:
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0
