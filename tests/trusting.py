"""Makes an NSS database that trusts one authority: what `certutil -A -t CT,,` does, without it.

    python tests/trusting.py FOLDER CERTIFICATE.der

Chromium on Linux reads ~/.pki/nssdb and brings libnss3 along, but certutil is a package of its own.
A program of its own too: NSS can be opened once in a process.
"""

import ctypes
import sys
from pathlib import Path


class Trust(ctypes.Structure):
    """CERTCertTrust."""

    _fields_ = [(name, ctypes.c_uint) for name in ("ssl", "email", "signing")]


def trust(folder: Path, certificate: bytes) -> None:
    """Raise `RuntimeError` with the step NSS refused."""
    nss, smime = ctypes.CDLL("libnss3.so"), ctypes.CDLL("libsmime3.so")
    pointer = ctypes.c_void_p
    nss.PK11_GetInternalKeySlot.restype = pointer
    nss.CERT_GetDefaultCertDB.restype = pointer
    smime.CERT_DecodeCertFromPackage.restype = pointer
    nss.PK11_NeedUserInit.argtypes = [pointer]
    nss.PK11_InitPin.argtypes = [pointer, ctypes.c_char_p, ctypes.c_char_p]
    nss.PK11_ImportCert.argtypes = [pointer, pointer, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_int]
    nss.CERT_ChangeCertTrust.argtypes = [pointer, pointer, pointer]
    folder.mkdir(parents=True, exist_ok=True)
    _done("NSS_InitReadWrite", nss.NSS_InitReadWrite(f"sql:{folder}".encode()))
    decoded = smime.CERT_DecodeCertFromPackage(certificate, len(certificate))
    slot = nss.PK11_GetInternalKeySlot()
    if nss.PK11_NeedUserInit(slot):
        _done("PK11_InitPin", nss.PK11_InitPin(slot, None, b""))
    _done("PK11_ImportCert", nss.PK11_ImportCert(slot, decoded, 0, b"ekyc demo", 0))
    wanted = Trust()
    _done("CERT_DecodeTrustString", nss.CERT_DecodeTrustString(ctypes.byref(wanted), b"CT,,"))
    database = nss.CERT_GetDefaultCertDB()
    changed = nss.CERT_ChangeCertTrust(database, decoded, ctypes.byref(wanted))
    _done("CERT_ChangeCertTrust", changed)


def _done(step: str, status: int) -> None:
    if status != 0:
        raise RuntimeError(step)


if __name__ == "__main__":
    trust(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes())
