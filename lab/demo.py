"""`make demo`: the whole platform with one real sensor plays the scenario and stays up until Ctrl-C."""

import argparse
import os
import sys

from lab.scene import errors_in_one_line, sensor_in_place, table_head, table_line
from lab.story import Line, Story
from ops.accounts import CHECKOUT
from ops.stack import Stack

DIRECTORY = CHECKOUT / "var" / "demo"
ROLES = {
    "sme": "firm's owner",
    "desk": "call centre",
    "soc": "SOC analyst",
    "vendor": "local IT vendor",
    "insurer": "insurer",
    "office": "programme office",
    "admin": "configuration (/admin/)",
}


def main() -> int:
    """Start, play, stay."""
    parser = argparse.ArgumentParser(prog="lab.demo", description="The platform with one real sensor, until Ctrl-C")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    options = parser.parse_args()

    def print_line(line: Line) -> None:
        print(table_line(line), flush=True)

    with Stack(DIRECTORY, web_port=options.port, fresh=True, year=True) as stack, sensor_in_place(stack, "demo") as lab:
        print(table_head(), flush=True)
        Story(stack, lab, print_line).play()
        if lab:
            lab.sensor_start()
        _invite(stack)
        stack.run_until_signal()
        print("stopping…", flush=True)
    return 0


def _invite(stack: Stack) -> None:
    if stack.consortium is None:
        return
    print(f"\nPortal: {stack.url}   mails: {stack.mail}/new   logs: {stack.supervisor.log_path('web').parent}\n")
    for role, (email, password) in stack.consortium.logins.items():
        print(f"  {ROLES.get(role, role).ljust(26)} {email.ljust(40)} {password}")
    print(
        "\nAll firms and their past year are invented; the year went through the real grading, desk, vendor, insurer."
    )
    print("The demo asks for no second factor; a real installation does. Ctrl-C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(errors_in_one_line("demo", main))
