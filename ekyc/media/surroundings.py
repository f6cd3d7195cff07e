"""What every room of a media worker shares."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ekyc.domain.room import RecordingClosed, RoomEvent
from ekyc.settings import Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every room of a worker shares."""

    settings: Media
    spool: Path
    pose_socket: Path
    disk: ThreadPoolExecutor
    tell: Callable[[RoomEvent], None]
    growing: Callable[[RecordingClosed], None]
    """Told of each recording that begins, as it would be closed if this worker died now."""
