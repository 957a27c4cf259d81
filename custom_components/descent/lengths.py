"""How long something takes, in words: "1 minute", "90 seconds", "2 and a half minutes"."""

from __future__ import annotations

from collections.abc import Mapping

SECONDS_UNTIL_S = 120  # up to here a coach counts in seconds, except for one minute
_HALF_S = 30


def length_text(forms: Mapping[str, str], seconds: float) -> str:
    """Say ``seconds`` with the forms of a language (translations under ``selector.length``)."""
    minutes, rest = divmod(round(seconds), 60)
    if (minutes, rest) == (1, 0):
        form = "minute"
    elif minutes * 60 + rest < SECONDS_UNTIL_S:
        form, rest = "seconds", minutes * 60 + rest
    elif not rest:
        form = "minutes"
    else:
        form = "minutes_and_a_half" if rest == _HALF_S else "minutes_and_seconds"
    return forms.get(form, "").format(minutes=minutes, seconds=rest)
