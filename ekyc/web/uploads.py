"""Bodies larger than JSON's limit: never more than their own limit in memory."""

from aiohttp import web

from ekyc.domain.errors import ImageTooLarge
from ekyc.web.keys import SETTINGS

_PIECE = 1 << 16


async def image(request: web.Request) -> bytes:
    """A picture; `ImageTooLarge`."""
    limits = request.app[SETTINGS].documents
    body = await up_to(request, limits.photo_max_bytes)
    if body is None:
        raise ImageTooLarge.over(
            max_bytes=limits.photo_max_bytes, max_pixels=limits.photo_max_pixels
        )
    return body


async def up_to(request: web.Request, most: int) -> bytes | None:
    """The body, or nothing when it is longer."""
    body = bytearray()
    async for piece in request.content.iter_chunked(_PIECE):
        body += piece
        if len(body) > most:
            return None
    return bytes(body)
