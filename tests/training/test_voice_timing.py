"""One voice: words or tones, in time or not at all."""

from __future__ import annotations

import pytest

from custom_components.descent.training.events import Cue, CueKind, Upcoming
from custom_components.descent.training.voice_timing import (
    LATE_S,
    STALE_S,
    Say,
    Tone,
    Verbosity,
    VoiceTiming,
    worded,
    words_s,
)

SENTENCE = "Seven words are said in this sentence."
FORM = Cue(kind=CueKind.FORM, key="form_tall", step=1)
FAULT = Cue(kind=CueKind.FAULT, key="fault_overshoot")
RECOVERY = Cue(kind=CueKind.RECOVERY, key="recovery_walk", step=2)
COUNTDOWN = Cue(kind=CueKind.COUNTDOWN, key="countdown", step=3, seconds_to_change=5.0)
GO = Cue(kind=CueKind.GO, key="go", step=3, seconds_to_change=0.0)


def preview(seconds: float) -> Cue:
    return Cue(kind=CueKind.PREVIEW, key="preview_steady", step=3, seconds_to_change=seconds)


def speech(
    verbosity: Verbosity = Verbosity.COACH, latency_s: float = 1.0, *, sounds: bool = True
) -> VoiceTiming:
    return VoiceTiming(
        lambda cue: "Go." if cue is GO else SENTENCE,
        verbosity=verbosity,
        latency_s=latency_s,
        sounds=sounds,
    )


def said(*says: Say) -> list[tuple[str, str, int]]:
    return [(say.cues[0].key, say.tone or "words", say.tones) for say in says]


# ---- what was not known ahead


def test_a_cue_is_said_when_it_is_told() -> None:
    voice = speech()
    voice.tell(RECOVERY, 10.0)
    assert said(*voice.advance(10.0)) == [("recovery_walk", "words", 0)]
    assert voice.wakes_at is None


def test_sentences_due_together_are_one() -> None:
    voice = speech()
    voice.tell(RECOVERY, 10.0)
    voice.tell(FORM, 10.0)
    (say,) = voice.advance(10.0)
    assert say.text == f"{SENTENCE} {SENTENCE}"
    assert [cue.key for cue in say.cues] == ["recovery_walk", "form_tall"]


def test_a_hint_is_not_said_into_another_sentence() -> None:
    voice = speech()
    voice.tell(RECOVERY, 10.0)
    voice.advance(10.0)
    voice.tell(FORM, 10.5)
    assert voice.advance(10.5) == ()
    assert list(voice.dropped) == [FORM]


def test_what_matters_waits_for_the_sentence_before_it() -> None:
    voice = speech()
    voice.tell(RECOVERY, 10.0)
    voice.advance(10.0)
    voice.tell(preview(20.0), 10.5)
    assert voice.advance(10.5) == ()
    assert voice.wakes_at == pytest.approx(10.0 + words_s(SENTENCE))
    assert said(*voice.advance(voice.wakes_at or 0)) == [("preview_steady", "words", 0)]


def test_a_fault_waits_for_nothing_and_takes_the_place_of_what_waited() -> None:
    voice = speech()
    voice.tell(RECOVERY, 10.0)
    voice.advance(10.0)
    voice.tell(preview(20.0), 10.5)
    voice.advance(10.5)
    voice.tell(FAULT, 11.0)
    assert said(*voice.advance(11.0)) == [("fault_overshoot", "words", 0)]
    assert voice.advance(60.0) == ()


def test_old_news_is_dropped() -> None:
    voice = speech()
    voice.tell(RECOVERY, 10.0)
    assert voice.advance(10.1 + STALE_S + LATE_S) == ()
    assert list(voice.dropped) == [RECOVERY]
    assert not voice.unheard


def test_what_matters_is_said_by_the_slowest_speaker_and_hints_are_not() -> None:
    voice = speech(latency_s=10.0)
    voice.tell(RECOVERY, 10.0)
    voice.tell(FORM, 10.0)
    assert said(*voice.advance(10.0)) == [("recovery_walk", "words", 0)]
    assert list(voice.dropped) == [FORM]


