"""What goes to a push service is what the RFCs say: one's example, the other's signature."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ekyc.domain.push import Subscription
from ekyc.notify.push import LONGEST_MESSAGE, Push, decoded, encoded, encrypt
from tests.fakes import START

# RFC 8291, appendix A.
MESSAGE = b"When I grow up, I want to be a watermelon"
AUTH = decoded("BTBZMqHH6r4Tts7J_aSIgg")
BROWSER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SENDER_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = decoded("DGv6ra1nlYgDCS1FRnbzlw")
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Q"
    "ulcy4a-fN"
)


def _browser(public: str = BROWSER) -> Subscription:
    return Subscription(endpoint="https://push.example.net/x", public=decoded(public), auth=AUTH)


def test_the_example_of_the_rfc_is_encrypted_byte_for_byte() -> None:
    scalar = int.from_bytes(decoded(SENDER_KEY), "big")
    key = ec.derive_private_key(scalar, ec.SECP256R1())
    assert encoded(encrypt(_browser(), MESSAGE, key=key, salt=SALT)) == BODY


def test_no_two_bodies_are_alike_and_none_is_longer_than_services_take() -> None:
    assert encrypt(_browser(), MESSAGE) != encrypt(_browser(), MESSAGE)
    assert len(encrypt(_browser(), b"x" * LONGEST_MESSAGE)) == 4096
    with pytest.raises(ValueError, match="longer"):
        encrypt(_browser(), b"x" * (LONGEST_MESSAGE + 1))


def test_a_point_that_is_on_no_curve_is_refused() -> None:
    nowhere = encoded(b"\x04" + b"\x01" * 64)
    with pytest.raises(ValueError, match=r".*"):
        encrypt(_browser(nowhere), MESSAGE)


def test_the_server_vouches_for_each_request_with_the_key_browsers_know() -> None:
    push = Push(b"s" * 32, "kyc@bank.example")
    header = push.authorization("https://push.example.net:8443/send/abc", START)
    kind, token, key = header.replace(",", "").split(" ")
    assert (kind, key) == ("vapid", f"k={push.public}")
    signed, _, signature = token.removeprefix("t=").rpartition(".")
    head, claims = (json.loads(decoded(part)) for part in signed.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    assert claims["aud"] == "https://push.example.net:8443"
    assert claims["sub"] == "mailto:kyc@bank.example"
    assert 0 < claims["exp"] - START.timestamp() <= 24 * 3600
    raw = decoded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(push.public))
    known.verify(der, signed.encode(), ec.ECDSA(SHA256()))


def test_nodes_with_one_secret_have_one_key_and_others_another() -> None:
    keys = {Push(secret, "a@b").public for secret in (b"s" * 32, b"s" * 32, b"t" * 32)}
    assert len(keys) == 2


@pytest.mark.parametrize("text", ["+/", "a", "ä", "a b"])
def test_what_is_no_base64url_is_refused(text: str) -> None:
    if text == "+/":
        assert decoded(text) == base64.b64decode("+/==")  # some browsers write it so
    else:
        with pytest.raises(ValueError, match=r".*"):
            decoded(text)
