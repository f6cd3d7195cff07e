"""Whose data a chip's are, and who is not taken in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from ekyc.domain import lds
from ekyc.domain.chip import ChipData, ChipReason, ChipState, Finding, examine, is_authority
from tests.chips import Authority, Press, a_face, a_key, a_press, certificate, dg2, tlv
from tests.fakes import START

PRESS = a_press()
GENUINE = PRESS.chip()
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def found(data: ChipData, press: Press = PRESS) -> Finding:
    return examine(data, [press.authority.certificate], now=START)


def reason(data: ChipData) -> ChipReason | None:
    finding = found(data)
    assert (finding.state is ChipState.AUTHENTIC) == (finding.reason is None)
    return finding.reason


def test_a_chip_signed_by_a_trusted_issuer_is_authentic() -> None:
    finding = found(GENUINE)
    assert (finding.state, finding.reason) == (ChipState.AUTHENTIC, None)
    assert finding.fields["number"] == "000190000318"
    assert finding.fields["full_name"] == "MAU THI SEN"
    assert finding.portrait == a_face()


@pytest.mark.parametrize(
    "made",
    [
        {"hash": "sha384"},
        {"hash": "sha512", "key": ec.generate_private_key(ec.BrainpoolP384R1())},
        {"key": RSA},
        {"key": RSA, "pss": True},
        {"by_key_id": True},
    ],
    ids=["sha384", "brainpool", "rsa", "rsa-pss", "named by key"],
)
def test_issuers_sign_in_several_ways(made: dict[str, object]) -> None:
    assert reason(PRESS.chip(**made)) is None


def test_changed_data_are_seen() -> None:
    assert reason(replace(GENUINE, dg2=dg2(a_face() + b"\0"))) is ChipReason.DATA_CHANGED
    changed = GENUINE.dg1.replace(b"SEN", b"SAN")
    assert reason(replace(GENUINE, dg1=changed)) is ChipReason.DATA_CHANGED


def test_a_file_the_issuer_never_listed_is_not_believed() -> None:
    assert reason(PRESS.chip(listed=(1,))) is ChipReason.DATA_CHANGED


def test_an_object_that_was_not_signed_is_seen() -> None:
    assert reason(PRESS.chip(digest=bytes(32))) is ChipReason.OBJECT_CHANGED


def test_a_forged_signature_is_seen() -> None:
    spoilt = bytearray(GENUINE.sod)
    spoilt[-3] ^= 1
    assert reason(replace(GENUINE, sod=bytes(spoilt))) is ChipReason.SIGNATURE_WRONG


def test_a_forger_with_an_authority_of_the_same_name_is_unknown() -> None:
    forger = a_press(authority=Authority(name=PRESS.authority.name))
    assert reason(forger.chip()) is ChipReason.ISSUER_UNKNOWN


def test_a_signer_that_did_not_come_along_is_missing() -> None:
    assert reason(PRESS.chip(with_certificate=False)) is ChipReason.SIGNER_MISSING


def test_an_expired_signer_and_an_expired_issuer_are_not_believed() -> None:
    yesterday = START - timedelta(days=1)
    assert reason(PRESS.chip(until=yesterday)) is ChipReason.SIGNER_EXPIRED
    old = a_press(authority=Authority(until=yesterday))
    finding = found(old.chip(), old)
    assert finding.reason is ChipReason.ISSUER_EXPIRED


def test_broken_digests_and_short_keys_are_refused() -> None:
    assert reason(PRESS.chip(hash="sha1")) is ChipReason.ALGORITHM_REFUSED
    short = ec.generate_private_key(ec.SECP192R1())
    assert reason(PRESS.chip(key=short)) is ChipReason.ALGORITHM_REFUSED


def test_without_an_issuer_nothing_is_said_of_them_unless_they_contradict_themselves() -> None:
    finding = examine(GENUINE, [], now=START)
    assert (finding.state, finding.reason) == (ChipState.UNCHECKED, ChipReason.NO_ISSUER)
    changed = replace(GENUINE, dg1=GENUINE.dg1.replace(b"SEN", b"SAN"))
    assert examine(changed, [], now=START).state is ChipState.REFUSED


def test_a_signer_is_no_authority() -> None:
    key = a_key()
    assert is_authority(PRESS.authority.certificate)
    assert not is_authority(certificate("Utopia DS", key, issuer="Utopia DS", by=key))


@pytest.mark.parametrize(
    "data",
    [
        replace(GENUINE, dg1=b""),
        replace(GENUINE, dg1=tlv(0x61, tlv(0x5F1F, b"IDVNM"))),
        replace(GENUINE, dg2=tlv(0x75, tlv(0x7F61, b""))),
        replace(GENUINE, dg2=dg2(b"GIF89a")),
        replace(GENUINE, sod=GENUINE.sod[:-1]),
        replace(GENUINE, sod=GENUINE.sod + b"\0"),
        replace(GENUINE, sod=tlv(0x77, b"\x30\x80")),
    ],
)
def test_what_is_no_chips_data_is_refused(data: ChipData) -> None:
    with pytest.raises(lds.Unreadable):
        found(data)


def test_a_signature_of_an_unknown_kind_is_refused() -> None:
    known = bytes.fromhex("2a8648ce3d040302")  # ECDSA with SHA-256
    parts = GENUINE.sod.split(known)
    assert len(parts) > 2
    for at in range(1, len(parts)):
        unknown = known.join(parts[:at]) + known[:-1] + b"\x7f" + known.join(parts[at:])
        assert found(replace(GENUINE, sod=unknown)).state is ChipState.REFUSED


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["dg1", "dg2", "sod"]), st.integers(0, 4000), st.integers(1, 255))
def test_no_changed_byte_is_ever_authentic(name: str, at: int, by: int) -> None:
    """Nor does one break the reader."""
    data = bytearray(getattr(GENUINE, name))
    data[at % len(data)] ^= by
    try:
        finding = found(replace(GENUINE, **{name: bytes(data)}))
    except lds.Unreadable:
        return
    if name != "sod":
        assert finding.state is ChipState.REFUSED
    assert finding.state is ChipState.REFUSED or finding.fields == found(GENUINE).fields
