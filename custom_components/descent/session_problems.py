"""What is wrong with session files, in the language of this Home Assistant."""

from __future__ import annotations

from collections.abc import Mapping
import re

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN
from .readable import readable
from .training.script import ENGLISH, ScriptError
from .training.script.problems import say

_PREFIX = f"component.{DOMAIN}.selector.session_file.options."
_MOST = 20  # problems that are told of a file; who has put them right sees the next
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


def problem_lines(hass: HomeAssistant, error: ScriptError) -> list[str]:
    """Return what is wrong with a file, a line for each problem."""
    texts = _texts(hass)
    lines = [readable(problem.text(texts)) for problem in error.problems[:_MOST]]
    if (left := len(error.problems) - _MOST) > 0:
        lines.append(say("more", count=left).text(texts))
    return lines


def problem_list(hass: HomeAssistant, error: ScriptError) -> str:
    """Return what is wrong with a file as a list in Markdown; what stands in the file is no part.

    A file may hold anything: what it says is shown as it stands, and never as a link or a heading.
    """
    lines = problem_lines(hass, error)
    return "\n".join("- " + _MARKDOWN.sub(r"\\\1", line) for line in lines)


def _texts(hass: HomeAssistant) -> Mapping[str, str]:
    language = hass.config.language
    known = async_get_cached_translations(hass, language, "selector", DOMAIN)
    return {key: known.get(_PREFIX + key, english) for key, english in ENGLISH.items()}
