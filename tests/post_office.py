"""A real SMTP server that keeps what it takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from ekyc.settings import Mail


class PostOffice:
    """An SMTP server that takes whatever comes, or refuses it."""

    def __init__(self) -> None:
        self.refusal = ""
        """What is said to every receiver instead of being taken."""
        self.letters: list[EmailMessage] = []
        self.to: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""

        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 post.bank.example")
        while line := (await reader.readline()).decode().strip():
            match line.partition(" ")[0].upper():
                case "DATA":
                    say("354 go on")
                    body = await reader.readuntil(b"\r\n.\r\n")
                    self.letters.append(_letter(body))
                    say("250 taken")
                case "QUIT":
                    say("221 bye")
                    break
                case "RCPT":
                    self.to.append(line)
                    say(self.refusal or "250 ok")
                case _:
                    say("250 ok")
        await writer.drain()
        writer.close()


def _letter(body: bytes) -> EmailMessage:
    letter = message_from_bytes(body[:-5], policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


@asynccontextmanager
async def post_office() -> AsyncIterator[tuple[PostOffice, Mail]]:
    """An open one, and the settings by which it is reached."""
    office = PostOffice()
    server = await asyncio.start_server(office.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    rules = Mail(host="127.0.0.1", port=port, security="none", sender="kyc@bank.example")
    async with server:
        yield office, rules
