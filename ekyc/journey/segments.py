"""A recording's next file, being written."""

from collections.abc import Sequence
from datetime import datetime

from ekyc.domain.call import Call, Party, Recording, RecordingState
from ekyc.storage.store import new_id


def opened(call: Call, party: Party, known: Sequence[Recording], at: datetime) -> Recording:
    """The next segment of a party's recording, being written."""
    return Recording(
        id=new_id(),
        call_id=call.id,
        party=party,
        segment=1 + max((r.segment for r in known if r.party is party), default=0),
        state=RecordingState.WRITING,
        started_at=at,
    )
