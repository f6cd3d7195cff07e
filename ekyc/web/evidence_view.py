"""What stands beside the photographs, as staff are shown it."""

from typing import Any

from ekyc.journey.customer_file import CustomerFile


def chip(file: CustomerFile) -> dict[str, Any] | None:
    """What the authentication of the chip's data came to."""
    kept = file.chip
    if kept is None:
        return None
    return {
        "state": kept.state.value,
        "reason": kept.reason and kept.reason.value,
        "given_at": kept.given_at.isoformat(),
    }


def portraits(file: CustomerFile, *, min_px: int) -> list[dict[str, Any]]:
    """The portraits that count, with their width and whether that is enough for a comparison."""
    return [
        {
            "id": kept.id,
            "of": kept.of.value,
            "width_px": kept.width_px,
            "too_small": kept.is_too_small(min_px=min_px),
            "kept_at": kept.kept_at.isoformat(),
            "url": f"/api/files/{file.application.id}/portraits/{kept.id}",
        }
        for kept in file.portraits
        if kept.current
    ]
