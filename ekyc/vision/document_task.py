"""Reading a photograph as a worker's task: bytes in, a reading and two pictures out, or a copy."""

from typing import Any

from ekyc.domain.document import Portrait, SideReading, SideResult
from ekyc.settings import Documents
from ekyc.vision import wire

NAME = f"{__name__}:read"


def read(question: wire.Head, photograph: bytes, settings: dict[str, Any]) -> wire.Message:
    """In the worker: raises what `read_side` refuses a photograph with.

    With `only_copy` in the question the photograph is opened and made anew, nothing is read; with
    `portrait` also a picture in a form that chips hold.
    """
    limits = Documents.model_validate(settings)
    if question.get("only_copy"):
        from ekyc.vision.image import jpeg, opened

        return {}, jpeg(opened(photograph, limits).pixels)
    if question.get("portrait"):
        from ekyc.vision.image import PORTRAIT_FORMATS, jpeg, opened

        picture = opened(photograph, limits, formats=PORTRAIT_FORMATS).pixels
        return {"width_px": picture.shape[1]}, jpeg(picture)
    if question.get("face"):
        from ekyc.vision.image import opened
        from ekyc.vision.look import face_of

        return face_of(opened(photograph, limits).pixels)
    from ekyc.vision import portrait
    from ekyc.vision.document import read_side

    result = read_side(photograph, limits=limits)
    head = {"reading": result.reading.to_json(), "straightened_bytes": len(result.straightened)}
    if holder := portrait.cut(result, limits):
        head |= {"portrait_bytes": len(holder.picture), "portrait_width_px": holder.width_px}
    return head, result.straightened + (holder.picture if holder else b"") + result.original


def result_of(answer: wire.Message) -> SideResult:
    """In the house: what the worker read."""
    head, pictures = answer
    size = head["straightened_bytes"]
    end = size + head.get("portrait_bytes", 0)
    holder = Portrait(picture=pictures[size:end], width_px=head.get("portrait_width_px", 0))
    return SideResult(
        reading=SideReading.from_json(head["reading"]),
        straightened=pictures[:size],
        original=pictures[end:],
        portrait=holder if end > size else None,
    )
