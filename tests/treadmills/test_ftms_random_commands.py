"""Whatever people, machines and links do, in whatever order: the driver keeps its word.

Nothing raises out of a callback or a task. Nothing is sent that nobody wants any more, no start
twice, and nothing at all once the machine was let go of; then nothing is left either.
"""

from __future__ import annotations

import asyncio

from hypothesis import given, settings, strategies as st

from tests.machines.profiles import PROFILES, Profile, Quirk
from tests.treadmills.random_commands import RANDOM_EVENTS, RandomCommands, RandomEvent

# One case is thousands of turns of the event loop: as many as fit into some seconds, in CI too.
MOST = 1000

PROFILE = st.sets(
    st.sampled_from(
        [
            Quirk.ANSWERS_EARLY,
            Quirk.CONTROL_FAILS,
            Quirk.NO_INCLINE_RANGE,
            Quirk.NO_START_OR_STOP,
            Quirk.ONE_AT_A_TIME,
            Quirk.SILENT_ABOUT_COMMANDS,
            Quirk.SPLIT_DATA,
            Quirk.STATUS_ANSWERS,
            Quirk.TRUNCATED,
        ]
    ),
    max_size=3,
).map(lambda quirks: PROFILES["typical"].having(*quirks))


@settings(max_examples=min(MOST, settings().max_examples))
@given(
    events=st.lists(RANDOM_EVENTS, min_size=5, max_size=40),
    asks=st.sampled_from(["once", "each", "never"]),
    profile=PROFILE,
)
async def test_no_events_in_any_order_are_too_bad(
    events: list[RandomEvent], asks: str, profile: Profile
) -> None:
    asyncio.get_running_loop().set_debug(False)
    rig = RandomCommands(profile, request_control=asks)
    await rig.connect()
    await rig.settle()
    for event in events:
        await event.do(rig, *event.arguments)
        rig.check()
    await rig.disconnect()
    await rig.run(40.0)
    rig.check()
    rig.count()
