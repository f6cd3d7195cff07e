"""The server's clock, whatever happens to the machine's."""

from datetime import UTC, datetime, timedelta

import pytest

from ekyc.clock import SteadyClock

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Machine:
    """A machine whose clock somebody can put wrong."""

    def __init__(self) -> None:
        self.ticks, self.wrong_s = 0.0, 0.0

    def wall(self) -> datetime:
        return NOW + timedelta(seconds=self.ticks + self.wrong_s)

    def clock(self) -> SteadyClock:
        return SteadyClock(self.wall, lambda: self.ticks)


@pytest.mark.parametrize("jump_s", [-30.0, 3600.0, 40 * 86_400.0])
def test_a_clock_that_is_put_wrong_changes_nothing_and_is_noticed(jump_s: float) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.ticks = 10.0
    machine.wrong_s = jump_s
    assert clock.now() == NOW + timedelta(seconds=10)
    assert clock.jump_s() == jump_s
    machine.ticks = 25.0
    assert clock.now() == NOW + timedelta(seconds=25)
    machine.wrong_s = 0.0
    assert (clock.now(), clock.jump_s()) == (NOW + timedelta(seconds=25), 0.0)


def test_a_time_servers_correction_is_followed() -> None:
    machine = Machine()
    clock = machine.clock()
    for step in range(1, 6):
        machine.ticks += 60
        machine.wrong_s = 1.5 * step
        assert clock.now() == machine.wall()
        assert clock.jump_s() == 0.0
    machine.ticks += 60
    machine.wrong_s += 20
    assert clock.now() == machine.wall() - timedelta(seconds=20)


def test_the_machines_own_clock_goes_on() -> None:
    clock = SteadyClock()
    first = clock.now()
    assert first <= clock.now() <= datetime.now(UTC) + timedelta(seconds=1)
    assert clock.jump_s() == 0.0


def test_another_process_that_starts_after_the_jump_tells_the_servers_time() -> None:
    machine = Machine()
    server = machine.clock()
    machine.ticks, machine.wrong_s = 60.0, 3600.0
    worker = machine.clock()
    assert worker.now() - server.now() == timedelta(hours=1)
    worker.follow(server.booted_at)
    machine.ticks = 90.0
    assert worker.now() == server.now() == NOW + timedelta(seconds=90)
