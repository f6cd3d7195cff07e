"""What a code's message says: written for SMS and mail, digit by digit and twice for a call."""

from collections.abc import Callable
from urllib.parse import urlsplit

from ekyc.domain.application import Application
from ekyc.domain.message import Channel
from ekyc.notify.texts import Texts
from ekyc.settings import Settings

_AREA = "messages"


def code_words(
    texts: Texts, settings: Settings, purpose: str
) -> Callable[[str, Application, Channel], str]:
    """Digits, whose they are, channel → the message about a code of this purpose."""
    bank, host = settings.bank, _host(settings.server.public_url)
    minutes = settings.codes.life_s // 60

    def word(code: str, application: Application, channel: Channel) -> str:
        language = application.language
        values = {
            "bank": bank.name_en if language == "en" else bank.name_vi,
            "code": code,
            "digits": spelt(texts, code, language, slow=application.slow_speech),
            "minutes": minutes,
        }
        spoken = ".voice" if channel is Channel.VOICE else ""
        text = texts.say(_AREA, f"code.{purpose}{spoken}", language, **values)
        # Origin-bound one-time codes: the telephone offers the code to this host's page alone.
        return f"{text}\n\n@{host} #{code}" if host and channel is Channel.SMS else text

    return word


def callback_letter(texts: Texts, settings: Settings) -> Callable[[str, str], tuple[str, str]]:
    """The link's token, language → subject and text of the mail with a callback's link."""
    bank, minutes = settings.bank, settings.codes.life_s // 60

    def letter(token: str, language: str) -> tuple[str, str]:
        values = {
            "bank": bank.name_en if language == "en" else bank.name_vi,
            "hotline": bank.hotline,
            "link": f"{settings.server.address}/c/callback#{token}",
            "minutes": minutes,
        }
        subject = texts.say(_AREA, "callback.subject", language, **values)
        return subject, texts.say(_AREA, "callback", language, **values)

    return letter


def spelt(texts: Texts, code: str, language: str, *, slow: bool = False) -> str:
    """Each digit as a word of its own: a voice reads 12 as twelve; as a sentence of its own where
    they are to come slowly: every voice pauses longer at a full stop than at a comma."""
    return (". " if slow else ", ").join(
        texts.say(_AREA, f"digit.{digit}", language) for digit in code
    )


def _host(public_url: str) -> str:
    """Where a page can be offered a code: by HTTPS alone."""
    parts = urlsplit(public_url)
    return parts.hostname or "" if parts.scheme == "https" else ""
