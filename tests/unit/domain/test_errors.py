"""Refusals: a sentence, a code, and what they name."""

from ekyc.domain.errors import BodyInvalid, CodeWrong, FieldsInvalid


def test_a_refusal_carries_its_code_and_what_its_sentence_says() -> None:
    refused = CodeWrong(tries_left=4)
    assert (str(refused), refused.values, refused.faults) == ("code-wrong", {"tries_left": 4}, {})


def test_a_form_names_each_field_and_a_body_each_place() -> None:
    assert FieldsInvalid({"sex": "sex-invalid"}).faults == {"sex": "sex-invalid"}
    assert BodyInvalid("phone", "name").faults == {
        "phone": "value-invalid",
        "name": "value-invalid",
    }
    assert BodyInvalid().faults == {}
