"""The process that reads a stranger's mail: the mail on standard input, what was read on standard output.

    python -m incidents.mail_intake.reader read <letters of HTML> [<address of the desk> …]   → ReadMail as JSON
    python -m incidents.mail_intake.reader part <number>                                      → the file's bytes

Started by incidents.mail_intake.apart; without Django, database or secrets.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from typing import Final

from incidents.mail_intake.reading import attachment_of, mail_read

CPU_SECONDS: Final = 10  # the worst mails of 30 MB take about five
MEMORY_LIMIT: Final = 1_500_000_000  # bytes of address space; a mail of 30 MB takes about 300 MB


def main(question: list[str]) -> bytes:
    """The answer to a question about the mail on standard input."""
    raw = sys.stdin.buffer.read()
    if question[0] == "part":
        try:
            return attachment_of(raw, int(question[1]))
        except LookupError:
            return b""
    read = mail_read(raw, own=frozenset(question[2:]), longest_page=int(question[1]))
    return json.dumps(asdict(read), default=lambda moment: moment.isoformat()).encode()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    sys.stdout.buffer.write(main(sys.argv[1:]))
