"""The texts in the languages there are: complete, and the same as English in what they carry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custom_components.descent.training.script import builtin
from tests import imports

FOLDER = imports.DESCENT / "translations"
ENGLISH: dict[str, Any] = json.loads((FOLDER / "en.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("part", ["name", "description", "why"])
def test_the_words_of_a_built_in_session_are_those_of_its_file(part: str) -> None:
    texts = ENGLISH["selector"][f"session_{part}"]["options"]
    assert texts == {session: getattr(script, part) for session, script in builtin().items()}
