"""The photographs, pictures and recordings of one application, as the CRM fetches them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ekyc.domain.call import Movement, Recording, RecordingState
from ekyc.domain.likeness import Comparison as FaceComparison
from ekyc.domain.portrait import KeptPortrait
from ekyc.domain.still import Still
from ekyc.storage import applications, calls, documents, portraits, presence, stills
from ekyc.storage.documents import Photograph
from ekyc.storage.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """One photograph, portrait, still, recording, or what was cut out of it, for the CRM."""

    id: str
    kind: str
    of: str
    """front or back of a document; chip, app or card; document or face; a party; a movement's
    direction."""
    variant: str
    state: str
    """ready, coming or lost."""
    object_key: str | None
    index_key: str | None
    """What goes before a sealed recording."""
    sha256: str | None
    content_type: str
    made_at: datetime


async def of_application(tx: Tx, application_id: str) -> Sequence[Medium]:
    """Every photograph, straightened and as it was taken; portraits; faces that were compared; of
    calls the furthest points of movements, stills, recordings.

    Raises `NotFound`.
    """
    await applications.load(tx, application_id)
    found = []
    for taken in await documents.photographs(tx, application_id):
        found += [_picture(taken, "straightened"), _picture(taken, "original")]
    found += [_holder(kept) for kept in await portraits.of_application(tx, application_id)]
    for made in await presence.comparisons(tx, application_id):
        found += _faces(made)
    for call in await calls.of_application(tx, application_id):
        moved = await calls.movements(tx, call.id)
        found += [_moved(movement) for movement in moved if movement.picture]
        found += [_still(still) for still in await stills.of_call(tx, call.id) if still.original]
        found += [_film(recording) for recording in await calls.recordings(tx, call.id)]
    return found


def _picture(taken: Photograph, variant: str) -> Medium:
    is_original = variant == "original"
    return Medium(
        id=f"{taken.id}-{variant}",
        kind="photograph",
        of=taken.side,
        variant=variant,
        state="ready",
        object_key=taken.original if is_original else taken.straightened,
        index_key=None,
        sha256=taken.original_sha256 if is_original else None,
        content_type="image/jpeg",
        made_at=taken.taken_at,
    )


def _holder(kept: KeptPortrait) -> Medium:
    return Medium(
        id=kept.id,
        kind="portrait",
        of=kept.of.value,
        variant="original",
        state="ready",
        object_key=kept.picture,
        index_key=None,
        sha256=kept.picture_sha256,
        content_type="image/jpeg",
        made_at=kept.kept_at,
    )


def _still(still: Still) -> Medium:
    return Medium(
        id=still.id,
        kind="still",
        of=still.of.value,
        variant=still.view.value if still.view else "original",
        state="ready",
        object_key=still.original,
        index_key=None,
        sha256=still.original_sha256,
        content_type="image/jpeg",
        made_at=still.ended_at or still.asked_at,
    )


def _moved(movement: Movement) -> Medium:
    return Medium(
        id=f"{movement.id}-picture",
        kind="movement",
        of=movement.direction,
        variant="original",
        state="ready",
        object_key=movement.picture,
        index_key=None,
        sha256=None,
        content_type="image/jpeg",
        made_at=movement.ended_at or movement.asked_at,
    )


def _faces(made: FaceComparison) -> Sequence[Medium]:
    """Both faces of a comparison, cut out."""
    keys = {"live": made.live, "portrait": made.portrait}
    return [
        Medium(
            id=f"{made.id}-{variant}",
            kind="face",
            of=made.of,
            variant=variant,
            state="ready",
            object_key=key,
            index_key=None,
            sha256=None,
            content_type="image/jpeg",
            made_at=made.at,
        )
        for variant, key in keys.items()
        if key is not None
    ]


_FILM = {RecordingState.FINISHED: "ready", RecordingState.LOST: "lost"}


def _film(recording: Recording) -> Medium:
    return Medium(
        id=recording.id,
        kind="recording",
        of=recording.party.value,
        variant=str(recording.segment),
        state=_FILM.get(recording.state, "coming"),
        object_key=recording.object_key,
        index_key=recording.index_key,
        sha256=recording.sha256,
        content_type="video/webm",
        made_at=recording.started_at,
    )
