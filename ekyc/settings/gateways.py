"""The tables of those who carry messages to customers."""

from collections.abc import Callable, Mapping
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from ekyc.settings.crm import is_signing_key
from ekyc.settings.sections import Section


class Gateways(Section):
    """Who carries messages to customers; nobody named: nobody can be reached."""

    sms: list[Literal["esms", "stringee", "twilio", "webhook"]] = Field(
        default_factory=list, description="Providers of SMS in the order they are tried"
    )
    voice: list[Literal["stringee", "twilio", "webhook"]] = Field(
        default_factory=list, description="Providers of voice calls in the order they are tried"
    )
    mail: list[Literal["smtp", "webhook"]] = Field(
        default_factory=list,
        description="Providers of mail in the order they are tried; smtp is [mail]",
    )
    timeout_s: float = Field(
        5.0, gt=0, le=60, description="Longest wait for one provider's answer, seconds"
    )
    rounds: int = Field(
        2,
        ge=1,
        le=5,
        description="How often the list is gone through, without those who refused for good",
    )
    pause_s: float = Field(1.0, ge=0, le=30, description="Wait between two rounds, seconds")
    rest_s: float = Field(
        30.0, ge=0, description="Who did not answer in time is tried last this long, seconds"
    )
    ask_s: float = Field(
        5.0,
        gt=0,
        description="What became of a message is asked after, seconds, doubled each time",
    )
    ask_until_s: float = Field(
        900.0, ge=0, description="Nobody is asked any more about a message older than, seconds"
    )
    private: bool = Field(False, description="Allow providers' addresses in a private network")


class Esms(Section):
    """eSMS.vn: SMS under a registered brand name."""

    url: str = Field("https://rest.esms.vn", description="Where its API is reached")
    api_key: SecretStr = Field(SecretStr(""), description="ApiKey of the account")
    secret_key: SecretStr = Field(SecretStr(""), description="SecretKey of the account")
    brand: str = Field("", description="The registered brand name messages come from")
    unicode: bool = Field(
        False, description="Send Vietnamese with its marks; templates are registered without"
    )


class Stringee(Section):
    """Stringee: SMS and voice calls."""

    url: str = Field("https://api.stringee.com", description="Where its API is reached")
    key_sid: str = Field("", description="API key SID")
    key_secret: SecretStr = Field(SecretStr(""), description="API key secret")
    sms_from: str = Field("", description="The registered brand name SMS come from")
    voice_from: str = Field("", description="The rented number calls come from, digits alone")
    voice_vi: str = Field("", description="Voice for Vietnamese; empty: the provider's own")
    voice_en: str = Field("", description="Voice for English; empty: the provider's own")


class Twilio(Section):
    """Twilio: SMS and voice calls."""

    url: str = Field("https://api.twilio.com", description="Where its API is reached")
    account_sid: str = Field("", description="Account SID")
    auth_token: SecretStr = Field(
        SecretStr(""), description="Auth token; it also signs what Twilio reports"
    )
    sms_from: str = Field("", description="The number SMS come from")
    voice_from: str = Field("", description="The number calls come from")
    voice_vi: str = Field("Google.vi-VN-Standard-A", description="Voice for Vietnamese")
    voice_en: str = Field("Google.en-US-Standard-C", description="Voice for English")


class MessageWebhook(Section):
    """The bank's own gateway, told of each message by a signed webhook (Standard Webhooks)."""

    url: str = Field("", description="Address that is told of each message")
    secret: SecretStr = Field(
        SecretStr(""), description="whsec_… key of both signatures: ours and that of its reports"
    )

    @model_validator(mode="after")
    def messages_are_signed(self) -> Self:
        """An address needs a key to sign with."""
        if self.url and not is_signing_key(self.secret.get_secret_value()):
            raise ValueError("secret: whsec_ and 24 to 64 bytes in base64")
        return self


_SECTIONS = {"webhook": "message_webhook", "smtp": "mail"}
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "esms": ("api_key", "secret_key", "brand"),
    "stringee": ("key_sid", "key_secret"),
    "twilio": ("account_sid", "auth_token"),
    "webhook": ("url", "secret"),
    "smtp": ("host",),
}
_SENDS_AS = {
    ("stringee", "sms"): "sms_from",
    ("stringee", "voice"): "voice_from",
    ("twilio", "sms"): "sms_from",
    ("twilio", "voice"): "voice_from",
}


def fault(gateways: Gateways, section: Callable[[str], Section]) -> str:
    """What a provider that is named still lacks, as the key's path with the reason, or nothing.

    `section` finds a table of the settings by its name.
    """
    for channel in ("sms", "voice", "mail"):
        for name in getattr(gateways, channel):
            path = _SECTIONS.get(name, name)
            table = section(path)
            own = _SENDS_AS.get((name, channel))
            for key in (*_NEEDS[name], *([own] if own else [])):
                value = getattr(table, key)
                if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                    return f"{path}.{key}: needed, since gateways.{channel} names {name}"
            url = getattr(table, "url", "https://")
            if not gateways.private and not url.startswith("https://"):
                return f"{path}.url: https:// only, unless gateways.private is true"
    return ""
