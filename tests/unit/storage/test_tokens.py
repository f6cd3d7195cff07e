"""Tokens: long, unlike each other, and kept only as traces."""

import pytest
from cryptography.exceptions import InvalidTag

from ekyc.storage import tokens

KEY, OTHER = b"k" * 32, b"o" * 32


def test_a_token_is_256_bits_and_leaves_only_its_trace() -> None:
    token = tokens.new()
    assert len(token) == 43
    assert tokens.new() != token
    assert tokens.digest(token) == tokens.digest(token)
    assert token not in tokens.digest(token)


def test_bytes_that_are_no_text_are_a_strange_token_not_a_crash() -> None:
    assert len(tokens.digest(b"\xff\xfe".decode(errors="surrogateescape"))) == 64


def test_a_sealed_answer_opens_under_its_own_key_only() -> None:
    sealed = tokens.seal(KEY, "https://kyc.example/c/#token")
    assert "token" not in sealed
    assert tokens.seal(KEY, "https://kyc.example/c/#token") != sealed
    assert tokens.unseal(KEY, sealed) == "https://kyc.example/c/#token"
    with pytest.raises(InvalidTag):
        tokens.unseal(OTHER, sealed)
