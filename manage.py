#!/usr/bin/env python3
"""Django's command line for the platform."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")
    if sys.argv[1:2] in (["grade"], ["advice_coverage"]):
        # An analyst's tools on a file: no database, no session, so they must run with nothing configured.
        os.environ.setdefault("SECRET_KEY", "grading-needs-none")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
