"""A real IMAP server (Dovecot) and a real scanner (clamd) for tests of the desk's mail."""

from __future__ import annotations

import getpass
import os
import pwd
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from imapclient import IMAPClient
from pytest_django import Settings

from ops.processes import free_port

CONFIGURATION = """
base_dir = {directory}/run
state_dir = {directory}/state
log_path = {directory}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {login_user}
default_internal_group = {group}
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{directory}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={directory}/mail/%u
}}
"""
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Desk:
    """The desk's mailbox on the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://desk:secret@127.0.0.1:{port}/INBOX"

    def open(self) -> IMAPClient:
        """Somebody who reads the mailbox with a mail program."""
        server = IMAPClient("127.0.0.1", self.port, ssl=False)
        server.login("desk", "secret")
        server.select_folder("INBOX")
        return server

    def deliver(self, *mails: bytes) -> None:
        """Mails arrive."""
        with self.open() as server:
            for mail in mails:
                server.append("INBOX", mail)

    def flags(self) -> list[set[bytes]]:
        """The marks of every mail, in order."""
        with self.open() as server:
            told = server.fetch(server.search("ALL"), ["FLAGS"])
        return [{flag for flag in told[number][b"FLAGS"] if flag != b"\\Recent"} for number in sorted(told)]


@pytest.fixture
def desk_mailbox(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    """Dovecot with the mailbox of desk@otasuke.invalid, the address of the cast's programme."""
    # Sockets have short names, and root's servers become somebody else.
    directory, port = Path(f"/tmp/otasuke-imap-{os.getpid()}-{free_port()}"), free_port()
    user = "nobody" if os.geteuid() == 0 else getpass.getuser()
    account = pwd.getpwnam(user)
    directory.mkdir(mode=0o755)
    (directory / "mail").mkdir()
    os.chown(directory / "mail", account.pw_uid, account.pw_gid)
    group = subprocess.run(["id", "-gn", user], capture_output=True, text=True, check=True).stdout.strip()
    path = directory / "dovecot.conf"
    path.write_text(CONFIGURATION.format(directory=directory, user=user, login_user=user, group=group, port=port))
    process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(path)], stdout=subprocess.DEVNULL)
    desk = Desk(port)
    until = time.monotonic() + 30
    while True:
        with suppress(OSError, IMAPClient.Error):
            desk.open().logout()
            break
        assert time.monotonic() < until, (directory / "dovecot.log").read_text()
        time.sleep(0.05)
    settings.DESK_MAILBOXES = {"desk@otasuke.invalid": desk.url}
    yield desk
    process.terminate()
    process.wait()
    subprocess.run(["rm", "-rf", str(directory)], check=True)


@pytest.fixture
def scanner(settings: Settings) -> Iterator[None]:
    """clamd that knows the test file of the antivirus makers."""
    directory = Path(f"/tmp/otasuke-clamd-{os.getpid()}-{free_port()}")
    (directory / "signatures").mkdir(parents=True)
    (directory / "signatures" / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR[:60].hex()}\n")
    socket = directory / "c.sock"
    (directory / "clamd.conf").write_text(
        f"DatabaseDirectory {directory}/signatures\nLocalSocket {socket}\nForeground yes\nLogFile {directory}/log\n"
    )
    process = subprocess.Popen(
        ["/usr/sbin/clamd", "-c", str(directory / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 30
    while not socket.exists():
        assert time.monotonic() < until, (directory / "log").read_text()
        time.sleep(0.05)
    settings.CLAMD_ADDRESS = str(socket)
    yield
    process.kill()
    process.wait()
    subprocess.run(["rm", "-rf", str(directory)], check=True)
