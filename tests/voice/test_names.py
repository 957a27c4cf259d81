"""Names and numbers as they are spoken, and the files of sentences."""

from __future__ import annotations

from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import probatio as vol
import pytest

from custom_components.descent.voice.hearing import Hearing
from custom_components.descent.voice.language import FOLDER, language, load_languages
from custom_components.descent.voice.names import spoken_name
from custom_components.descent.voice.numbers import SpokenNumber, amount_of
from custom_components.descent.voice.vocabulary import Names

LANGUAGES = load_languages()
SPOKEN = {code: known.spoken for code, known in LANGUAGES.items()}
START = {
    "en": "start",
    "de": "starte",
    "fr": "lance",
    "es": "empieza",
    "it": "avvia",
    "nl": "start",
}


def matches(name: str, said: str, code: str = "en") -> bool:
    """Tell whether what was said is the name of a session."""
    hearing = Hearing({code: LANGUAGES[code]})
    hearing.learn({code: Names(session=[(name, "it")], runner=(), treadmill=())})
    heard = hearing.hear(f"{START[code]} {said}", code, under_way=False)
    return heard is not None and heard.session == {"it"}


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("Descending sprints", "descending sprint", "en"),
        ("Descending sprint", "descending sprints", "en"),
        ("First descents (walk)", "first descents", "en"),
        ("First descents (walk)", "first descents walk", "en"),
        ("Short reps, jog-back (variant)", "short reps jog back", "en"),
        ("Short reps, jog-back (variant)", "short reps jog-back variant", "en"),
        ("Forward/backward", "forward backward", "en"),
        ("Long reps 1/1", "long reps one one", "en"),
        ("Long reps 1/1", "long reps 1/1", "en"),
        ("(walk)", "walk", "en"),
        ("Anna's hills", "anna\u2019s hills", "en"),
        ("Hills {5}", "hills 5", "en"),
        ("[Hills] <a> | (b", "hills a b", "en"),
        ("🏃 Hills 🏔️!", "hills", "en"),
        ("hill " * 40, "hill " * 40, "en"),
        ("Abwärtssprints", "abwärtssprint", "de"),
        ("Lange Wiederholungen", "lange Wiederholung", "de"),
        ("Répétitions longues", "répétition longue", "fr"),
        ("Repeticiones largas", "repetición larga", "es"),
        ("Ripetizioni lunghe", "ripetizione lunga", "it"),
        ("Lange herhalingen", "lange herhaling", "nl"),
    ],
)
def test_a_name_is_understood_as_it_is_spoken(name: str, said: str, code: str) -> None:
    assert matches(name, said, code)


@pytest.mark.parametrize("said", ["descending", "sprints", "descending sprints music"])
def test_a_part_of_a_name_is_not_the_name(said: str) -> None:
    assert not matches("Descending sprints", said)


@pytest.mark.parametrize("name", ["", "🏃🏃", "{}", "[ ]", "()", "...", "_"])
def test_a_name_of_which_nothing_can_be_said_is_not_offered(name: str) -> None:
    assert spoken_name(name) is None
    assert not matches(name, name)


