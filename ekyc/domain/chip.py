"""Chip data and their passive authentication (ICAO 9303-11): signed by an issuer the bank trusts?

It proves that the data are as the issuer signed them. That the chip is the one they were signed for
it does not prove: data can be copied.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import new as digester
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from ekyc.domain import cms, lds, mrz


class ChipState(StrEnum):
    """What passive authentication came to; only authentic data are believed."""

    AUTHENTIC = "authentic"
    REFUSED = "not-authentic"
    UNCHECKED = "unchecked"


class ChipReason(StrEnum):
    """Why data are not authentic, or could not be checked; its sentence is `chip.<reason>`."""

    DATA_CHANGED = "data-changed"
    OBJECT_CHANGED = "object-changed"
    SIGNATURE_WRONG = "signature-wrong"
    SIGNER_MISSING = "signer-missing"
    ALGORITHM_REFUSED = "algorithm-refused"
    ZONE_INVALID = "zone-invalid"
    ISSUER_UNKNOWN = "issuer-unknown"
    SIGNER_EXPIRED = "signer-expired"
    ISSUER_EXPIRED = "issuer-expired"
    NO_ISSUER = "no-issuer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipData:
    """The files of a chip, as they were read."""

    dg1: bytes
    dg2: bytes
    sod: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the data come to: `fields` are the zone's, `portrait` is as the chip holds it."""

    state: ChipState
    reason: ChipReason | None
    fields: Mapping[str, str]
    portrait: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChip:
    """Chip data in a file; `data` is the key of their object, sealed as they came."""

    id: str
    application_id: str
    state: ChipState
    reason: ChipReason | None
    data: str
    given_sha256: str
    fields: Mapping[str, str]
    given_at: datetime
    current: bool = True


def examine(data: ChipData, issuers: Sequence[x509.Certificate], *, now: datetime) -> Finding:
    """Read and authenticate; raises `lds.Unreadable` for what is no chip's data.

    `issuers` are the certificates of the countries' authorities (CSCA) the bank trusts.
    """
    zone, portrait = lds.zone(data.dg1), lds.portrait(data.dg2)
    signed = _signed(data.sod)
    try:
        _authenticate(data, signed, zone, issuers, now)
        state, reason = ChipState.AUTHENTIC, None
    except _Refused as refused:
        unchecked = refused.reason is ChipReason.NO_ISSUER
        state = ChipState.UNCHECKED if unchecked else ChipState.REFUSED
        reason = refused.reason
    return Finding(state=state, reason=reason, fields=mrz.fields(zone), portrait=portrait)


class _Refused(Exception):
    """Not authentic."""

    def __init__(self, reason: ChipReason) -> None:
        super().__init__(reason)
        self.reason = reason


_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_SECURITY_OBJECT: Final = "2.23.136.1.1.1"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"

_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_SIGNATURES: Final[Mapping[str, hashes.HashAlgorithm | None]] = {
    "1.2.840.113549.1.1.1": None,  # RSA, hashed as the signer's digest says
    "1.2.840.113549.1.1.11": hashes.SHA256(),
    "1.2.840.113549.1.1.12": hashes.SHA384(),
    "1.2.840.113549.1.1.13": hashes.SHA512(),
    "1.2.840.10045.4.3.2": hashes.SHA256(),
    "1.2.840.10045.4.3.3": hashes.SHA384(),
    "1.2.840.10045.4.3.4": hashes.SHA512(),
}
_PSS: Final = "1.2.840.113549.1.1.10"
_LEAST_RSA_BITS, _LEAST_CURVE_BITS = 2048, 224
_LONGEST_SALT = 64


def _signed(sod: bytes) -> cms.SignedData:
    try:
        info = asn1.decode_der(cms.ContentInfo, lds.content(sod, lds.SOD))
    except (ValueError, OverflowError) as error:
        raise lds.Unreadable from error
    if info.type.dotted_string != _SIGNED_DATA:
        raise lds.Unreadable
    return info.content


def _authenticate(
    data: ChipData,
    signed: cms.SignedData,
    zone: mrz.Mrz,
    issuers: Sequence[x509.Certificate],
    now: datetime,
) -> None:
    """Hashes, signature, chain, dates: raises `_Refused` with the first that does not hold."""
    _check_files(data, signed)
    if not zone.valid:
        raise _Refused(ChipReason.ZONE_INVALID)
    signer, certificate = _signer(signed)
    _check_object(signed, signer)
    _check_signature(signer, certificate)
    if not issuers:
        raise _Refused(ChipReason.NO_ISSUER)
    _check_chain(certificate, issuers, now)


def _check_files(data: ChipData, signed: cms.SignedData) -> None:
    """The digests the object lists are those of the files."""
    if signed.content.type.dotted_string != _SECURITY_OBJECT:
        raise _Refused(ChipReason.OBJECT_CHANGED)
    try:
        listed = asn1.decode_der(cms.SecurityObject, signed.content.content)
    except (ValueError, OverflowError):
        raise _Refused(ChipReason.OBJECT_CHANGED) from None
    hash_ = _hash(listed.hash)
    digests = [(file.number, file.digest) for file in listed.files]
    for number, file in ((1, data.dg1), (2, data.dg2)):
        if [digest for at, digest in digests if at == number] != [_digest(hash_, file)]:
            raise _Refused(ChipReason.DATA_CHANGED)


