"""What holds of every plan, whoever runs it and on whatever machine."""

from hypothesis import given, strategies as st
import pytest

from custom_components.descent.training.model import (
    Level,
    Machine,
    Phase,
    Plan,
    Range,
    Rates,
    Runner,
    total,
)
from custom_components.descent.training.pace import backward_cap_kmh, level_cap_kmh
from custom_components.descent.training.planner import PlanError, alternatives, plan
from tests.training.runners import library

# Thousands of sessions in CI, on whatever computer that is.
pytestmark = pytest.mark.timeout(900)

MACHINES = st.builds(
    Machine,
    speed=st.builds(
        Range,
        minimum=st.floats(0.3, 1.5),
        maximum=st.floats(8, 30),
        step=st.sampled_from([0.1, 0.16, 0.5, 1.0]),
    ),
    incline=st.builds(
        Range,
        minimum=st.floats(-20, 0),
        maximum=st.floats(0, 40),
        step=st.sampled_from([0.1, 0.5, 1.0]),
    ),
    rates=st.builds(Rates, belt_kmh_s=st.floats(0.1, 5), deck_pct_s=st.floats(0.05, 5)),
)
RUNNERS = st.builds(
    Runner,
    name=st.just("Kim"),
    level=st.sampled_from(Level),
    hill_experience=st.booleans(),
    joint_issues=st.booleans(),
    five_k_s=st.none() | st.floats(700, 5400),
    controlled_top_kmh=st.none() | st.floats(4, 40),
    walk_kmh=st.floats(2, 7.5),
    max_speed_kmh=st.none() | st.floats(2, 40),
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, Runner, Machine]:
    runner, machine = draw(RUNNERS), draw(MACHINES)
    name = draw(st.sampled_from(alternatives(library(), runner)))
    return plan(library()[name], runner, machine), runner, machine


@given(plans())
def test_r10_every_step_is_within_machine_level_and_own_maximum(
    drawn: tuple[Plan, Runner, Machine],
) -> None:
    done, runner, machine = drawn
    moving = [step for step in done.steps if not step.phase.off_belt]
    own = runner.max_speed_kmh or 99
    for step in moving:
        cap = level_cap_kmh(runner.level, step.incline_pct)
        assert cap is not None
        assert machine.speed.holds(step.speed_kmh)
        assert machine.incline.holds(step.incline_pct)
        assert step.speed_kmh <= min(cap, own, machine.speed.maximum - 1) + 1e-9


@given(plans())
def test_r16_backward_is_slow_and_never_downhill(drawn: tuple[Plan, Runner, Machine]) -> None:
    done, runner, _ = drawn
    for step in (step for step in done.steps if step.phase is Phase.BACKWARD):
        assert 0 <= step.incline_pct <= 8
        assert step.speed_kmh <= backward_cap_kmh(runner.level)
        assert step.guided


@given(plans())
def test_no_descent_is_steeper_and_no_session_longer_down_than_prescribed(
    drawn: tuple[Plan, Runner, Machine],
) -> None:
    done, _, _ = drawn
    descents = [step for step in done.steps if step.phase is Phase.DESCENT]
    assert all(step.prescribed_incline_pct <= step.incline_pct <= 0 for step in descents)
    assert done.fidelity_descent is None or 0 <= done.fidelity_descent <= 1
    assert done.fidelity_grade is None or 0 <= done.fidelity_grade <= 1
    assert not done.added_reps or done.descent_m <= done.prescribed_descent_m + 1e-6


@given(plans())
def test_a_plans_time_is_the_sum_of_its_steps(drawn: tuple[Plan, Runner, Machine]) -> None:
    done, _, _ = drawn
    assert done.duration_s == pytest.approx(total(step.nominal_s for step in done.steps))
    assert all(step.lead_s >= 0 and step.ramp_descent_m >= 0 for step in done.steps)


@given(RUNNERS, MACHINES, st.sampled_from(sorted(library())))
def test_a_session_is_planned_or_refused_with_a_reason(
    runner: Runner, machine: Machine, name: str
) -> None:
    locked = name not in alternatives(library(), runner)
    assert refused(name, runner, machine).startswith("session_locked_" if locked else "planned")


@given(
    st.sampled_from(["reps", "decline", "recovery_mode", "nonsense"]),
    st.one_of(st.floats(), st.integers(), st.text(max_size=8), st.booleans(), st.none()),
)
def test_no_override_whatever_raises_anything_but_a_plan_error(name: str, value: object) -> None:
    runner = Runner(name="Kim", level=Level.ADVANCED, hill_experience=True)
    machine = Machine(
        speed=Range(minimum=0.5, maximum=20, step=0.1),
        incline=Range(minimum=-6, maximum=15, step=0.5),
    )
    overrides = {name: value}
    assert refused("descending_sprints", runner, machine, overrides).partition("_")[0] in {
        "planned",
        "unknown",
        "parameter",
    }


def refused(
    name: str, runner: Runner, machine: Machine, overrides: dict[str, object] | None = None
) -> str:
    try:
        plan(library()[name], runner, machine, overrides or {})  # type: ignore[arg-type]  # hostile on purpose
    except PlanError as error:
        return error.key
    return "planned"