@pytest.mark.parametrize(
    ("said", "code", "amount"),
    [
        ("4", "en", SpokenNumber(4)),
        ("4%", "en", SpokenNumber(4, "percent")),
        ("-4 %", "en", SpokenNumber(-4, "percent")),
        ("4.5 percent", "en", SpokenNumber(4.5, "percent")),
        ("4,5 Prozent", "de", SpokenNumber(4.5, "percent")),
        ("minus fifty percent", "en", SpokenNumber(-50, "percent")),
        ("eight point five kilometers per hour", "en", SpokenNumber(8.5, "kmh")),
        ("five and a half miles per hour", "en", SpokenNumber(5.5, "mph")),
        ("achteinhalb", "de", SpokenNumber(8.5)),
        ("acht Komma fünf km/h", "de", SpokenNumber(8.5, "kmh")),
        ("vingt et un", "fr", SpokenNumber(21)),
        ("huit virgule cinq kilomètres à l'heure", "fr", SpokenNumber(8.5, "kmh")),
        ("ocho y medio por ciento", "es", SpokenNumber(8.5, "percent")),
        ("meno cinquanta per cento", "it", SpokenNumber(-50, "percent")),
        ("tweeëntwintig kilometer per uur", "nl", SpokenNumber(22, "kmh")),
        ("thirty-two", "en", SpokenNumber(32)),
        ("forty five percent", "en", SpokenNumber(45, "percent")),
        ("a hundred", "en", SpokenNumber(100)),
        ("zwo", "de", SpokenNumber(2)),
        ("dreißig", "de", SpokenNumber(30)),
        ("fünfundvierzig Stundenkilometer", "de", SpokenNumber(45, "kmh")),
        ("trente-deux", "fr", SpokenNumber(32)),
        ("nonante", "fr", SpokenNumber(90)),
        ("zero virgule cinq", "fr", SpokenNumber(0.5)),
        ("douze kilometres a l\u2019heure", "fr", SpokenNumber(12, "kmh")),
        ("treinta y dos coma cinco", "es", SpokenNumber(32.5)),
        ("dieciseis", "es", SpokenNumber(16)),
        ("ventitre", "it", SpokenNumber(23)),
        ("quarantacinque", "it", SpokenNumber(45)),
        ("één procent", "nl", SpokenNumber(1, "percent")),
        ("vijfeneenhalf", "nl", SpokenNumber(5.5)),
        ("a lot", "en", None),
        ("", "en", None),
        ("percent", "en", None),
        ("point five", "en", SpokenNumber(0.5)),
        ("half a percent", "en", SpokenNumber(0.5, "percent")),
        ("7 1/2", "en", SpokenNumber(7.5)),
        ("7½", "en", SpokenNumber(7.5)),
        ("three quarters of a mile", "en", SpokenNumber(0.75, "mph")),
        ("eight point two five", "en", SpokenNumber(8.25)),
        ("anderthalb Prozent", "de", SpokenNumber(1.5, "percent")),
        ("zehneinhalb", "de", SpokenNumber(10.5)),
        ("un kilomètre et demi à l'heure", "fr", SpokenNumber(1.5, "kmh")),
        ("medio por ciento", "es", SpokenNumber(0.5, "percent")),
        ("sei miglia e mezzo all'ora", "it", SpokenNumber(6.5, "mph")),
        ("9,5 km per uur", "nl", SpokenNumber(9.5, "kmh")),
        ("min twee en een half", "nl", SpokenNumber(-2.5)),
        ("1/0", "en", None),
        ("eight point twenty", "en", None),
        ("1e5", "en", None),
        ("nan", "en", None),
        ("99999", "en", None),
    ],
)
def test_a_number_is_made_out(said: str, code: str, amount: SpokenNumber | None) -> None:
    assert amount_of(said, SPOKEN[code]) == amount


@pytest.mark.parametrize("code", SPOKEN)
def test_every_number_up_to_a_hundred_has_a_word(code: str) -> None:
    assert set(SPOKEN[code].numbers.values()) == set(range(101))


def content(code: str = "en") -> Any:
    """Read a file of sentences."""
    return load_yaml_dict(str(FOLDER / f"{code}.yaml"))


@pytest.mark.parametrize("code", SPOKEN)
def test_all_languages_have_the_same_keys(code: str) -> None:
    ours, theirs = content(), content(code)
    assert list(theirs) == list(ours)
    assert {
        part: list(theirs[part])
        for part in ("rules", "always", "under_way", "stop", "means", "sessions", "answers")
    } == {
        part: list(ours[part])
        for part in ("rules", "always", "under_way", "stop", "means", "sessions", "answers")
    }


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("stop", "anywhere", ["stop"]),
        ("stop", "anywhere", "stop, the lamp*"),
        ("stop", "sometimes", "stop"),
        ("answers", "armed", "{what}."),
        ("answers", "armed", 5),
        ("answers", "more", "{what}"),
        ("always", "stop", ["stop {everything}"]),
        ("always", "stop", ["stop <nothing>"]),
        ("means", "faster", ["faster"]),
        ("means", "louder", "louder"),
        ("sessions", "long_reps", 5),
        ("spoken", "fractions", {"half": "a lot"}),
        ("phases", "descent", 5),
        ("spoken", "half", [5]),
        ("spoken", "numbers", {"ninety eleven": 101}),
    ],
)
def test_a_file_that_is_not_complete_is_refused(part: str, key: str, value: object) -> None:
    broken = content()
    broken[part][key] = value
    with pytest.raises(vol.Invalid):
        language("en", broken)
