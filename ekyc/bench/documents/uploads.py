"""Files somebody sends instead of a photograph: over five hundred kinds, each with a name.

Bombs, other file types, pictures cut short, chunks that lie about themselves, bytes turned over.
The same every time: whatever is by chance is drawn from a fixed seed.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

import pi_heif
from PIL import Image

FUZZED: Final = 60
"""Variants of each form with bytes turned over, and as many cut short."""

Upload = tuple[str, bytes]

PNG: Final = b"\x89PNG\r\n\x1a\n"


def uploads() -> list[Upload]:
    """All of them, the name first."""
    pi_heif.register_heif_opener()
    return [*_bombs(), *_types(), *_lies(), *_shortened(), *_turned(), *_beginnings(), *_joined()]


def _picture(form: str, size: tuple[int, int] = (320, 200), mode: str = "RGB") -> bytes:
    noise = Image.effect_noise(size, 60).convert("RGB")
    noise.paste((200, 30, 40), (20, 20, size[0] // 2, size[1] // 2))
    file = io.BytesIO()
    noise.convert(mode).save(file, form)
    return file.getvalue()


def _chunk(
    name: bytes, body: bytes, *, length: int | None = None, sum_: int | None = None
) -> bytes:
    told = len(body) if length is None else length
    check = zlib.crc32(name + body) if sum_ is None else sum_
    return struct.pack(">I", told) + name + body + struct.pack(">I", check & 0xFFFFFFFF)


def _header(wide: int, high: int, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return _chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, interlace))


def _png(*chunks: bytes) -> bytes:
    return PNG + b"".join(chunks) + _chunk(b"IEND", b"")


def _zeros(count: int) -> bytes:
    """A stream that unpacks to so many zero bytes; a thousand times smaller."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(count >> 20)) + packer.flush()


def _bombs() -> Iterator[Upload]:
    """Small files that ask for much: pixels, text, profiles, frames."""
    stream = _zeros(64 << 20)
    for wide, high in (
        (20_000, 20_000),
        (65_535, 65_535),
        (2**31 - 1, 1),
        (1, 2**31 - 1),
        (2**31 - 1, 2**31 - 1),
        (6_400, 6_400),
        (100_000, 400),
        (400, 100_001),
        (0, 0),
        (0, 100),
    ):
        for depth, colour in ((1, 0), (8, 2), (16, 6)):
            name = f"bomb png {wide}x{high} {depth} bit"
            yield name, _png(_header(wide, high, depth, colour), _chunk(b"IDAT", stream))
        yield (
            f"bomb png {wide}x{high} interlaced",
            _png(_header(wide, high, 8, 2, 1), _chunk(b"IDAT", stream)),
        )
        yield f"bomb webp {wide}x{high}", _webp_of(wide, high)
        yield f"bomb jpeg {wide}x{high}", _jpeg_of(wide & 0xFFFF, high & 0xFFFF)
    whole = _zeros(120 << 20)
    yield "bomb png whole, 40 million pixels", _png(_header(400, 99_000), _chunk(b"IDAT", whole))
    yield "bomb png whole, transparent", _png(_header(300, 99_000, 8, 6), _chunk(b"IDAT", whole))
    yield "bomb png whole, 16 bit", _png(_header(150, 99_000, 16, 6), _chunk(b"IDAT", whole))
    small, pixels = _header(64, 64), _chunk(b"IDAT", zlib.compress(bytes(64 * 193)))
    for chunk, body in (
        (b"zTXt", b"words\0\0" + stream),
        (b"iTXt", b"words\0\1\0\0\0" + stream),
        (b"iCCP", b"profile\0\0" + stream),
        (b"eXIf", b"II*\0" + bytes(8 << 20)),
        (b"tEXt", b"words\0" + b"a" * (10 << 20)),
    ):
        yield f"bomb png {chunk.decode()}", _png(small, _chunk(chunk, body), pixels)
    yield "bomb png texts", _png(small, *[_chunk(b"zTXt", b"w\0\0" + stream)] * 60, pixels)
    yield "bomb png chunks", _png(small, *[_chunk(b"tEXt", b"w\0a")] * 200_000, pixels)
    yield "bomb png data unpacks to more", _png(small, _chunk(b"IDAT", stream))
    yield "bomb png parts of data", _png(small, *[_chunk(b"IDAT", b"")] * 200_000, pixels)
    frames = [Image.new("RGB", (200, 200), (n, 0, 0)) for n in range(200)]
    for form in ("PNG", "WEBP", "GIF"):
        file = io.BytesIO()
        frames[0].save(file, form, save_all=True, append_images=frames[1:], loop=0)
        yield f"bomb {form.lower()} frames", file.getvalue()


