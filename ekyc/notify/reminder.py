"""The reminder to a customer who broke off: how to come back, and until when."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from ekyc.domain.application import Application
from ekyc.notify.texts import Texts
from ekyc.settings import Settings


def reminder(settings: Settings, texts: Texts) -> Callable[[Application, str, datetime], str]:
    """Application, link token, end of the link → the message in the customer's language."""
    bank, zone = settings.bank, ZoneInfo(settings.bank.zone)

    def word(application: Application, token: str, until: datetime) -> str:
        language = application.language
        return texts.say(
            "messages",
            "reminder",
            language,
            bank=bank.name_en if language == "en" else bank.name_vi,
            reference=application.reference,
            until=f"{until.astimezone(zone):%H:%M %d/%m/%Y}",
            link=f"{settings.server.address}/c/#{token}",
        )

    return word
