"""Portraits to compare a face with: where they come from, and whether they are large enough."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PortraitOf(StrEnum):
    """What shows the holder, the most trusted first."""

    CHIP = "chip"
    APP = "app"  # given by the bank's own app: verified earlier
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPortrait:
    """One portrait; `picture` is the key of its object.

    `width_px`: of the portrait as it was photographed or given, before any enlarging.
    `given_sha256`: of the file it was made from, so that the same one is not kept twice.
    """

    id: str
    application_id: str
    of: PortraitOf
    picture: str
    picture_sha256: str
    width_px: int
    kept_at: datetime
    photograph_id: str | None = None
    given_sha256: str | None = None
    current: bool = True

    def is_too_small(self, *, min_px: int) -> bool:
        """A face in fewer pixels is not compared: the answer would be worth nothing."""
        return self.width_px < min_px
