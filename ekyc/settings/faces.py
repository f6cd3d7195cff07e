"""How alike faces have to be, and what is kept of them."""

from typing import Self

from pydantic import Field, model_validator

from ekyc.settings.sections import Section


class Faces(Section):
    """The comparison of faces: a hint for the agent, who decides."""

    match_at: float = Field(
        0.45, gt=0, lt=1, description="Two faces as alike as this are called a match (cosine)"
    )
    refer_at: float = Field(
        0.363,
        gt=0,
        lt=1,
        description="From this on, below a match, the agent is to look closely; below it: no match",
    )

    portrait_min_px: int = Field(
        60,
        ge=20,
        description="A narrower face on a document is referred, and a closer photograph advised, "
        "pixels",
    )
    keep_templates: bool = Field(
        False,
        description="Keep the numbers faces are compared by, sealed under the customer's key",
    )

    @model_validator(mode="after")
    def outcomes_stand_in_order(self) -> Self:
        """Refuse a match that would be less than what is referred."""
        if self.refer_at > self.match_at:
            raise ValueError("faces.refer_at: larger than faces.match_at")
        return self
