"""`make check`: Django's own checks, forgotten migrations, import contracts, and texts without an English form.

Every check runs even when one before it fails; the exit status is 1 when any did.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ops import messages, services
from ops.accounts import CHECKOUT
from ops.postgres import ServiceError

MANAGE = [sys.executable, "manage.py"]
# What a real installation sets; the deployment checks look at nothing else.
PRODUCTION = {
    "DEBUG": "false",
    "PORTAL_URL": "https://portal.otasuke.invalid",
    "ALLOWED_HOSTS": "portal.otasuke.invalid",
    "BEHIND_TLS_PROXY": "true",
    "TRUSTED_PROXIES": "1",
}


class CheckError(Exception):
    """A check failed; the message says what to do."""


def check_django() -> None:
    _run([*MANAGE, "check", "--fail-level", "WARNING"])
    _run([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION)


def check_schema() -> None:
    """The OpenAPI schema is valid and describes every operation."""
    _run([*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull])


def check_migrations() -> None:
    _run([*MANAGE, "makemigrations", "--check", "--dry-run"])


def check_imports() -> None:
    _run([str(Path(sys.executable).with_name("lint-imports"))])


def check_translations() -> None:
    """Collect the texts anew, in a copy, and look for any without English."""
    with tempfile.TemporaryDirectory(prefix="otasuke-messages-") as directory:
        try:
            catalogue = messages.collect_copy(Path(directory) / "copy")
        except messages.MessagesError as error:
            raise CheckError(str(error)) from error
        _run(["msgfmt", "--check-format", "-o", os.devnull, str(catalogue)])
        open_texts = _texts("--untranslated", catalogue) + _texts("--only-fuzzy", catalogue)
    if open_texts:
        listed = "\n".join(f"  {line}" for line in open_texts[:40])
        raise CheckError(f"{len(open_texts)} texts without English (`make messages`, then translate):\n{listed}")


def _texts(kind: str, catalogue: Path) -> list[str]:
    command = ["msgattrib", kind, "--no-obsolete", "--no-wrap", str(catalogue)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line for line in output.splitlines() if line.startswith("msgid ") and line != 'msgid ""']


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env={**os.environ, **(environment or {})},
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise CheckError(done.stdout.strip())


CHECKS: dict[str, Callable[[], None]] = {
    "Django's checks": check_django,
    "OpenAPI schema": check_schema,
    "migrations": check_migrations,
    "import contracts": check_imports,
    "translations": check_translations,
}


def main() -> int:
    try:
        env = services.ensure(CHECKOUT / "var" / "test", durable=False)
    except ServiceError as error:
        print(f"check: {error}", file=sys.stderr)
        return 1
    os.environ.update(env.variables())
    os.environ.setdefault("SECRET_KEY", os.urandom(48).hex())
    failed = 0
    for name, check in CHECKS.items():
        began = time.monotonic()
        try:
            check()
        except CheckError as error:
            failed += 1
            print(f"check: {name}: FAILED\n{error}", flush=True)
        else:
            print(f"check: {name}: ok ({time.monotonic() - began:.1f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
