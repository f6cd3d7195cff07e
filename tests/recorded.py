"""A recording among a server's objects, as a call would have left it."""

import asyncio
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from ekyc.domain.call import Recording, RecordingState
from ekyc.journey import sealing
from ekyc.media import webm
from ekyc.media.finish import finish
from ekyc.sealed.form import CustomerKey, Sealer
from ekyc.storage import calls
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store
from tests.fakes import START
from tests.samples import pictures, shades, sounds, walls


def parts() -> list[bytes]:
    """Half a second: a header, and two clusters of four pictures."""
    made = [webm.header(width=160, height=120, started_at=START)]
    for first in (0, 4):
        cluster = webm.Cluster()
        for number, picture in enumerate(pictures(8)[first : first + 4], start=first):
            cluster.add(webm.VIDEO, number * 66, picture, number == 0)
        made.append(cluster.take())
    return made


def minutes(seconds: int) -> list[bytes]:
    """A header, then a cluster a second: in second n ten pictures of a grey of 2n, and sound."""
    made = [webm.header(width=320, height=240, started_at=START)]
    tone = sounds(50)
    for second, picture in enumerate(shades(seconds)):
        cluster = webm.Cluster()
        cluster.tell(second * 1000, START + timedelta(seconds=second))
        for tenth in range(10):
            cluster.add(webm.VIDEO, second * 1000 + tenth * 100, picture, True)
        for number, sound in enumerate(tone):
            cluster.add(webm.AUDIO, second * 1000 + number * 20, sound, True)
        made.append(cluster.take())
    return made


def filmed(colour: tuple[int, int, int], hz: float, *, seconds: int) -> list[bytes]:
    """A party before a wall of one colour, whose voice is one tone; a cluster a second."""
    made = [webm.header(width=320, height=240, started_at=START)]
    film, voice = walls(colour, seconds * 10), sounds(seconds * 50, hz=hz)
    for second in range(seconds):
        cluster = webm.Cluster()
        for number in range(second * 10, second * 10 + 10):
            cluster.add(webm.VIDEO, number * 100, film[number], number == 0)
        for number in range(second * 50, second * 50 + 50):
            cluster.add(webm.AUDIO, number * 20, voice[number], True)
        made.append(cluster.take())
    return made


def sealed_recording(owner: CustomerKey, content: list[bytes] | None = None) -> bytes:
    """A file as a worker closes it."""
    sealer = Sealer(owner.data_key())
    records = [sealer.record(part) for part in (parts() if content is None else content)]
    return b"".join([sealer.header, *records, sealer.end()])


async def keep(
    store: Store,
    ring: Ring,
    objects: Objects,
    recording: Recording,
    folder: Path,
    content: list[bytes] | None = None,
) -> tuple[Recording, bytes]:
    """The row once the recording is finished, and what a player is given."""
    owner = await sealing.recorded_under(store, ring, recording)

    def work() -> tuple[Recording, bytes]:
        original, index = folder / "original", folder / "index"
        original.write_bytes(sealed_recording(owner, content))
        finished = finish(original, index, owner=owner, id=recording.id)
        after = replace(
            recording,
            state=RecordingState.FINISHED,
            index_key=objects.put_file(index, id=recording.id, suffix="index.ekr"),
            object_key=objects.put_file(original, id=recording.id, suffix="webm.ekr"),
            **asdict(finished),
        )
        assert after.object_key is not None  # it was given one just now
        source = objects.open(after.object_key, owner=owner, index=after.index_key)
        return after, source.read(0, source.size)

    after, played = await asyncio.to_thread(work)
    async with store.begin() as tx:
        await calls.save_recording(tx, recording, after)
    return after, played
