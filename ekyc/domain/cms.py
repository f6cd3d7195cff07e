"""The shapes of a signed object: CMS SignedData (RFC 5652) and what a chip signs (ICAO 9303-10).

Only what a chip's object may hold is known; everything else is refused by the decoder.
"""

from typing import Annotated

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.asn1 import TLV, Explicit, Implicit, Null, PrintableString, SetOf


@asn1.sequence
class Hash:
    """Which digest."""

    algorithm: x509.ObjectIdentifier
    parameters: Null | None


@asn1.sequence
class Mask:
    """How RSASSA-PSS spreads it."""

    algorithm: x509.ObjectIdentifier
    parameters: Hash | None


@asn1.sequence
class Pss:
    """Parameters of RSASSA-PSS (RFC 4055)."""

    hash: Annotated[Hash | None, Explicit(0)]
    mask: Annotated[Mask | None, Explicit(1)]
    salt: Annotated[int | None, Explicit(2)]
    trailer: Annotated[int | None, Explicit(3)]


@asn1.sequence
class Algorithm:
    """How something was signed."""

    algorithm: x509.ObjectIdentifier
    parameters: Null | Pss | None


@asn1.sequence
class IssuerAndSerial:
    """A certificate, by who issued it."""

    issuer: TLV
    serial: int


@asn1.sequence
class Attribute:
    """Something that was signed along."""

    type: x509.ObjectIdentifier
    values: SetOf[TLV]


@asn1.sequence
class Signer:
    """Who signed, and how."""

    version: int
    who: IssuerAndSerial | Annotated[bytes, Implicit(0)]
    digest: Hash
    signed: Annotated[SetOf[Attribute] | None, Implicit(0)]
    algorithm: Algorithm
    signature: bytes
    unsigned: Annotated[SetOf[Attribute] | None, Implicit(1)]


@asn1.sequence
class Content:
    """What was signed."""

    type: x509.ObjectIdentifier
    content: Annotated[bytes, Explicit(0)]


@asn1.sequence
class SignedData:
    """What was signed, by whom, with their certificates."""

    version: int
    digests: SetOf[Hash]
    content: Content
    certificates: Annotated[SetOf[x509.Certificate] | None, Implicit(0)]
    crls: Annotated[SetOf[x509.CertificateRevocationList] | None, Implicit(1)]
    signers: SetOf[Signer]


@asn1.sequence
class ContentInfo:
    """The outer shell."""

    type: x509.ObjectIdentifier
    content: Annotated[SignedData, Explicit(0)]


@asn1.sequence
class Listed:
    """The digest of one file of the chip."""

    number: int
    digest: bytes


@asn1.sequence
class Versions:
    """Of the logical data structure and of Unicode."""

    lds: PrintableString
    unicode: PrintableString


@asn1.sequence
class SecurityObject:
    """The digests of the chip's files."""

    version: int
    hash: Hash
    files: list[Listed]
    versions: Versions | None
