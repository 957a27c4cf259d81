"""Names of treadmills as they are spoken: templates for the sentences that Assist is given.

A name may hold anything. Only its letters and digits can be heard, so nothing else remains of it,
and braces or brackets never become part of a template.
"""

from __future__ import annotations

import re
import unicodedata

_ASIDE = re.compile(r"\(([^()]*)\)")  # "Belt (upstairs)" need not be said in full
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SEPARATORS = ("-", "/")  # speech recognition writes them, or does not


def spoken_name(name: str) -> str | None:
    """Return the template of a name; ``None`` if nothing of it can be said."""
    text = unicodedata.normalize("NFC", name).replace("\u2019", "'")
    asides = [_words(aside) for aside in _ASIDE.findall(text)]
    required = _words(_ASIDE.sub(" ", text))
    optional = [aside for aside in asides if aside]
    if not required:
        return " ".join(optional) or None
    return " ".join((required, *(f"[{aside}]" for aside in optional)))


def _words(text: str) -> str:
    template, end = "", 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        separator = f"({between}| )" if between in _SEPARATORS else " "
        template += (separator if template else "") + word[0]
        end = word.end()
    return template
