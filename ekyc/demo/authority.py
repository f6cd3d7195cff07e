"""The demo's own small certificate authority: for phones in the same network, and for nothing else.

A phone that trusts it trusts it for private addresses and `.local` names only: the authority's own
certificate says so (RFC 5280, 4.2.1.10), and browsers refuse what it would sign beyond.
"""

import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ekyc.storage import secret

PRIVATE: Final = tuple(
    ipaddress.ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
"""RFC 1918: what a house's router hands out."""

ON_THIS_MACHINE: Final = ipaddress.ip_network("127.0.0.0/8")
NAMES: Final = ("local", "localhost")

CA_DAYS: Final = 3650
LEAF_DAYS: Final = 397  # iOS takes 825 of a certificate like this, of public ones 398
RENEW_DAYS: Final = 30
_EARLIER: Final = timedelta(hours=1)
"""A phone's clock may be behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        """The certificate as phones take it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256, in pairs, as phones show it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    @property
    def name(self) -> str:
        """What a phone lists it as."""
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


class Authority:
    """The authority in a folder, made at the first use; keys are readable by their owner alone."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder, self._now = folder, now
        found = _kept(folder / "ca")
        if found is None or found.certificate.not_valid_after_utc < now + timedelta(LEAF_DAYS):
            found = _keep(folder / "ca", _authority(now))
        self.identity = found

    def tls(self, hosts: Sequence[str], name: str) -> ssl.SSLContext:
        """What a server on these addresses shows; the certificate is renewed when they change."""
        path = self._folder / "server"
        leaf = _kept(path)
        if leaf is None or not self._fits(leaf.certificate, _subjects(hosts, name)):
            _keep(path, self._sign(_subjects(hosts, name)))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path.with_suffix(".pem"), path.with_suffix(".key"))
        return context

    def _fits(self, leaf: x509.Certificate, subjects: list[x509.GeneralName]) -> bool:
        kept = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        ours = leaf.issuer == self.identity.certificate.subject
        lasts = leaf.not_valid_after_utc > self._now + timedelta(RENEW_DAYS)
        return ours and lasts and list(kept) == subjects

    def _sign(self, subjects: list[x509.GeneralName]) -> Identity:
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.identity
        public = issuer.certificate.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)  # `_authority` makes no other
        builder = (
            _builder(_subject("ekyc demo"), key, self._now, LEAF_DAYS)
            .issuer_name(issuer.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(subjects), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
            )
        )
        return Identity(certificate=builder.sign(issuer.key, hashes.SHA256()), key=key)


def _subjects(hosts: Sequence[str], name: str) -> list[x509.GeneralName]:
    addresses = [x509.IPAddress(ipaddress.ip_address(host)) for host in hosts]
    return [*addresses, *([x509.DNSName(f"{name}.local")] if name else [])]


def _authority(now: datetime) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    # Two demos in one house: the phone's list tells them apart.
    mark = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest.hex()[:6]
    subject = _subject(f"ekyc demo {mark}")
    permitted: list[x509.GeneralName] = [
        *(x509.IPAddress(net) for net in (*PRIVATE, ON_THIS_MACHINE)),
        *(x509.DNSName(name) for name in NAMES),
    ]
    builder = (
        _builder(subject, key, now, CA_DAYS)
        .issuer_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(
            x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None),
            critical=True,
        )
    )
    return Identity(certificate=builder.sign(key, hashes.SHA256()), key=key)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    begin = now - _EARLIER
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    """A server signs its handshakes; an authority signs certificates and nothing else."""
    return x509.KeyUsage(
        digital_signature=sign,
        key_cert_sign=not sign,
        crl_sign=not sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _kept(path: Path) -> Identity | None:
    try:
        key = serialization.load_pem_private_key(path.with_suffix(".key").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate(path.with_suffix(".pem").read_bytes())
    except (OSError, ValueError):
        return None  # not there, or half written: made anew
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        return None
    return Identity(certificate=certificate, key=key)


def _keep(path: Path, identity: Identity) -> Identity:
    key = identity.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    certificate = identity.certificate.public_bytes(serialization.Encoding.PEM)
    for suffix, text in ((".key", key), (".pem", certificate)):
        path.with_suffix(suffix).unlink(missing_ok=True)
        secret.keep(path.with_suffix(suffix), text.decode())
    return identity


def now() -> datetime:
    """This instant, to the second: certificates know no smaller one."""
    return datetime.now(UTC).replace(microsecond=0)
