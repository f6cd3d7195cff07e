"""What the API says of a line to the server: its test, the right to join, its way by a relay."""

from pydantic import BaseModel

from ekyc.domain.device_test import Network


class OwnDeviceTest(BaseModel):
    """What the last device test showed: the page's devices, and the line as it was measured."""

    camera: bool
    microphone: bool
    network: Network
    kbps: float
    loss: float
    rtt_ms: float | None
    down_kbps: float | None
    """To the customer, as the page measured it; null: it did not."""
    down_loss: float | None


class TurnServer(BaseModel):
    """A TURN server, and a name with its password that soon are worth nothing."""

    urls: list[str]
    username: str
    credential: str


class IceView(BaseModel):
    """By which ways a page's media may go: `servers` is empty for the straight way alone."""

    servers: list[TurnServer]
    relay_only: bool


class PassView(BaseModel):
    """The one-use right to open the call's WebSocket, under `pass`, and the ways of the media."""

    model_config = {"json_schema_extra": {"required": ["pass", "ice"]}}

    ice: IceView
