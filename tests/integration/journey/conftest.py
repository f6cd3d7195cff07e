"""Scenes of the journey, on the store of the test."""

import pytest

from ekyc.settings import Call, Queue
from ekyc.storage.store import Store
from tests.fakes import FakeClock
from tests.meeting import Scene


@pytest.fixture
def clock() -> FakeClock:
    """Stands at nine in the morning."""
    return FakeClock()


@pytest.fixture
def scene(store: Store, clock: FakeClock) -> Scene:
    """A branch with the rules as they are shipped."""
    return Scene(store=store, clock=clock, queue=Queue(), call=Call())
