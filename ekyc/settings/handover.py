"""The table of hand-overs from the computer to the telephone."""

from pydantic import Field

from ekyc.settings.sections import Section


class Handover(Section):
    """Going on with the telephone by a code on the computer's screen."""

    life_min: float = Field(10.0, gt=0, le=60, description="A code can be opened so long, minutes")
    per_hour: int = Field(
        10, ge=1, description="Codes of one application within an hour at most, used or not"
    )
