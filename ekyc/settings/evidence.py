"""What is noticed on a file, and what stands beside its photographs."""

from pydantic import Field

from ekyc.settings.sections import Section


class Flags(Section):
    """What the agent's attention is drawn to; a flag decides nothing."""

    adult_years: int = Field(
        18,
        ge=1,
        le=30,
        description="A younger customer is referred to the guardian's way, years",
    )
    expiring_days: int = Field(
        30, ge=0, description="A document that expires within is flagged, days; 0: on its last day"
    )


class Portraits(Section):
    """Pictures of the holder to compare a face with."""

    min_px: int = Field(
        150, ge=60, description="A portrait narrower than this is called too small, pixels"
    )


class Chip(Section):
    """Chip data from the bank's own app."""

    issuers: str = Field(
        "",
        description="Folder of the authorities' certificates (CSCA; PEM or DER) whose chips are "
        "believed; empty: none is",
    )
    data_max_bytes: int = Field(
        300_000, ge=10_000, description="Largest request with a chip's data in base64, bytes"
    )