def _hash(which: cms.Hash) -> hashes.HashAlgorithm:
    found = _HASHES.get(which.algorithm.dotted_string)
    if found is None:
        raise _Refused(ChipReason.ALGORITHM_REFUSED)
    return found


def _digest(hash_: hashes.HashAlgorithm, data: bytes) -> bytes:
    return digester(hash_.name, data).digest()


def _signer(signed: cms.SignedData) -> tuple[cms.Signer, x509.Certificate]:
    """The one who signed, and the certificate that came along; the signature proves it theirs."""
    signers = signed.signers.as_list()
    certificates = signed.certificates.as_list() if signed.certificates else []
    if len(signers) != 1:
        raise _Refused(ChipReason.SIGNER_MISSING)
    for certificate in certificates:
        if _is_of(certificate, signers[0].who):
            return signers[0], certificate
    raise _Refused(ChipReason.SIGNER_MISSING)


def _is_of(certificate: x509.Certificate, who: cms.IssuerAndSerial | bytes) -> bool:
    if not isinstance(who, bytes):
        return certificate.serial_number == who.serial
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return found.value.digest == who


def _check_object(signed: cms.SignedData, signer: cms.Signer) -> None:
    """What was signed along names this object, by its type and its digest."""
    told = dict(_attributes(signer))
    digest = _digest(_hash(signer.digest), signed.content.content)
    try:
        right = (
            told[_MESSAGE_DIGEST].parse(bytes) == digest
            and told[_CONTENT_TYPE].parse(x509.ObjectIdentifier) == signed.content.type
        )
    except (KeyError, ValueError):
        right = False
    if not right:
        raise _Refused(ChipReason.OBJECT_CHANGED)


def _attributes(signer: cms.Signer) -> Iterator[tuple[str, asn1.TLV]]:
    for attribute in signer.signed.as_list() if signer.signed else []:
        values = attribute.values.as_list()
        if len(values) == 1:
            yield attribute.type.dotted_string, values[0]


def _check_signature(signer: cms.Signer, certificate: x509.Certificate) -> None:
    assert signer.signed is not None  # the object's digest was found in it
    said = asn1.encode_der(signer.signed)
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
            key.verify(signer.signature, said, *_rsa_way(signer))
        elif isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= _LEAST_CURVE_BITS:
            key.verify(signer.signature, said, ec.ECDSA(_signature_hash(signer)))
        else:
            raise _Refused(ChipReason.ALGORITHM_REFUSED)
    except InvalidSignature:
        raise _Refused(ChipReason.SIGNATURE_WRONG) from None
    except (UnsupportedAlgorithm, ValueError):
        raise _Refused(ChipReason.ALGORITHM_REFUSED) from None


def _rsa_way(signer: cms.Signer) -> tuple[padding.AsymmetricPadding, hashes.HashAlgorithm]:
    if signer.algorithm.algorithm.dotted_string != _PSS:
        return padding.PKCS1v15(), _signature_hash(signer)
    how = signer.algorithm.parameters
    if not isinstance(how, cms.Pss) or how.hash is None or how.mask is None:
        raise _Refused(ChipReason.ALGORITHM_REFUSED)
    spread, salt = how.mask.parameters, 20 if how.salt is None else how.salt
    if spread is None or not 0 <= salt <= _LONGEST_SALT:
        raise _Refused(ChipReason.ALGORITHM_REFUSED)
    return padding.PSS(mgf=padding.MGF1(_hash(spread)), salt_length=salt), _hash(how.hash)


def _signature_hash(signer: cms.Signer) -> hashes.HashAlgorithm:
    name = signer.algorithm.algorithm.dotted_string
    if name not in _SIGNATURES:
        raise _Refused(ChipReason.ALGORITHM_REFUSED)
    return _SIGNATURES[name] or _hash(signer.digest)


def _check_chain(
    certificate: x509.Certificate, issuers: Sequence[x509.Certificate], now: datetime
) -> None:
    """Issued by one of the authorities, both good today."""
    if not _is_hashed_well(certificate):
        raise _Refused(ChipReason.ALGORITHM_REFUSED)
    found = [issuer for issuer in issuers if _issued(certificate, issuer)]
    if not found:
        raise _Refused(ChipReason.ISSUER_UNKNOWN)
    if not _is_good(certificate, now):
        raise _Refused(ChipReason.SIGNER_EXPIRED)
    if not any(_is_good(issuer, now) for issuer in found):
        raise _Refused(ChipReason.ISSUER_EXPIRED)


def _is_hashed_well(certificate: x509.Certificate) -> bool:
    try:
        hashed = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return False
    return isinstance(hashed, tuple(map(type, _HASHES.values())))


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True


def _is_good(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may issue certificates at all."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return found.value.ca
