"""The names our relay rests on are there; a missing one is named at start, with the way out."""

import aioice.ice
import pylibsrtp
import pytest
from aiortc import RTCDtlsTransport

from ekyc.media.libraries import LibraryChanged, check_libraries
from ekyc.settings.media import PacketPath


@pytest.mark.parametrize("path", ["fast", "plain"])
async def test_the_installed_libraries_are_the_tested_ones(path: PacketPath) -> None:
    await check_libraries(path)


async def test_a_library_that_changed_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(aioice.ice, "get_host_addresses")
    with pytest.raises(LibraryChanged, match=r"aiortc 1\.16.*get_host_addresses$"):
        await check_libraries("fast")


async def test_whoever_only_the_fast_path_fails_is_told_the_setting_that_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(pylibsrtp, "_binding")
    with pytest.raises(LibraryChanged, match=r'srtp_protect.*; media\.path = "plain" is slower'):
        await check_libraries("fast")
    await check_libraries("plain")


async def test_a_library_without_the_plain_paths_names_is_refused_by_it_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(RTCDtlsTransport, "_send_rtp")
    await check_libraries("fast")
    with pytest.raises(LibraryChanged, match=r"_send_rtp$"):
        await check_libraries("plain")
