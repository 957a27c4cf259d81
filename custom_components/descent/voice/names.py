"""Names as they are spoken: templates that match what people and speech recognition make of them.

A name may hold anything. Only its letters and digits can be heard, so nothing else remains of it,
and braces or brackets never become part of a template.
"""

from __future__ import annotations

from collections.abc import Sequence
import re
import unicodedata

from .language import Spoken

_ASIDE = re.compile(r"\(([^()]*)\)")  # "First descents (walk)" need not be said in full
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SEPARATORS = ("-", "/")  # speech recognition writes them, or does not
_SHORTEST = 4  # letters of a word that has endings


def spoken_name(name: str, spoken: Spoken | None = None) -> str | None:
    """Return the template of a name; ``None`` if nothing of it can be said.

    With the ways of a language, singular stands for plural and a digit for its word, and the other
    way round.
    """
    text = unicodedata.normalize("NFC", name).replace("\u2019", "'")
    asides = [_words(aside, spoken) for aside in _ASIDE.findall(text)]
    required = _words(_ASIDE.sub(" ", text), spoken)
    optional = [aside for aside in asides if aside]
    if not required:
        return " ".join(optional) or None
    return " ".join((required, *(f"[{aside}]" for aside in optional)))


def _words(text: str, spoken: Spoken | None) -> str:
    template, end = "", 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        separator = f"({between}| )" if between in _SEPARATORS else " "
        template += (separator if template else "") + _ways(word[0], spoken)
        end = word.end()
    return template


def _ways(word: str, spoken: Spoken | None) -> str:
    """Return all ways of saying a word."""
    if spoken is None:
        return word
    if word.isdecimal():
        numbers = [said for said, number in spoken.numbers.items() if number == int(word)]
        return _alternatives(word, [word, *numbers])
    if len(word) < _SHORTEST or not word.isalpha():
        return word
    folded = word.casefold()
    for group in spoken.endings:
        for ending in sorted(group, key=len, reverse=True):
            if ending and folded.endswith(ending) and len(word) - len(ending) >= _SHORTEST - 1:
                stem = word[: -len(ending)]
                return stem + _alternatives(ending, group)
    last = spoken.endings[-1]
    return word + _alternatives("", last) if "" in last else word


def _alternatives(first: str, ways: Sequence[str]) -> str:
    """Write alternatives: ``[s]``, ``(i|o|e)``, ``[e|en]``."""
    if len(ways) == 1:
        return first
    said = "|".join(way for way in ways if way)
    return f"[{said}]" if "" in ways else f"({said})"
