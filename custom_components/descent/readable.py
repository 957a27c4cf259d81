"""Text from outside, made fit for everything that writes it on: JSON, logs, a repair issue.

Names of files need not be text: what is not UTF-8 in them Python keeps as halves of characters
(surrogates), which no JSON and no log file takes. One such name takes down the whole list that it
stands in. Control characters and marks that turn the direction of writing would hide what is there.
"""

from __future__ import annotations

from collections.abc import Mapping
import re

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def readable(text: str) -> str:
    r"""Write out what cannot be shown: a byte of a file name as ``\xff``."""
    return _UNFIT.sub(_written_out, text)


def readable_name(name: str) -> str:
    """Do that to a name, which is one line whatever is in it."""
    return readable(name).replace("\n", r"\n")


def readable_values(placeholders: Mapping[str, str]) -> dict[str, str]:
    """Do that to the values that a translated text is filled with."""
    return {name: readable(value) for name, value in placeholders.items()}


def _written_out(found: re.Match[str]) -> str:
    code = ord(found.group())
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004  (how Python keeps a byte that is no UTF-8)
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004  (two digits)
