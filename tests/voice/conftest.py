"""Assist, whose templates are read once a process."""

from __future__ import annotations

from functools import cache
from typing import Any

from hassil import parse_sentence
from hassil.expression import Sentence
import pytest


@cache
def parsed(text: str) -> Sentence:
    """Parse a template that was not parsed before."""
    return parse_sentence(text)


def shared(text: str, keep_text: bool = False, metadata: Any = None) -> Sentence:
    """Return a template as hassil parses it.

    What is shared is the tree of expressions, which nobody changes. What matching remembers beside
    it belongs to the sentence, and each reader gets one of its own.
    """
    if metadata is not None:
        return parse_sentence(text, keep_text, metadata)
    return Sentence(parsed(text).expression, text if keep_text else None)


@pytest.fixture(autouse=True)
def shared_templates_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse a template once, and not in every test again.

    Six languages with the names of all sessions take a second, and hardly differ from one test to
    the next.
    """
    monkeypatch.setattr("hassil.intents.parse_sentence", shared)
    monkeypatch.setattr("homeassistant.components.conversation.trigger.parse_sentence", shared)
