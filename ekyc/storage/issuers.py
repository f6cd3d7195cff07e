"""The certificates of the countries' authorities (CSCA): files in a folder the operator fills."""

from collections.abc import Iterator
from pathlib import Path

import structlog
from cryptography import x509

from ekyc.domain.chip import is_authority

log = structlog.get_logger(__name__)

_ENDINGS = frozenset({".pem", ".crt", ".cer", ".der"})
_PEM = b"-----BEGIN CERTIFICATE-----"


def read(folder: Path) -> tuple[x509.Certificate, ...]:
    """Every authority in the folder, PEM or DER.

    What is no authority's certificate is not believed, and said in the log.
    """
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() in _ENDINGS)
    except OSError as error:
        log.error("chip.issuers-unreadable", file=str(folder), reason=type(error).__name__)
        return ()
    return tuple(certificate for file in files for certificate in _authorities(file))


def _authorities(file: Path) -> Iterator[x509.Certificate]:
    try:
        found = _certificates(file.read_bytes())
    except (OSError, ValueError):
        found = []
    if not found or not all(map(is_authority, found)):
        log.error("chip.issuer-refused", file=file.name)
        return
    yield from found


def _certificates(content: bytes) -> list[x509.Certificate]:
    if _PEM in content:
        return x509.load_pem_x509_certificates(content)
    return [x509.load_der_x509_certificate(content)]
