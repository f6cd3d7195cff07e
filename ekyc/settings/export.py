"""The table of exports: both parties of a call in one film."""

from pydantic import Field

from ekyc.settings.sections import Section


class Export(Section):
    """Films of both parties, made when somebody asks."""

    keep_days: int = Field(7, ge=1, description="A film is removed after, days")
    waiting_max: int = Field(
        10, ge=1, description="Films that may wait to be made; one after the other is"
    )
    longest_min: float = Field(
        60.0, gt=0, description="A film that takes longer to make is given up, minutes"
    )
    size_max_mb: int = Field(1000, ge=1, description="Largest film, MB")
    fps: int = Field(15, ge=5, le=30, description="Pictures per second")
    kbps: int = Field(1200, ge=200, le=8000, description="Bit rate of the picture, kbit/s")
    width_px: int = Field(
        640, ge=160, le=1280, multiple_of=4, description="Width of each party's picture, pixels"
    )
    height_px: int = Field(
        480, ge=120, le=720, multiple_of=4, description="Height of each party's picture, pixels"
    )
    niceness: int = Field(19, ge=0, le=19, description="How far the process stands back for calls")
    memory_max_mb: int = Field(
        800, ge=200, description="A process that occupies more memory ends, MB"
    )
