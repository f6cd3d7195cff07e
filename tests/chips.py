"""Chips of nobody: an authority, a signer, and the signed data of a drawn specimen."""

import datetime
import hashlib
import io
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography import x509
from cryptography.hazmat import asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from PIL import Image

from ekyc.domain import cms, mrz
from ekyc.domain.chip import ChipData
from tests.fakes import START

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
YEAR = datetime.timedelta(days=365)
BORN = datetime.date(1990, 3, 8)
ZONE = mrz.vietnamese_card(
    number="000190000318",
    full_name="MẪU THỊ SEN",
    birth=BORN,
    sex="F",
    expiry=datetime.date(2030, 3, 8),
)
_HASH_IDS = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_ECDSA = {"sha1": "1", "sha256": "3.2", "sha384": "3.3", "sha512": "3.4"}


def tlv(tag: int, content: bytes) -> bytes:
    """A data object."""
    head = tag.to_bytes((tag.bit_length() + 7) // 8, "big")
    size = len(content)
    if size < 0x80:
        return head + bytes([size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return head + bytes([0x80 | len(length)]) + length + content


def dg1(lines: tuple[str, ...] = ZONE) -> bytes:
    return tlv(0x61, tlv(0x5F1F, "".join(lines).encode()))


def a_face(form: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 400), (120, 90, 60)).save(file, form)
    return file.getvalue()


def dg2(picture: bytes, *, points: int = 1) -> bytes:
    """One face as ISO/IEC 19794-5 has it."""
    size = 20 + points * 8 + 12 + len(picture)
    face = size.to_bytes(4, "big") + points.to_bytes(2, "big") + bytes(14 + points * 8 + 12)
    record = b"FAC\x00010\x00" + (14 + size).to_bytes(4, "big") + b"\0\1" + face + picture
    template = tlv(0x7F60, tlv(0xA1, tlv(0x81, b"\2")) + tlv(0x5F2E, record))
    return tlv(0x75, tlv(0x7F61, tlv(0x02, b"\1") + template))


def _name(text: str) -> x509.Name:
    country = x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "UT")
    return x509.Name([country, x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def certificate(
    name: str,
    key: Key,
    *,
    issuer: str,
    by: Key,
    until: datetime.datetime = START + YEAR,
    authority: bool = False,
    serial: int = 7,
) -> x509.Certificate:
    builder = x509.CertificateBuilder(
        subject_name=_name(name),
        issuer_name=_name(issuer),
        public_key=key.public_key(),
        serial_number=serial,
        not_valid_before=START - 5 * YEAR,
        not_valid_after=until,
    ).add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    ski = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(ski, critical=False).sign(by, hashes.SHA256())


def a_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Authority:
    """A country that signs chips."""

    name: str = "Utopia CSCA"
    key: Key = field(default_factory=a_key)
    until: datetime.datetime = START + 10 * YEAR

    @property
    def certificate(self) -> x509.Certificate:
        return certificate(
            self.name, self.key, issuer=self.name, by=self.key, until=self.until, authority=True
        )


@dataclass(frozen=True)
class Press:
    """Makes chips; every part of it can be made otherwise."""

    authority: Authority
    key: Key
    hash: str = "sha256"
    pss: bool = False
    until: datetime.datetime = START + YEAR
    by_key_id: bool = False
    listed: tuple[int, ...] = (1, 2)
    digest: bytes | None = None
    with_certificate: bool = True

    def chip(self, **changes: Any) -> ChipData:
        """The signed data of a specimen."""
        press = replace(self, **changes)
        files = {1: dg1(), 2: dg2(a_face())}
        return ChipData(dg1=files[1], dg2=files[2], sod=press.sod(files))

    def sod(self, files: dict[int, bytes]) -> bytes:
        """The signed object of these files."""
        signer = certificate(
            "Utopia DS",
            self.key,
            issuer=self.authority.name,
            by=self.authority.key,
            until=self.until,
        )
        sha = cms.Hash(algorithm=x509.ObjectIdentifier(_HASH_IDS[self.hash]), parameters=None)
        content = asn1.encode_der(
            cms.SecurityObject(
                version=0,
                hash=sha,
                files=[
                    cms.Listed(number=n, digest=hashlib.new(self.hash, files[n]).digest())
                    for n in self.listed
                ],
                versions=None,
            )
        )
        kind = x509.ObjectIdentifier("2.23.136.1.1.1")
        signed = self._attributes(kind, content)
        info = cms.Signer(
            version=1,
            who=self._who(signer),
            digest=sha,
            signed=signed,
            algorithm=self._algorithm(sha),
            signature=self._sign(asn1.encode_der(signed)),
            unsigned=None,
        )
        data = cms.SignedData(
            version=3,
            digests=asn1.SetOf([sha]),
            content=cms.Content(type=kind, content=content),
            certificates=asn1.SetOf([signer]) if self.with_certificate else None,
            crls=None,
            signers=asn1.SetOf([info]),
        )
        shell = cms.ContentInfo(type=x509.ObjectIdentifier("1.2.840.113549.1.7.2"), content=data)
        return tlv(0x77, asn1.encode_der(shell))

    def _attributes(self, kind: x509.ObjectIdentifier, content: bytes) -> Any:
        digest = self.digest or hashlib.new(self.hash, content).digest()
        values = {"1.2.840.113549.1.9.3": asn1.encode_der(kind)}
        values["1.2.840.113549.1.9.4"] = tlv(0x04, digest)
        return asn1.SetOf(
            [
                cms.Attribute(
                    type=x509.ObjectIdentifier(name),
                    values=asn1.SetOf([asn1.decode_der(asn1.TLV, value)]),
                )
                for name, value in values.items()
            ]
        )

    def _who(self, signer: x509.Certificate) -> cms.IssuerAndSerial | bytes:
        if self.by_key_id:
            return x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()).digest
        issuer = asn1.decode_der(asn1.TLV, signer.issuer.public_bytes())
        return cms.IssuerAndSerial(issuer=issuer, serial=signer.serial_number)

    def _algorithm(self, sha: cms.Hash) -> cms.Algorithm:
        if self.pss:
            mask = cms.Mask(algorithm=x509.ObjectIdentifier("1.2.840.113549.1.1.8"), parameters=sha)
            how = cms.Pss(hash=sha, mask=mask, salt=32, trailer=None)
            pss = x509.ObjectIdentifier("1.2.840.113549.1.1.10")
            return cms.Algorithm(algorithm=pss, parameters=how)
        if isinstance(self.key, rsa.RSAPrivateKey):
            plain = x509.ObjectIdentifier("1.2.840.113549.1.1.1")
            return cms.Algorithm(algorithm=plain, parameters=asn1.Null())
        name = f"1.2.840.10045.4.{_ECDSA[self.hash]}"
        return cms.Algorithm(algorithm=x509.ObjectIdentifier(name), parameters=None)

    def _sign(self, said: bytes) -> bytes:
        sha = _ALGORITHMS[self.hash]
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(said, ec.ECDSA(sha))
        if self.pss:
            return self.key.sign(said, padding.PSS(mgf=padding.MGF1(sha), salt_length=32), sha)
        return self.key.sign(said, padding.PKCS1v15(), sha)


def a_press(**changes: Any) -> Press:
    """With an authority and a signer of its own."""
    return Press(**{"authority": Authority(), "key": a_key(), **changes})
