"""The form of a sealed file, byte by byte as docs/sealed-recording.md has it. Nothing is read here.

A header, then records. Each record is sealed under its own number, the place of its content in the
whole, and whether it is the last, so that none can be changed, moved, left out or repeated.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from ekyc.domain.seal import DataKey

KEY_BYTES = 32
TAG_BYTES = 16
LONGEST = 16 << 20
"""A record's content, bytes; a length beyond it is no length."""

_MAGIC, _VERSION = b"ekyc-ekr", 1
_HEADER = Struct(">8sB16s32s16s40s")
_PREFIX_BYTES = 7
_NONCE_END = Struct(">IB")
_PLACE = Struct(">IQB")

HEADER_BYTES = _HEADER.size
RECORD = Struct(">IIB")
"""Before each record's ciphertext: its length, the record's number, 1 for the last one else 0."""


class Damaged(Exception):
    """A sealed file was changed, or is opened with another key than it was sealed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerKey:
    """The key of one customer; data keys are wrapped by it."""

    id: str
    key: bytes = field(repr=False)

    def data_key(self) -> DataKey:
        """A new one."""
        key = os.urandom(KEY_BYTES)
        return DataKey(customer_key=self.id, key=key, wrapped=aes_key_wrap(self.key, key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a file says about itself; all of it goes into the derivation of the file's key."""

    file_id: bytes
    salt: bytes
    customer_key: str
    wrapped: bytes

    def packed(self) -> bytes:
        """As it stands in the file."""
        owner = bytes.fromhex(self.customer_key)
        return _HEADER.pack(_MAGIC, _VERSION, self.file_id, self.salt, owner, self.wrapped)

    @classmethod
    def parsed(cls, head: bytes) -> "Header":
        """From a file's first bytes; `Damaged`."""
        if len(head) != HEADER_BYTES:
            raise Damaged("shorter than a header")
        magic, version, file_id, salt, owner, wrapped = _HEADER.unpack(head)
        if (magic, version) != (_MAGIC, _VERSION):
            raise Damaged("not a sealed file of a known version")
        return cls(file_id=file_id, salt=salt, customer_key=owner.hex(), wrapped=wrapped)

    def key_under(self, customer: CustomerKey) -> bytes:
        """The data key; `Damaged` when it is another customer's, or changed."""
        try:
            return aes_key_unwrap(customer.key, self.wrapped)
        except InvalidUnwrap:
            raise Damaged("the key in the header does not open") from None


class Cipher:
    """Seals and opens the records of one file."""

    def __init__(self, header: Header, data_key: bytes) -> None:
        length = KEY_BYTES + _PREFIX_BYTES
        info = b"ekyc/ekr/1" + header.packed()
        derived = HKDF(SHA256(), length, header.salt, info).derive(data_key)
        self._cipher, self._prefix = AESGCM(derived[:KEY_BYTES]), derived[KEY_BYTES:]

    def seal(self, content: bytes, *, number: int, at: int, last: bool) -> bytes:
        """A record as it stands in the file; a number must never be used twice."""
        nonce = self._prefix + _NONCE_END.pack(number, last)
        sealed = self._cipher.encrypt(nonce, content, _PLACE.pack(number, at, last))
        return RECORD.pack(len(sealed), number, last) + sealed

    def open(self, sealed: bytes, *, number: int, at: int, last: bool) -> bytes:
        """A record's content; `Damaged`."""
        nonce = self._prefix + _NONCE_END.pack(number, last)
        try:
            return self._cipher.decrypt(nonce, sealed, _PLACE.pack(number, at, last))
        except InvalidTag:
            raise Damaged(f"record {number} does not open") from None


class Sealer:
    """Makes the bytes of one new file, front to back; the caller writes them."""

    def __init__(
        self,
        key: DataKey,
        *,
        file_id: bytes | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        header = Header(
            file_id=file_id or random(16),
            salt=random(32),
            customer_key=key.customer_key,
            wrapped=key.wrapped,
        )
        self.header = header.packed()
        """The file begins with it."""
        self._cipher = Cipher(header, key.key)
        self._number = self._at = self._before = 0

    def record(self, content: bytes) -> bytes:
        """The next record; nothing when there is no content."""
        if not content:
            return b""
        sealed = self._cipher.seal(content, number=self._number, at=self._at, last=False)
        self._number, self._before = self._number + 1, self._at
        self._at += len(content)
        return sealed

    def take_back(self) -> None:
        """The last record did not fit: its number stays used, so that readers know of it."""
        self._at = self._before

    def miss(self, count: int = 1) -> None:
        """So many records will never come: readers are told."""
        self._number += count

    def end(self) -> bytes:
        """The end marker: without it a reader says that the file broke off."""
        return self._cipher.seal(b"", number=self._number, at=self._at, last=True)


def sealed(content: bytes, key: DataKey, *, file_id: bytes, record_bytes: int = 1 << 16) -> bytes:
    """A whole small file."""
    sealer = Sealer(key, file_id=file_id)
    starts = range(0, len(content), record_bytes)
    records = (sealer.record(content[start : start + record_bytes]) for start in starts)
    return b"".join([sealer.header, *records, sealer.end()])
