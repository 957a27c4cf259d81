"""What every test stands on."""

# First: the test package brings a `custom_components` of its own, and whichever
# is imported first is the one that Home Assistant looks into.
import custom_components  # noqa: F401, I001  (imported for its effect, and first)

from itertools import groupby
import os

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.quick_treadmills"]

# A property explores 200 cases at a desk and 2000 in CI. No deadline: these
# machines are shared, and a slow case is not a wrong one. CI takes the same cases for the same
# code, so that a change is judged by what it changed; the nightly run takes new ones.
settings.register_profile(
    "dev", max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "ci",
    max_examples=2000,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

if os.environ.get("DEBUG_EVENT_LOOP") != "1":

    @pytest.fixture(autouse=True)
    def enable_event_loop_debug() -> None:
        """Leave asyncio's debug mode off, which the test package's fixture of this name turns on.

        It takes a stack with source lines for every task and callback, a third to half of the time
        of a test with Home Assistant. What it shows (a call from a wrong thread, where a lost
        coroutine came from) is looked for every night: scripts/test-newest sets the variable. Home
        Assistant's own checks of threads and the test package's of what lingers are always on.
        """


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files that wait for a real Home Assistant over the first half of the run.

    They hardly use a core: among files that do they cost next to no time, and none comes last.
    """
    files = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    waiting = [tests for tests in files if tests[0].get_closest_marker("system")]
    order = [tests for tests in files if tests not in waiting]
    for number, tests in enumerate(waiting):
        order.insert(number * len(files) // len(waiting) // 2, tests)
    items[:] = [test for tests in order for test in tests]


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load integrations from this repository.

    Fixtures are asked for by name, not as arguments: a test of pure code gets no
    `hass` that way, and one with the recorder gets that before `hass`, as it must.
    """
    if "recorder_mock" in request.fixturenames:
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")
