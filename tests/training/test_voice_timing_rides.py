"""Whole sessions with a voice: what the runner hears, and when."""

from __future__ import annotations

from itertools import pairwise

import pytest

from custom_components.descent.training.events import CueKind, Pause, Reason, Resume, Skip, State
from custom_components.descent.training.model import Phase
from custom_components.descent.training.voice_timing import LATE_S, Tone, Verbosity
from tests.training.plans import of, real, step
from tests.training.spoken_rides import SpokenRide


def ridden(
    session: str = "descending_sprints",
    *,
    verbosity: Verbosity = Verbosity.COACH,
    speaker_s: float = 1.0,
    sounds: bool = True,
) -> SpokenRide:
    """Return a session that was run to its end."""
    ride = SpokenRide(verbosity=verbosity, speaker_s=speaker_s, sounds=sounds)
    return ride.arm(real(session)).finish()


def gos(ride: SpokenRide) -> list[float]:
    """Return when the belt was released for each descent."""
    return [at for at, cue in ride.cues if cue.kind is CueKind.GO]


@pytest.mark.parametrize("speaker_s", [0.0, 0.4, 1.0, 2.5, 4.0])
def test_the_last_tone_of_a_countdown_is_heard_at_go(speaker_s: float) -> None:
    ride = ridden(speaker_s=speaker_s)
    tones = [heard.at + heard.say.tones for heard in ride.heard if heard.say.tones]
    assert tones == pytest.approx(gos(ride), abs=0.05)


def test_go_is_not_said_into_the_last_tone() -> None:
    assert ridden().of("go") == []


def test_without_sounds_go_is_said_at_go() -> None:
    ride = ridden(sounds=False)
    assert [heard.at for heard in ride.of("go")] == pytest.approx(gos(ride), abs=LATE_S)


@pytest.mark.parametrize("session", ["descending_sprints", "rolling_descent", "long_reps_1_1"])
def test_nobody_is_told_of_a_change_when_it_is_there_already(session: str) -> None:
    ride = ridden(session)
    told = {
        (cue.key, cue.step): at + cue.seconds_to_change
        for at, cue in ride.cues
        if cue.seconds_to_change
    }
    late = [
        (heard.until, cue.key)
        for heard in ride.heard
        for cue in heard.say.cues
        if not heard.say.tone and heard.until > told.get((cue.key, cue.step), 1e9) + LATE_S
    ]
    assert late == []
    assert told


@pytest.mark.parametrize("session", ["descending_sprints", "length_ladder", "fwd_back"])
def test_no_two_sentences_are_said_at_once(session: str) -> None:
    ride = ridden(session)
    overlaps = [
        (one.say, other.say)
        for one, other in pairwise(sorted(ride.heard))
        if other.at < one.until - LATE_S
    ]
    assert overlaps == []


def test_what_is_sent_ahead_is_not_said_again_at_its_moment() -> None:
    ride = ridden()
    assert len(ride.of("recovery_walk")) == 5
    assert len(ride.of("last_rep")) == 1
    assert len(ride.of("half_way")) == 2


def test_beeps_say_in_words_what_the_runner_is_asked_to_do_and_nothing_else() -> None:
    ride = ridden(verbosity=Verbosity.BEEPS)
    words = {cue.kind for heard in ride.heard if not heard.say.tone for cue in heard.say.cues}
    assert words == {CueKind.ARM, CueKind.CONFIRM}
    toned = {cue.kind for heard in ride.heard if heard.say.tone for cue in heard.say.cues}
    assert {CueKind.PREVIEW, CueKind.COUNTDOWN, CueKind.EASE, CueKind.RECOVERY} <= toned
    assert CueKind.FORM not in toned


def test_short_leaves_the_hints_out() -> None:
    ride = ridden(verbosity=Verbosity.SHORT)
    kinds = {cue.kind for heard in ride.heard for cue in heard.say.cues}
    assert not kinds & {CueKind.FORM, CueKind.HALF_WAY, CueKind.TIME_LEFT}
    assert CueKind.PREVIEW in kinds


@pytest.mark.parametrize("sounds", [True, False])
@pytest.mark.parametrize("speaker_s", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("session", ["descending_sprints", "rolling_descent", "fwd_back"])
def test_nothing_is_unheard_by_a_usual_speaker(
    session: str, speaker_s: float, sounds: bool
) -> None:
    ride = ridden(session, speaker_s=speaker_s, sounds=sounds)
    assert ride.unheard == []
    assert ride.view.reason is Reason.COMPLETED


def test_a_phone_is_sent_every_change_however_little_is_to_be_said() -> None:
    ride = ridden(verbosity=Verbosity.BEEPS, sounds=False)
    assert len(ride.of("preview_descent_deck")) == 6
    assert len(ride.of("go")) == 6


def test_a_pause_is_said_at_once_and_what_was_to_come_is_not() -> None:
    ride = SpokenRide().arm(real()).in_descent(1)
    ride.until(lambda r: r.engine.state is State.RUNNING and len(r.laps_of("descent")) == 1)
    ride.run(20)
    at = ride.now
    ride.ask(Pause())
    ride.run(60)
    assert [heard.say.cues[0].key for heard in ride.heard if heard.at > at] == ["paused"]


def test_after_a_pause_the_next_descent_is_announced_again() -> None:
    ride = SpokenRide().arm(real()).in_descent(1)
    ride.until(lambda _: len(ride.of("preview_descent_deck")) == 2)
    ride.run(1)
    ride.ask(Pause())
    ride.run(20)
    ride.ask(Resume())
    ride.until(lambda r: len(r.laps_of("descent")) == 2)
    assert len(ride.of("preview_descent_deck")) == 3


def test_a_skip_leaves_no_announcement_of_what_does_not_come() -> None:
    ride = SpokenRide().arm(real()).in_descent(1)
    ride.until(lambda r: len(r.laps_of("descent")) == 1)
    ride.run(30)
    at = ride.now
    ride.ask(Skip())
    ride.until(lambda r: len(r.laps_of("descent")) == 2)
    kinds = [heard.say.cues[0].kind for heard in ride.heard if heard.at > at]
    assert CueKind.COUNTDOWN in kinds
    assert CueKind.RECOVERY not in kinds[: kinds.index(CueKind.COUNTDOWN)]
    counted = [heard for heard in ride.heard if heard.at > at and heard.say.tone is Tone.COUNTDOWN]
    assert counted[0].at + counted[0].say.tones == pytest.approx(gos(ride)[1], abs=0.05)


def test_the_end_of_a_step_by_distance_is_counted_down_to_from_its_predicted_time() -> None:
    ride = SpokenRide()
    ride.arm(
        of(
            step(Phase.WARM_UP, 6, 0, 60),
            step(Phase.RECOVERY, 6, -2, 60, distance_m=100.0, rep=1, reps=1),
            step(Phase.DESCENT, 8, -2, 30, rep=1, reps=1),
        )
    ).finish()
    (tones,) = ride.of("countdown")
    assert tones.say.tones == 5
    assert tones.at + 5 == pytest.approx(gos(ride)[0], abs=LATE_S)


@pytest.mark.parametrize(
    ("session", "key"), [("descending_sprints", "confirm_off_belt"), ("long_reps_1_1", "go")]
)
def test_what_is_known_ahead_is_heard_at_its_moment(session: str, key: str) -> None:
    ride = ridden(session, speaker_s=1.0, sounds=False)
    moments = [at for at, cue in ride.cues if cue.key == key]
    heard = [heard.at for heard in ride.of(key)]
    assert heard == pytest.approx(moments, abs=LATE_S)
