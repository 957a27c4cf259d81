"""The cues that a plan is sure to have, which a voice may prepare before they are due."""

from __future__ import annotations

from custom_components.descent.training import cues
from custom_components.descent.training.model import Phase, Plan
from tests.training.plans import of, step

DESCENT = step(Phase.DESCENT, 14.4, -6, 30, distance_m=120.0, rep=1, reps=2)
RECOVERY = step(Phase.RECOVERY, 3, 6, 150, rep=1, reps=2)
COOL_DOWN = step(Phase.COOL_DOWN, 7.8, 0, 600)
STRETCH = step(Phase.STRETCH, 0, 0, 300, items=("quads",))


def keys(plan: Plan) -> list[str]:
    return [cue.key for cue in cues.foreseen(plan)]


def test_steps_are_announced_in_their_order_with_what_is_said_inside_them() -> None:
    assert keys(of(RECOVERY, COOL_DOWN)) == [
        *("recovery_walk", "preview_cool_down"),
        *("step_cool_down", "half_way", "time_left", "preview_end"),
    ]


def test_a_descent_is_announced_by_the_preview_that_moves_the_deck() -> None:
    assert keys(of(DESCENT, STRETCH))[0] == "preview_descent_deck"


def test_what_is_said_off_the_belt_belongs_to_it() -> None:
    assert keys(of(STRETCH)) == ["step_stretch", "item_quads"]
