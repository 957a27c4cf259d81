"""How long something takes, in words."""

import json

import pytest

from custom_components.descent.wording import length_text
from tests import imports

FORMS = json.loads((imports.DESCENT / "translations" / "en.json").read_text(encoding="utf-8"))[
    "selector"
]["length"]["options"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 seconds"),
        (45, "45 seconds"),
        (59.6, "1 minute"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (150, "2 and a half minutes"),
        (320, "5 minutes 20 seconds"),
        (600, "10 minutes"),
    ],
)
def test_a_length_is_said_as_a_coach_says_it(seconds: float, words: str) -> None:
    assert length_text(FORMS, seconds) == words


def test_a_language_without_forms_says_nothing() -> None:
    assert length_text({}, 60) == ""
