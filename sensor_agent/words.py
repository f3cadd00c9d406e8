"""What the installer reads: Japanese, or English where the terminal's language is not Japanese and not unset."""

import os


def say(japanese: str, english: str) -> str:
    """The text in the terminal's language."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return english if language and not language.startswith(("ja", "C", "POSIX")) else japanese
