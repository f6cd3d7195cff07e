"""The private names our relay rests on are there, and a missing one is named at start."""

import aioice.ice
import pytest

from ekyc.media.peer import LibraryChanged, check_libraries


async def test_the_installed_libraries_are_the_tested_ones() -> None:
    await check_libraries()


async def test_a_library_that_changed_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(aioice.ice, "get_host_addresses")
    with pytest.raises(LibraryChanged, match=r"aiortc 1\.16.*get_host_addresses"):
        await check_libraries()
