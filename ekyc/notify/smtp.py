"""Mail by the bank's own SMTP server."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from ekyc.domain.message import Receipt
from ekyc.notify.provider import Letter, Refused, Silent
from ekyc.settings import Mail


class SmtpMailer:
    """Hands each mail over at once; raises when the server does not take it."""

    def __init__(self, settings: Mail, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now

    async def mail(
        self,
        *,
        to: str,
        subject: str,
        text: str,
        id: str,
        invitation: tuple[str, bytes] | None = None,
    ) -> None:
        """One mail; `id` is the same at every try, so that a mailbox shows it once."""
        rules = self._settings
        domain = rules.sender.rpartition("@")[2]
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = rules.sender, to, subject
        letter["Date"] = format_datetime(self._now())
        letter["Message-ID"] = f"<{id}@{domain}>"
        letter.set_content(text)
        if invitation is not None:
            method, calendar = invitation
            # Beside the text, not attached: so mail programs offer it and file it (RFC 6047).
            letter.add_alternative(
                calendar, maintype="text", subtype="calendar", params={"method": method}
            )
        secure = rules.security != "none"
        # Reading the machine's certificates takes a while.
        context = await asyncio.to_thread(ssl.create_default_context) if secure else None
        await aiosmtplib.send(
            letter,
            hostname=rules.host,
            port=rules.port,
            local_hostname=domain,
            username=rules.login or None,
            password=rules.password.get_secret_value() or None,
            use_tls=rules.security == "tls",
            start_tls=rules.security == "starttls",
            tls_context=context,
            timeout=rules.timeout_s,
        )


class SmtpProvider(Silent):
    """The bank's SMTP server as a provider of messages; `subject` of codes, by language."""

    name = "smtp"

    def __init__(self, mailer: SmtpMailer, subject: Callable[[str], str]) -> None:
        self._mailer, self._subject = mailer, subject

    async def hand(self, letter: Letter) -> Receipt:
        """One mail; taken is all a mail server says."""
        try:
            await self._mailer.mail(
                to=letter.to,
                subject=letter.subject or self._subject(letter.language),
                text=letter.text,
                id=letter.id,
            )
        except aiosmtplib.SMTPResponseException as error:
            raise Refused(f"smtp-{error.code}", for_good=error.code >= 500) from None
        except aiosmtplib.SMTPException as error:
            raise Refused(type(error).__name__) from None
        return Receipt(provider=self.name)
