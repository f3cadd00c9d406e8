"""A real IMAP server (Dovecot) and a real scanner (clamd) for tests of the desk's mail."""

from __future__ import annotations

import getpass
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from imapclient import IMAPClient
from pytest_django import Settings

from ops.processes import free_port
from tests.clamd import clamd_answers

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
auth_failure_delay = 0
service anvil {{
  chroot =
  # No longer waits after each wrong password: how often we ask is ours to bound, not the server's.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
{passwords}
userdb {{
  driver = static
  args = uid={user} gid={group} home={directory}/mail/%u
}}
"""
BY_PASSWORD = """
passdb {
  driver = static
  args = password=secret
}
"""
# Microsoft 365 and Google take no passwords: the server asks the token's maker whose it is (RFC 7662).
BY_TOKEN = """
auth_mechanisms = xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = %s
}
"""
INTROSPECTION = """
introspection_mode = post
introspection_url = %s
username_attribute = username
active_attribute = active
active_value = true
"""
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Desk:
    """The desk's mailbox on the server."""

    def __init__(self, port: int, directory: Path) -> None:
        self.port = port
        self.directory = directory
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

    def files(self) -> list[Path]:
        """The mails as they lie on the server, oldest first."""
        paths = (self.directory / "mail").glob("**/*")
        return sorted((path for path in paths if path.parent.name in {"new", "cur"}), key=lambda path: path.name)

    def flags(self) -> list[set[bytes]]:
        """The marks of every mail, in order."""
        with self.open() as server:
            fetched = server.fetch(server.search("ALL"), ["FLAGS"])
        return [{flag for flag in fetched[number][b"FLAGS"] if flag != b"\\Recent"} for number in sorted(fetched)]


@pytest.fixture
def desk_mailbox(settings: Settings) -> Iterator[Desk]:
    """Dovecot with the mailbox of desk@otasuke.invalid, the address of the cast's programme."""
    with dovecot() as desk:
        settings.DESK_MAILBOXES = {"desk@otasuke.invalid": desk.url}
        yield desk


@contextmanager
def dovecot(introspection_url: str = "") -> Iterator[Desk]:
    """A running server; with the address of a token's maker it takes tokens only."""
    # Sockets have short names, and root's servers become somebody else.
    directory, port = Path(f"/tmp/otasuke-imap-{os.getpid()}-{free_port()}"), free_port()
    user = "nobody" if os.geteuid() == 0 else getpass.getuser()
    account = pwd.getpwnam(user)
    directory.mkdir(mode=0o755)
    (directory / "mail").mkdir()
    os.chown(directory / "mail", account.pw_uid, account.pw_gid)
    group = subprocess.run(["id", "-gn", user], capture_output=True, text=True, check=True).stdout.strip()
    (directory / "oauth2.conf").write_text(INTROSPECTION % introspection_url)
    passwords = BY_TOKEN % (directory / "oauth2.conf") if introspection_url else BY_PASSWORD
    path = directory / "dovecot.conf"
    path.write_text(
        CONFIGURATION.format(
            directory=directory, user=user, login_user=user, group=group, port=port, passwords=passwords
        )
    )
    command = ["/usr/sbin/dovecot", "-F", "-c", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        until = time.monotonic() + 30
        while not _answers(port):
            assert time.monotonic() < until, (directory / "dovecot.log").read_text()
            time.sleep(0.05)
        yield Desk(port, directory)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # all of it: asked to end, it takes a second each time
        process.wait()
        subprocess.run(["rm", "-rf", str(directory)], check=True)


def _answers(port: int) -> bool:
    with suppress(OSError, IMAPClient.Error):
        IMAPClient("127.0.0.1", port, ssl=False).logout()
        return True
    return False


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
    clamd_answers(socket)
    settings.CLAMD_ADDRESS = str(socket)
    yield
    process.kill()
    process.wait()
    subprocess.run(["rm", "-rf", str(directory)], check=True)
