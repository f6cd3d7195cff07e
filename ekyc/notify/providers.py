"""The providers the settings name, ready to be used."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import aiohttp

from ekyc.domain.message import Channel
from ekyc.notify.esms import EsmsProvider
from ekyc.notify.message_webhook import WebhookProvider
from ekyc.notify.provider import Provider
from ekyc.notify.smtp import SmtpMailer, SmtpProvider
from ekyc.notify.stringee import StringeeProvider
from ekyc.notify.texts import Texts
from ekyc.notify.twilio import TwilioProvider
from ekyc.settings import Settings

REPORTS = "/api/messages/"
"""Where providers report to, each under its name."""


def providers(
    settings: Settings, texts: Texts, http: aiohttp.ClientSession, now: Callable[[], datetime]
) -> Mapping[Channel, Sequence[Provider]]:
    """By channel, in the order they are tried."""
    bank, address = settings.bank, settings.server.address

    def subject(language: str) -> str:
        name = bank.name_en if language == "en" else bank.name_vi
        return texts.say("messages", "mail.code.subject", language, bank=name)

    make: Mapping[str, Callable[[], Provider]] = {
        "esms": lambda: EsmsProvider(settings.esms, http),
        "stringee": lambda: StringeeProvider(settings.stringee, http),
        "twilio": lambda: TwilioProvider(settings.twilio, http, f"{address}{REPORTS}twilio"),
        "webhook": lambda: WebhookProvider(settings.message_webhook, http, now),
        "smtp": lambda: SmtpProvider(SmtpMailer(settings.mail, now), subject),
    }
    named = settings.gateways
    order: Mapping[Channel, Sequence[str]] = {
        Channel.SMS: named.sms,
        Channel.VOICE: named.voice,
        Channel.MAIL: named.mail,
    }
    made = {name: make[name]() for names in order.values() for name in names}
    return {channel: [made[name] for name in names] for channel, names in order.items()}
