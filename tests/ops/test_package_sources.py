"""The address of the backports comes from the machine's own Debian source, in either of apt's two forms."""

import pytest

from ops.packages import backports_source, deb822_sources, one_line_sources

DEB822 = """\
# a comment
Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main

Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/example.gpg
"""


def test_a_deb822_source_gives_address_and_key() -> None:
    made = backports_source("bookworm", list(deb822_sources(DEB822)))

    assert list(deb822_sources(made)) == [
        {
            "Types": "deb",
            "URIs": "http://mirror.example/debian",
            "Suites": "bookworm-backports",
            "Components": "main",
            "Signed-By": "/usr/share/keyrings/example.gpg",
        }
    ]


def test_a_one_line_source_gives_address_and_options() -> None:
    text = (
        "deb-src http://mirror.example/debian bookworm main\n"
        "deb [arch=amd64,arm64 signed-by=/k.gpg] http://mirror.example/debian bookworm main non-free\n"
    )

    made = backports_source("bookworm", list(one_line_sources(text)))

    assert "URIs: http://mirror.example/debian\n" in made
    assert "Signed-By: /k.gpg\n" in made
    assert "Suites: bookworm-backports\n" in made


def test_without_a_debian_source_the_reason_is_told() -> None:
    with pytest.raises(LookupError, match="bookworm"):
        backports_source("bookworm", [])
