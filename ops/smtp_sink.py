"""A real SMTP server that keeps every message as a file instead of sending it on: for demo, smoke and tests.

    python -m ops.smtp_sink --port 2525 --dir var/demo/mail

Messages lie in `<dir>/new/<time>-<number>.eml`, as they came, with the envelope in `X-Envelope-From` and
`X-Envelope-To`. The file `<dir>/behaviour` makes it misbehave (`set_behaviour`), for fault tests.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import signal
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MESSAGE = 30 * 1024 * 1024


class Behaviour(StrEnum):
    """What the server does with a message.

    `LOSE_REPLY` keeps it and drops the connection before the 250: the sender cannot know. `CLOSE_AFTER_REPLY` keeps
    it, answers 250 and drops the connection, so the sender's QUIT fails.
    """

    KEEP = "keep"
    REFUSE_NOW = "refuse-now"
    REFUSE_FOR_EVER = "refuse-for-ever"
    LOSE_REPLY = "lose-reply"
    CLOSE_AFTER_REPLY = "close-after-reply"


@dataclass(frozen=True)
class Mail:
    """A stored message: its file, envelope and parsed content."""

    path: Path
    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "")

    def text(self) -> str:
        """The plain-text part, empty when there is none."""
        return self._part("plain")

    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


def read_mail(directory: Path, *, to: str | None = None) -> list[Mail]:
    """Messages stored under `directory`, oldest first; only those for the address `to` when given."""
    mails = [_read(path) for path in sorted((directory / "new").glob("*.eml"))]
    return [mail for mail in mails if to is None or to in mail.recipients]


def wait_for_mail(directory: Path, *, count: int = 1, to: str | None = None, seconds: float = 20.0) -> list[Mail]:
    """Messages once there are at least `count`; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while len(mails := read_mail(directory, to=to)) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(mails)} of {count} mails after {seconds:.0f} s in {directory}")
        time.sleep(0.1)
    return mails


def set_behaviour(directory: Path, behaviour: Behaviour, *, times: int | None = None) -> None:
    """Change what a running server does from the next message on; after `times` messages it keeps them again."""
    directory.mkdir(parents=True, exist_ok=True)
    _replace(directory / "behaviour", f"{behaviour} {'' if times is None else times}".encode())
    (directory / "behaviour").chmod(0o666)


class Sink:
    """aiosmtpd handler that stores messages below `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._numbers = itertools.count(1)
        for name in ("new", "tmp"):
            (directory / name).mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        behaviour = self._behaviour()
        if behaviour == Behaviour.REFUSE_NOW:
            return "451 4.3.0 Try again later"
        if behaviour == Behaviour.REFUSE_FOR_EVER:
            return "550 5.1.1 No such mailbox"
        self._store(envelope)
        transport = cast(asyncio.Transport, server.transport)
        if behaviour == Behaviour.LOSE_REPLY:
            transport.abort()
        elif behaviour == Behaviour.CLOSE_AFTER_REPLY:
            asyncio.get_running_loop().call_later(0.05, transport.abort)
        return "250 2.0.0 Kept"

    def _store(self, envelope: Envelope) -> None:
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self._numbers):06d}.eml"
        temporary = self.directory / "tmp" / name
        temporary.write_bytes(head.encode() + cast(bytes, envelope.original_content))
        temporary.rename(self.directory / "new" / name)

    def _behaviour(self) -> Behaviour:
        """The wanted behaviour, counting down the times it is wanted."""
        path = self.directory / "behaviour"
        try:
            name, _, left = path.read_text().partition(" ")
        except FileNotFoundError:
            return Behaviour.KEEP
        if left:
            following = f"{name} {int(left) - 1}" if int(left) > 1 else Behaviour.KEEP
            path.write_text(following)
        return Behaviour(name)


async def serve(host: str, port: int, directory: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    sink = Sink(directory)
    server = await loop.create_server(lambda: _protocol(sink), host, port)
    async with server:
        await stopped.wait()


def _protocol(sink: Sink) -> SMTP:
    options: dict[str, Any] = {"enable_SMTPUTF8": True, "data_size_limit": LARGEST_MESSAGE, "hostname": "localhost"}
    return SMTP(sink, **options)


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    recipients = [part.strip() for part in str(message["X-Envelope-To"] or "").split(",")]
    return Mail(path, str(message["X-Envelope-From"] or ""), recipients, message)


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_bytes(content)
    temporary.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="ops.smtp_sink", description="A mail server that keeps what it gets")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.host, options.port, options.dir))


if __name__ == "__main__":
    main()