def _webp_of(wide: int, high: int) -> bytes:
    """Extended WebP whose canvas is said to be so large."""
    sizes = ((side - 1) & 0xFFFFFF for side in (wide, high))
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4)
    body += b"".join(side.to_bytes(3, "little") for side in sizes)
    return b"RIFF" + struct.pack("<I", len(body) + 100) + body + _picture("WEBP")[12:]


def _jpeg_of(wide: int, high: int) -> bytes:
    """A small JPEG whose frame header tells another size."""
    whole = bytearray(_picture("JPEG"))
    at = whole.find(b"\xff\xc0")
    whole[at + 5 : at + 9] = struct.pack(">HH", high, wide)
    return bytes(whole)


def _types() -> Iterator[Upload]:
    """Everything that is not one of the four forms, some under a photograph's first bytes."""
    page = b"<html><body onload=alert(1)><img src=x onerror=alert(1)></body></html>"
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a" * 100, bytes(20 << 20))
    texts = {
        "empty": b"",
        "one byte": b"\xff",
        "html": page,
        "svg": drawing,
        "svg entities": b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + drawing,
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(ls) run\n",
        "postscript": b"%!PS\n{ } loop\n",
        "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction 2 0 R>>endobj\n%%EOF",
        "zip": archive.getvalue(),
        "gzip": gzip.compress(bytes(20 << 20)),
        "elf": b"\x7fELF\x02\x01\x01" + bytes(200),
        "exe": b"MZ" + bytes(400),
        "class": b"\xca\xfe\xba\xbe" + bytes(200),
        "pickle": b"cos\nsystem\n(S'true'\ntR.",
        "shell": b"#!/bin/sh\ntrue\n",
        "json": b'{"a":' * 5000,
        "text": "Đây không phải là ảnh.".encode() * 100,
        "utf-16": "không".encode("utf-16") * 100,
        "mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(500),
        "webm": b"\x1aE\xdf\xa3" + bytes(500),
        "wave": b"RIFF\x24\0\0\0WAVEfmt " + bytes(100),
        "riff alone": b"RIFF\xff\xff\xff\xffWEBP",
        "xbm": b"#define a_width 99999\n#define a_height 99999\nstatic char a_bits[] = {",
        "xpm": b"/* XPM */\nstatic char *a[] = {",
        "pnm": b"P6 99999 99999 255\n",
        "photoshop": b"8BPS\0\1" + bytes(200),
        "cursor": b"\0\0\2\0\1\0" + bytes(200),
        "icns": b"icns\0\0\1\0" + bytes(200),
        "fits": b"SIMPLE  =                    T" + b" " * 3000,
        "sgi": b"\x01\xda\1\1" + bytes(600),
        "wmf": b"\xd7\xcd\xc6\x9a" + bytes(200),
        "djvu": b"AT&TFORM" + bytes(200),
        "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(200),
        "jpeg xl": b"\xff\x0a" + bytes(200),
        "avif name": b"\0\0\0\x1cftypavif\0\0\0\0mif1avif" + bytes(400),
        "heic name": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400),
    }
    yield from ((f"type {name}", body) for name, body in texts.items())
    for start in (b"\xff\xd8\xff\xe0", PNG, b"RIFF\xff\0\0\0WEBPVP8 "):
        for name in ("html", "zip", "pdf", "elf", "eps", "json"):
            yield f"type {name} behind {start[:4]!r}", start + texts[name]
    yield from _other_pictures()


def _other_pictures() -> Iterator[Upload]:
    """Whole pictures in forms that no camera writes."""
    for form in (
        "GIF",
        "BMP",
        "TIFF",
        "ICO",
        "PPM",
        "TGA",
        "PCX",
        "DDS",
        "SGI",
        "PDF",
        "EPS",
        "MPO",
    ):
        yield f"type {form.lower()} whole", _picture(form)


def _lies() -> Iterator[Upload]:
    """Chunks and segments that say of themselves what is not so."""
    yield from _false_png()
    yield from _false_jpeg()


