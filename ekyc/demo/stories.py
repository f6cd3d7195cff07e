"""The demo's three finished files: who called, what was before the camera, what the agent asked."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from ekyc.domain.call import Party
from ekyc.domain.decision import CHECKLIST, FEATURES, MOVEMENTS, Verdict


class Scene(StrEnum):
    """Who or what is before the customer's camera."""

    HEAD = "head"
    PRINT = "print"
    """A printed portrait, turned in the hand."""
    GLARE = "glare"
    """A head in far too much light."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One file as far as people choose; what is read and measured stands nowhere beforehand."""

    external_id: str
    seed: int
    """Of the card's person."""
    phone: str
    minutes_ago: float
    scene: Scene
    asks: tuple[str, ...]
    ticks: tuple[str, ...]
    questioned: bool
    """Whether a round of questions was asked and answered."""
    refusal: tuple[Verdict, tuple[str, ...]]
    """What the agent says when the measurements do not allow an approval."""


STORIES: Final = (
    Story(
        external_id="DEMO-SAMPLE-1",
        seed=38,
        phone="+84901234501",
        minutes_ago=95,
        scene=Scene.HEAD,
        asks=MOVEMENTS,
        ticks=CHECKLIST + FEATURES,
        questioned=True,
        refusal=(Verdict.INCOMPLETE, ("picture-or-sound-poor",)),
    ),
    Story(
        external_id="DEMO-SAMPLE-2",
        seed=36,
        phone="+84901234502",
        minutes_ago=60,
        scene=Scene.PRINT,
        asks=("left", "right"),
        ticks=("alone", "purpose"),
        questioned=False,
        refusal=(Verdict.REJECT, ("movements-failed",)),
    ),
    Story(
        external_id="DEMO-SAMPLE-3",
        seed=41,
        phone="+84901234503",
        minutes_ago=25,
        scene=Scene.GLARE,
        asks=("left", "left"),
        ticks=("alone",),
        questioned=False,
        refusal=(Verdict.INCOMPLETE, ("picture-or-sound-poor",)),
    ),
)
"""The longest ago first: facts are numbered in the order in which they happened."""

MARK: Final = "Hồ sơ mẫu của bản demo · Sample file of the demo"
"""Stands beside the verdict."""

NOTE: Final = (
    "Hồ sơ mẫu do bản demo tự tạo: thẻ vẽ, gương mặt và giọng nói dựng bằng máy. Kết quả đọc thẻ và"
    " đo cử động là kết quả thật trên các hình ảnh đó.\n"
    "Sample file made by the demo: a drawn card, a drawn face and a synthetic voice. What was read"
    " and measured was really read and measured in those pictures."
)


def film_file(spool: Path, seed: int, party: Party) -> Path:
    """Where a film lies until its recording is finished; another try begins it anew."""
    return spool / f"demo-{seed}-{party.value}.film"
