"""The ladder in one room: where each party's line stands, and what follows for the pictures."""

from collections.abc import Iterable

from ekyc.domain import ladder as rules
from ekyc.domain.ladder import Ladder, Limits, Second, Step
from ekyc.domain.room import LineStepped
from ekyc.media.clock import CLOCK
from ekyc.settings import Media


def limits(settings: Media) -> Limits:
    """The rules in force."""
    return Limits(
        low_loss=settings.ladder_low_loss,
        sound_loss=settings.ladder_sound_loss,
        good_loss=settings.ladder_good_loss,
        low_rtt_ms=settings.ladder_low_rtt_ms,
        sound_rtt_ms=settings.ladder_sound_rtt_ms,
        good_rtt_ms=settings.ladder_good_rtt_ms,
        starved_kbps=settings.ladder_starved_kbps,
        down_s=settings.ladder_down_s,
        up_s=settings.ladder_up_s,
        longest_up_s=settings.ladder_longest_up_s,
    )


class Ladders:
    """One for each party's line; alone in a room nobody needs one, the device test measures."""

    def __init__(self, settings: Media, parties: Iterable[str]) -> None:
        self._settings, self._limits = settings, limits(settings)
        names = list(parties)
        self._lines = {name: Ladder() for name in names} if len(names) > 1 else {}

    def observe(self, party: str, second: Second, *, seconds: float) -> Step | None:
        """The step this line has come to now; None while it stays on its step."""
        before = self._lines.get(party)
        if before is None:
            return None
        after = rules.observe(before, second, seconds=seconds, limits=self._limits)
        self._lines[party] = after
        return after.step if after.step is not before.step else None

    def is_shown(self, source: str, listener: str) -> bool:
        """Whether this party's picture is passed on to that one."""
        return rules.is_shown(source, listener, self._steps())

    def ceiling_bps(self, source: str) -> int:
        """What this party's camera may send at most, bit/s."""
        most = self._settings.remb_ceiling_kbps
        cap = rules.ceiling_kbps(
            source,
            self._steps(),
            low_kbps=self._settings.ladder_low_kbps,
            least_kbps=self._settings.ladder_least_kbps,
        )
        return 1000 * (most if cap is None else min(cap, most))

    def _steps(self) -> dict[str, Step]:
        return {party: line.step for party, line in self._lines.items()}


def stepped(room: str, party: str, step: Step, line: Second) -> LineStepped:
    """A party's line carries less, or more again, by what was measured of it."""
    return LineStepped(
        room=room,
        party=party,
        step=step.value,
        at=CLOCK.now(),
        loss=round(line.loss, 3),
        rtt_ms=line.rtt_ms,
        kbps=line.kbps,
    )