def test_a_tone_takes_the_place_of_an_announcement_that_would_end_after_its_change() -> None:
    voice = speech()
    voice.tell(preview(3.0), 10.0)
    assert said(*voice.advance(10.0)) == [("preview_steady", Tone.ATTENTION, 0)]


def test_where_there_are_no_tones_it_is_said_in_words_as_long_as_nothing_has_changed() -> None:
    voice = speech(sounds=False)
    voice.tell(preview(3.0), 10.0)
    assert said(*voice.advance(10.0)) == [("preview_steady", "words", 0)]
    assert not voice.unheard


@pytest.mark.parametrize("sounds", [True, False])
def test_what_cannot_be_heard_before_its_change_is_unheard(sounds: bool) -> None:
    voice = speech(latency_s=4.0, sounds=sounds)
    voice.tell(preview(3.0), 10.0)
    assert voice.advance(10.0) == ()
    assert [cue.kind for cue in voice.unheard] == [CueKind.PREVIEW]


def test_news_of_a_change_that_became_stale_is_a_tone() -> None:
    voice = speech(latency_s=0.0)
    resumed = Cue(kind=CueKind.RESUMED, key="resumed", step=2, speed_kmh=8.0, incline_pct=0.0)
    voice.tell(resumed, 10.0)
    assert said(*voice.advance(10.1 + STALE_S + LATE_S)) == [("resumed", Tone.ATTENTION, 0)]


@pytest.mark.parametrize(("latency_s", "unheard"), [(3.0, 0), (4.0, 1)])
def test_r2_a_countdown_to_a_start_is_heard_in_time_or_unheard(
    latency_s: float, unheard: int
) -> None:
    voice = speech(latency_s=latency_s)
    voice.tell(Cue(kind=CueKind.ARM, key="arm_countdown", seconds_to_change=10.0), 10.0)
    assert len(voice.advance(10.0)) == 1 - unheard
    assert len(voice.unheard) == unheard


def test_a_longer_sentence_is_not_forgotten_for_a_tone_beside_it() -> None:
    voice = speech(latency_s=0.0)
    voice.tell(RECOVERY, 10.0)
    voice.tell(preview(1.0), 10.0)
    assert len(voice.advance(10.0)) == 2
    voice.tell(RECOVERY, 11.0)
    assert voice.wakes_at == pytest.approx(10.0 + words_s(SENTENCE))


# ---- what is known ahead


def test_a_cue_is_sent_ahead_by_what_the_speaker_is_late() -> None:
    voice = speech(latency_s=2.0)
    voice.foresee([Upcoming(20.0, RECOVERY)])
    assert voice.wakes_at == 18.0
    assert voice.advance(17.9) == ()
    assert said(*voice.advance(18.0)) == [("recovery_walk", "words", 0)]


def test_a_long_announcement_begins_earlier_so_that_it_is_over_before_its_change() -> None:
    voice = speech()
    voice.foresee([Upcoming(20.0, preview(1.5))])
    assert voice.wakes_at == pytest.approx(21.5 - words_s(SENTENCE) - 1.0)


def test_what_does_not_come_any_more_is_not_said() -> None:
    voice = speech()
    voice.foresee([Upcoming(20.0, RECOVERY)])
    voice.foresee([])
    assert voice.wakes_at is None
    assert voice.advance(30.0) == ()


def test_what_was_sent_ahead_is_not_said_again() -> None:
    voice = speech()
    voice.foresee([Upcoming(20.0, RECOVERY)])
    voice.advance(19.0)
    voice.foresee([Upcoming(20.0, RECOVERY)])
    voice.tell(RECOVERY, 20.0)
    assert voice.advance(20.0) == ()
    voice.tell(RECOVERY, 40.0)
    assert said(*voice.advance(40.0)) == [("recovery_walk", "words", 0)]


def test_what_was_sent_ahead_is_said_again_once_the_session_was_somewhere_else() -> None:
    voice = speech()
    voice.foresee([Upcoming(20.0, RECOVERY)])
    voice.advance(19.0)
    voice.forget()
    voice.tell(RECOVERY, 40.0)
    assert said(*voice.advance(40.0)) == [("recovery_walk", "words", 0)]


