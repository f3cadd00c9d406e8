"""The harmless antivirus test file, put together at run time so that no scanner finds it in the repository."""

from pathlib import Path

_PARTS = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST", "-FILE!$H+H*")
SIGNATURE_NAME = "Eicar-Test-Signature"
FILE_SIZE = 200_000


def eicar_text() -> bytes:
    return "".join(_PARTS).encode("ascii")


def eicar_file(salt: str = "") -> bytes:
    """200,000 bytes with the test string in the middle; another salt makes another file (and hash)."""
    head = (f"harmless test data {salt}\n".encode() * (FILE_SIZE // 20))[: FILE_SIZE // 2]
    body = head + eicar_text()
    return body + b"." * (FILE_SIZE - len(body))


def signatures_write(folder: Path) -> Path:
    """A ClamAV database of our own that knows the test string at any offset. Returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "otasuke.ndb"
    path.write_text(f"{SIGNATURE_NAME}:0:*:{eicar_text().hex()}\n", encoding="ascii")
    return path