def _false_png() -> Iterator[Upload]:
    small, data = _header(64, 64), zlib.compress(bytes(64 * 193))
    pixels = _chunk(b"IDAT", data)
    yield "lie png no header", _png(pixels)
    yield "lie png no data", _png(small)
    yield "lie png no end", PNG + small + pixels
    yield "lie png two headers", _png(small, _header(6000, 6000), pixels)
    yield "lie png wrong sum", _png(small, _chunk(b"IDAT", data, sum_=1))
    yield "lie png header sum", _png(small[:-4] + bytes(4), pixels)
    yield "lie png not packed", _png(small, _chunk(b"IDAT", bytes(5000)))
    for length in (0, 1, 2**31 - 1, 2**32 - 1, len(data) + 1, len(data) - 1):
        yield f"lie png data length {length}", _png(small, _chunk(b"IDAT", data, length=length))
    for depth in (0, 3, 32, 255):
        yield f"lie png depth {depth}", _png(_header(64, 64, depth), pixels)
    for colour in (1, 5, 7, 255):
        yield f"lie png colour {colour}", _png(_header(64, 64, 8, colour), pixels)
    yield "lie png palette missing", _png(_header(64, 64, 8, 3), pixels)
    yield "lie png palette long", _png(_header(64, 64, 8, 3), _chunk(b"PLTE", bytes(3000)), pixels)
    for name in (b"gAMA", b"cHRM", b"pHYs", b"tRNS", b"sBIT", b"acTL", b"fcTL", b"fdAT", b"eXIf"):
        for size in (0, 1, 3, 4097):
            lie = _chunk(name, b"\xff" * size)
            yield f"lie png {name.decode()} of {size}", _png(small, lie, pixels)


def _false_jpeg() -> Iterator[Upload]:
    whole = _picture("JPEG")
    for marker in range(0xC0, 0x100, 3):
        for length in (0, 1, 2, 65_535):
            segment = bytes([0xFF, marker]) + struct.pack(">H", length)
            yield f"lie jpeg segment {marker:x} of {length}", whole[:2] + segment + whole[2:]
    for turn in (0, 9, 255, 65_535):
        yield f"lie exif turn {turn}", _exif(turn)
    for count in (0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF):
        yield f"lie exif count {count:x}", _exif(6, count=count)
    yield "lie exif in a ring", _exif(6, ring=True)


def _exif(turn: int, *, count: int = 1, ring: bool = False) -> bytes:
    entry = struct.pack("<HHIHH", 0x0112, 3, count, turn, 0)
    block = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + struct.pack("<I", 8 if ring else 0)
    whole = _picture("JPEG")
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + whole[2:]


def _wholes() -> dict[str, bytes]:
    forms = {form.lower(): _picture(form) for form in ("JPEG", "PNG", "WEBP")}
    return {**forms, "heif": _picture("HEIF")} if "HEIF" in Image.SAVE else forms


def _shortened() -> Iterator[Upload]:
    """A picture's beginning; of a JPEG cut in its last row a whole picture may be left."""
    for form, whole in _wholes().items():
        for part in range(1, FUZZED):
            yield f"short {form} {part}/{FUZZED}", whole[: len(whole) * part // FUZZED]


def _turned() -> Iterator[Upload]:
    """One byte in two hundred is another, or one part stands elsewhere."""
    for form, whole in _wholes().items():
        for number in range(FUZZED):
            chance = random.Random(f"{form} {number}")
            turned = bytearray(whole)
            reach = len(turned) if number % 2 else min(len(turned), 400)
            for _ in range(max(1, reach // 200)):
                turned[chance.randrange(reach)] = chance.randrange(256)
            yield f"turned {form} {number}", bytes(turned)


def _beginnings() -> Iterator[Upload]:
    """The right first bytes, then noise."""
    for form, whole in _wholes().items():
        for kept in (4, 8, 12, 16, 24, 32, 64, 128):
            noise = random.Random(f"{form} {kept}").randbytes(5000)
            yield f"noise behind {kept} bytes of {form}", whole[:kept] + noise


def _joined() -> Iterator[Upload]:
    """Two files in one: still the picture it begins with."""
    wholes = _wholes()
    for form, whole in wholes.items():
        for other, more in wholes.items():
            yield f"joined {form} and {other}", whole + more
        yield f"joined {form} and zip", whole + b"PK\3\4" + bytes(500)
        yield f"joined {form} and html", whole + b"<script>alert(1)</script>"
        yield f"joined {form} after text", b"hello" + whole
