"""Hands out a photograph or a recording, whole or by ranges, opened piece by piece."""

import asyncio

from aiohttp import web

from ekyc.journey import sealing
from ekyc.sealed.reader import Source
from ekyc.storage.objects import SEALED
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
) -> web.StreamResponse:
    """An object of this application; what an older version kept in the clear goes out as it is."""
    objects = request.app[OBJECTS]
    if not key.endswith(SEALED):
        return web.FileResponse(objects.path(key), headers={"Content-Type": content_type})
    owner = await sealing.known_key(request.app[STORE], request.app[RING], application_id)
    source = await asyncio.to_thread(objects.open, key, owner=owner, index=index)
    try:
        return await _answer(request, source, content_type, f'"{sha256 or key}"')
    finally:
        await asyncio.to_thread(source.close)


async def _answer(
    request: web.Request, source: Source, content_type: str, etag: str
) -> web.StreamResponse:
    headers = {"Content-Type": content_type, "Accept-Ranges": "bytes", "ETag": etag}
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers=headers)
    wanted = _wanted(request, source.size, etag)
    if wanted is None:
        headers["Content-Range"] = f"bytes */{source.size}"
        return web.Response(status=416, headers=headers)
    begin, end, is_part = wanted
    if is_part:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{source.size}"
    response = web.StreamResponse(status=206 if is_part else 200, headers=headers)
    response.content_length = end - begin
    await response.prepare(request)
    while begin < end and request.method != "HEAD":
        piece = await asyncio.to_thread(source.read, begin, min(_PIECE, end - begin))
        await response.write(piece)
        begin += len(piece)
    await response.write_eof()
    return response


def _wanted(request: web.Request, size: int, etag: str) -> tuple[int, int, bool] | None:
    """From, to and whether it is a part; None when there is no such part. RFC 9110 §14."""
    if "Range" not in request.headers or request.headers.get("If-Range", etag) != etag:
        return 0, size, False
    try:
        asked = request.http_range
    except ValueError:
        return None
    begin, end, _ = asked.indices(size)
    if asked.start is not None and asked.start < 0:
        return (begin, size, True) if size else None
    return (begin, end, True) if begin < end else None
