"""Which operating-system account runs our long-lived programs.

PostgreSQL refuses root, and nothing but the sensor needs it. Started by root, programs run as the owner of the
checkout when that is an ordinary person (sudo), else as the system user `otasuke`, made when missing.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

CHECKOUT = Path(__file__).resolve().parent.parent
SYSTEM_USER = "otasuke"


@dataclass(frozen=True)
class Account:
    """A user and group by number; `is_self` when it is the one running this process."""

    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        return self.uid == os.geteuid()

    def may_enter(self, path: Path) -> bool:
        """Whether the account can pass every directory of `path` that exists (mode bits only, no ACLs)."""
        if self.uid == 0:
            return True
        parts = [path, *path.parents]
        return all(self._may_pass(part) for part in parts if part.is_dir())

    def _may_pass(self, directory: Path) -> bool:
        info = directory.stat()
        if info.st_uid == self.uid:
            return bool(info.st_mode & 0o100)
        if info.st_gid == self.gid:
            return bool(info.st_mode & 0o010)
        return bool(info.st_mode & 0o001)


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def identity(account: Account) -> Identity:
    """Arguments for subprocess that run a program as `account`; none when it is ourselves."""
    if account.is_self:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def service_account() -> Account:
    """The account for PostgreSQL, Redis, web and workers; makes the system user when root needs it."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    owner = CHECKOUT.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _system_account()


def _system_account() -> Account:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid)


def give(path: Path, account: Account, mode: int = 0o700) -> None:
    """Make the directory `path` if missing, owned by `account`, with `mode`."""
    path.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid)
    path.chmod(mode)


def make_open(path: Path) -> None:
    """Make missing directories up to `path` enterable by other accounts, whatever the umask."""
    missing = [part for part in [path, *path.parents] if not part.exists()]
    for part in reversed(missing):
        part.mkdir(exist_ok=True)
        part.chmod(0o755)
        give_to_owner(part)


def give_to_owner(path: Path) -> None:
    """After `sudo make …`, what root made belongs to the checkout's owner, who may come back without sudo."""
    if os.geteuid() == 0:
        owner = CHECKOUT.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
