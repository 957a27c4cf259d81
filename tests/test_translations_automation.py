"""Every trigger and condition has its texts in the automation editor, and none is left over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from homeassistant.helpers.selector import validate_selector
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.descent import condition, trigger
from custom_components.descent.training.events import Reason
from custom_components.descent.training.model import Phase
from tests import imports
from tests.test_translations import ICONS, TEXTS

# What the automation editor offers: the descriptions, and the classes behind them.
AUTOMATION: dict[str, tuple[dict[str, Any], Mapping[str, type]]] = {
    kind: (load_yaml_dict(str(imports.DESCENT / f"{kind}.yaml")), classes)
    for kind, classes in (("triggers", trigger.TRIGGERS), ("conditions", condition.CONDITIONS))
}


def offered(kind: str) -> dict[str, dict[str, Any]]:
    """Return the triggers or conditions of the editor, and the fields of each."""
    described, _ = AUTOMATION[kind]
    return {
        name: (one or {}).get("fields", {})
        for name, one in described.items()
        if not name.startswith(".")
    }


def selected() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the selects among the fields: whose, which, and the selector."""
    for kind in AUTOMATION:
        for name, fields in offered(kind).items():
            for field, about in fields.items():
                if "select" in about["selector"]:
                    yield name, field, about["selector"]["select"]


@pytest.mark.parametrize("kind", AUTOMATION)
def test_every_trigger_and_condition_has_texts_and_an_icon_and_none_is_left_over(
    kind: str,
) -> None:
    _, classes = AUTOMATION[kind]
    texts, icons = TEXTS[kind], ICONS[kind]
    assert set(offered(kind)) == set(texts) == set(icons) == set(classes)
    assert all(one["name"] and one["description"] for one in texts.values())
    assert all(icon[kind.removesuffix("s")].startswith("mdi:") for icon in icons.values())


@pytest.mark.parametrize("kind", AUTOMATION)
def test_every_field_of_a_trigger_or_condition_has_texts_and_a_selector(kind: str) -> None:
    for name, fields in offered(kind).items():
        texts = TEXTS[kind][name].get("fields", {})
        assert set(texts) == set(fields)
        assert all(text["name"] for text in texts.values())
        assert all(validate_selector(field["selector"]) for field in fields.values())


def test_the_editor_offers_what_the_code_takes_in_the_same_order() -> None:
    choices = {
        (name, one.option): list(map(str, one.choices))
        for name, one in trigger.TRIGGERS.items()
        if one.option
    }
    states = list(map(str, condition.ACTIVE))
    assert {(name, field): one["options"] for name, field, one in selected()} == {
        **choices,
        ("is_session_active", "state"): states,
        ("is_phase", "phase"): list(map(str, Phase)),
    }


def test_every_choice_of_the_editor_has_a_label_and_none_is_left_over() -> None:
    choices: dict[str, set[str]] = {}
    for _, _, one in selected():
        choices.setdefault(one["translation_key"], set()).update(one["options"])
    # Nothing happens when these come about: only what is shown has them.
    choices["reason"] |= {Reason.SAFETY_KEY_BACK, Reason.CONTACT_BACK}
    assert choices == {key: set(TEXTS["selector"][key]["options"]) for key in choices}
    assert set(choices) == {"phase", "reason", "cue_kind", "session_state"}
