"""Hands out a photograph or a recording, whole or by ranges, opened piece by piece."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from ekyc.journey import sealing
from ekyc.sealed.reader import Source
from ekyc.storage.objects import SEALED
from ekyc.web.conditional import is_known, part
from ekyc.web.keys import OBJECTS, RING, STORE

_PIECE = 1 << 18


async def given(
    request: web.Request,
    key: str,
    *,
    application_id: str,
    content_type: str,
    index: str | None = None,
    sha256: str | None = None,
    name: str | None = None,
) -> web.StreamResponse:
    """An object of this application; what an older version kept in the clear goes out as it is.

    With a `name` browsers keep it as a file instead of showing it.
    """
    objects = request.app[OBJECTS]
    if not key.endswith(SEALED):
        return web.FileResponse(objects.path(key), headers={"Content-Type": content_type})
    owner = await sealing.known_key(request.app[STORE], request.app[RING], application_id)
    source = await asyncio.to_thread(objects.open, key, owner=owner, index=index)
    headers = {"Content-Type": content_type}
    if name is not None:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return await handed_out(request, source, headers=headers, tag=sha256 or key)


async def handed_out(
    request: web.Request, source: Source, *, headers: Mapping[str, str], tag: str
) -> web.StreamResponse:
    """A source, closed afterwards; `tag` is another one whenever its bytes are."""
    try:
        return await _answer(request, source, dict(headers), tag)
    finally:
        await asyncio.to_thread(source.close)


async def _answer(
    request: web.Request, source: Source, headers: dict[str, str], tag: str
) -> web.StreamResponse:
    headers |= {"Accept-Ranges": "bytes", "ETag": f'"{tag}"'}
    if is_known(request, tag):
        return web.Response(status=304, headers=headers)
    wanted = part(request, source.size, tag)
    if wanted is not None and not wanted.is_there:
        headers["Content-Range"] = f"bytes */{source.size}"
        return web.Response(status=416, headers=headers)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {wanted.begin}-{wanted.end - 1}/{source.size}"
    begin, end = (wanted.begin, wanted.end) if wanted else (0, source.size)
    response = web.StreamResponse(status=206 if wanted else 200, headers=headers)
    response.content_length = end - begin
    await response.prepare(request)
    while begin < end and request.method != "HEAD":
        piece = await asyncio.to_thread(source.read, begin, min(_PIECE, end - begin))
        try:
            await response.write(piece)
        except ConnectionError:  # who jumps in a film hangs up in the middle of a part
            return response
        begin += len(piece)
    await response.write_eof()
    return response