# ---- the countdown


def test_a_countdown_that_is_known_ahead_has_all_its_tones() -> None:
    voice = speech()
    voice.foresee([Upcoming(20.0, COUNTDOWN), Upcoming(25.0, GO)])
    assert voice.wakes_at == 19.0
    assert said(*voice.advance(19.0)) == [("countdown", Tone.COUNTDOWN, 5)]
    voice.tell(COUNTDOWN, 20.0)
    voice.tell(GO, 25.0)
    assert voice.advance(25.0) == ()


@pytest.mark.parametrize(
    ("latency_s", "waits_s", "tones"), [(0.0, 0.0, 5), (1.0, 0.0, 4), (1.4, 0.6, 3), (4.0, 0.0, 1)]
)
def test_a_countdown_that_is_not_known_ahead_is_cut_to_what_is_left(
    latency_s: float, waits_s: float, tones: int
) -> None:
    voice = speech(latency_s=latency_s)
    voice.tell(COUNTDOWN, 20.0)
    first = voice.advance(20.0)
    assert bool(first) is (not waits_s)
    then = voice.advance(20.0 + waits_s)
    assert said(*first, *then) == [("countdown", Tone.COUNTDOWN, tones)]


def test_a_countdown_without_time_for_a_tone_is_dropped() -> None:
    voice = speech(latency_s=4.5)
    voice.tell(COUNTDOWN, 20.0)
    assert voice.advance(20.0) == ()
    assert list(voice.dropped) == [COUNTDOWN]


def test_a_countdown_waits_for_a_sentence_and_loses_the_tones_it_covers() -> None:
    voice = speech(latency_s=0.0)
    voice.tell(RECOVERY, 19.0)
    voice.advance(19.0)
    voice.tell(COUNTDOWN, 20.0)
    over = 19.0 + words_s(SENTENCE)
    assert voice.advance(20.0) == ()
    assert over < 23
    assert voice.advance(over) == ()
    assert said(*voice.advance(23.0)) == [("countdown", Tone.COUNTDOWN, 2)]


def test_go_is_never_said_late() -> None:
    voice = speech(sounds=False)
    voice.tell(GO, 20.0)
    assert voice.advance(20.0) == ()
    assert list(voice.dropped) == [GO]


# ---- how much


@pytest.mark.parametrize(
    ("kind", "verbosities"),
    [
        (CueKind.FAULT, {"beeps", "short", "coach"}),
        (CueKind.GUIDE, {"beeps", "short", "coach"}),
        (CueKind.PREVIEW, {"short", "coach"}),
        (CueKind.FORM, {"coach"}),
        (CueKind.COUNTDOWN, set()),
    ],
)
def test_what_is_said_in_words_depends_on_the_verbosity(
    kind: CueKind, verbosities: set[str]
) -> None:
    assert {str(level) for level in Verbosity if worded(kind, level)} == verbosities


def test_faults_stops_and_what_the_runner_has_to_do_are_said_at_every_verbosity() -> None:
    always = {kind for kind in CueKind if worded(kind, Verbosity.BEEPS)}
    assert always == {
        CueKind.ARM,
        CueKind.GUIDE,
        CueKind.CONFIRM,
        CueKind.CLAMP,
        CueKind.CHECK,
        CueKind.PAUSED,
        CueKind.SUSPENDED,
        CueKind.FAULT,
        CueKind.STOP,
    }


def test_a_speaker_without_tones_says_what_others_beep() -> None:
    voice = speech(Verbosity.BEEPS, sounds=False)
    voice.tell(preview(20.0), 10.0)
    assert said(*voice.advance(10.0)) == [("preview_steady", "words", 0)]


def test_a_hint_is_not_even_a_tone_where_only_tones_are_wanted() -> None:
    voice = speech(Verbosity.BEEPS)
    voice.tell(FORM, 10.0)
    voice.tell(preview(20.0), 10.0)
    assert said(*voice.advance(10.0)) == [("preview_steady", Tone.ATTENTION, 0)]
