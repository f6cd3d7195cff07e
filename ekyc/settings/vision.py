"""The processes that look at pixels."""

from pydantic import Field

from ekyc.settings.sections import Section


class Vision(Section):
    """Pixel worker processes."""

    document_workers: int = Field(1, ge=1, le=64, description="Processes that read photographs")
    document_waiting: int = Field(
        8, ge=0, description="Photographs that may wait for such a process; more are refused"
    )
    document_s: float = Field(
        45.0, gt=0, description="A process that needs longer for a photograph is killed, seconds"
    )
    silence_s: float = Field(
        5.0, gt=1, description="A pose process without a sign of life is replaced after, seconds"
    )
    niceness: int = Field(
        5, ge=0, le=19, description="How far these processes stand back for calls"
    )
    memory_max_mb: int = Field(
        1200, ge=300, description="A process that occupies more memory ends and is replaced, MB"
    )
    spoof_model: str = Field(
        "",
        description="An ONNX net of your own that tells faces from pictures of faces; empty: none. "
        "Its answer is one more signal (docs/presence.md)",
    )
    spoof_size_px: int = Field(80, ge=16, le=512, description="Side of that net's input, pixels")
    spoof_genuine: int = Field(
        1, ge=0, description="Which of that net's outputs, from 0 on, says that a face is genuine"
    )
