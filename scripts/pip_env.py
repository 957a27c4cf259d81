"""Print pip's settings as shell exports that uv reads.

uv ignores pip's configuration files, so a machine that is set up for pip (a
mirror, its own certificates) would need the same things said twice. Runs on
whatever Python the machine has, hence the plain syntax.
"""

from __future__ import annotations

import ast
import os
import shlex
import subprocess
import sys
from typing import Iterator, Mapping

# pip's name, uv's variable, what separates several values there.
SETTINGS = (
    ("index-url", "UV_DEFAULT_INDEX", ""),
    ("extra-index-url", "UV_INDEX", " "),
    ("find-links", "UV_FIND_LINKS", ","),
    ("trusted-host", "UV_INSECURE_HOST", " "),
    ("no-index", "UV_NO_INDEX", ""),
    ("timeout", "UV_HTTP_TIMEOUT", ""),
    ("default-timeout", "UV_HTTP_TIMEOUT", ""),
    ("cert", "SSL_CERT_FILE", ""),
    ("client-cert", "SSL_CLIENT_CERT", ""),
    ("proxy", "ALL_PROXY", ""),
)
# The later wins, as in pip.
SECTIONS = ("global", "install", ":env:")


def pip_settings() -> dict[str, str]:
    """Return pip's merged settings, name -> text, none where there is no pip."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        universal_newlines=True,
        check=False,
    ).stdout
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.partition(".")
        if section in found:
            found[section][name] = ast.literal_eval(value)
    return {k: v for section in SECTIONS for k, v in found[section].items()}


def exports(
    settings: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the variables to set; those that are set already stay."""
    for name, variable, separator in SETTINGS:
        values = settings.get(name, "").split()
        if values and not environment.get(variable):
            yield variable, separator.join(values) if separator else values[-1]


if __name__ == "__main__":
    for variable, value in exports(pip_settings(), os.environ):
        print("export {}={}".format(variable, shlex.quote(value)))
