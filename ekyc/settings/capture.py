"""The table of how customers take photographs."""

from typing import Literal

from pydantic import Field

from ekyc.settings.sections import Section


class Capture(Section):
    """Taking photographs of a document in the page."""

    failures: int = Field(
        3, ge=1, description="Pictures refused in a row before a person's help is offered"
    )
    auto: bool = Field(
        True, description="The page takes the picture by itself once all holds; the button stays"
    )
    gallery: Literal["off", "flagged"] = Field(
        "off",
        description="Pictures chosen from the device: off, or flagged (taken, and shown to the "
        "agent as of lower trust)",
    )
