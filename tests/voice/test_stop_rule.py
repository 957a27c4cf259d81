"""Stop in whatever words: what a short sentence must have, and what it must not have.

The sentences of ``stop_phrases/`` were written before the lists of words were; those of
``sentences/stop.yaml`` along with the lists.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from custom_components.descent.voice.language import folded, load_languages
from custom_components.descent.voice.stop_rule import LONGEST, StopRule
from custom_components.descent.voice.wordlists import WordList, words_of

LANGUAGES = load_languages()
RULE = StopRule(LANGUAGES)
FOLDER = Path(__file__).parent
WRITTEN_BEFORE: dict[str, Any] = {
    code: yaml.safe_load((FOLDER / "stop_phrases" / f"{code}.yaml").read_text("utf-8"))
    for code in LANGUAGES
}
SENTENCES: dict[str, Any] = yaml.safe_load((FOLDER / "sentences" / "stop.yaml").read_text("utf-8"))
HEARD = 0.95  # of the sentences that were there before the lists


class Home:
    """A home with names."""

    treadmills = WordList(["Belt upstairs", "Bertha"])
    own = WordList(["Stop and go", "Ada", "Kitchen sprint"])
    things = WordList(["Hubert", "Red stop", "Zora", "Emergency stop", "Treadmill", "Run"])
    places = WordList(["Wintergarten", "Orangerie"])


class Nobody:
    """A home in which nobody may be asked for names of others."""

    treadmills = own = WordList()

    @property
    def things(self) -> WordList:
        """Fail."""
        raise AssertionError

    places = things


def stops(text: str) -> bool:
    """Tell whether a sentence means Stop."""
    return bool(RULE.languages(text, Home()))


def stopping(sentences: list[str]) -> list[str]:
    """Return the sentences that mean Stop."""
    return [sentence for sentence in sentences if stops(sentence)]


# ---- all languages


@pytest.mark.parametrize("code", LANGUAGES)
def test_there_are_enough_sentences_that_were_there_before_the_lists(code: str) -> None:
    assert len(set(WRITTEN_BEFORE[code]["stop"])) >= 40
    assert len(set(WRITTEN_BEFORE[code]["others"])) >= 60


@pytest.mark.parametrize("code", LANGUAGES)
def test_r4_what_runners_say_to_stop_is_heard(code: str) -> None:
    said = WRITTEN_BEFORE[code]["stop"]
    assert len(stopping(said)) >= HEARD * len(said)
    assert stopping(SENTENCES[code]["stop"]) == SENTENCES[code]["stop"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_of_others_means_stop(code: str) -> None:
    assert stopping(WRITTEN_BEFORE[code]["others"]) == []
    assert stopping(SENTENCES[code]["others"]) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_r4_stop_is_heard_however_it_is_written(code: str) -> None:
    for said in SENTENCES[code]["stop"]:
        bare = folded(said)
        written = [said.upper(), f"  {said}!!! ", f"\u00a1{said}!", bare, bare.capitalize() + "."]
        assert stopping(written) == written


@pytest.mark.parametrize("code", LANGUAGES)
def test_r4_every_stop_word_alone_and_repeated_is_heard(code: str) -> None:
    lists = LANGUAGES[code].stop
    said = [word.replace("...", " ") for word in (*lists.anywhere, *lists.first)]
    assert stopping(said) == said
    repeated = [f"{word}, {word}, {word}!" for word in said]
    assert stopping(repeated) == repeated


AROUND = {
    "en": (["please", "hey", "ok can you", "oh god", "no no", "I want to"], ["now", "please"]),
    "de": (["bitte", "hey", "kannst du", "oh Gott", "nein nein", "ich will"], ["jetzt", "sofort"]),
    "fr": (["s'il te pla\u00eet", "h\u00e9", "mon dieu", "oui"], ["maintenant", "tout de suite"]),
    "es": (["por favor", "oye", "Dios m\u00edo", "venga"], ["ya", "ahora mismo"]),
    "it": (["per favore", "ehi", "oddio", "dai"], ["subito", "adesso"]),
    "nl": (["alsjeblieft", "h\u00e9", "jezus", "nee"], ["nu", "meteen"]),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_r4_stop_words_are_heard_among_what_is_said_around_them(code: str) -> None:
    lists = LANGUAGES[code].stop
    before, after = AROUND[code]
    words = [word for word in (*lists.anywhere, *lists.first) if "..." not in word]
    said = [" ".join(parts) for parts in product(before, words, after)]
    assert stopping(said) == said


def both(some: tuple[str, ...], others: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
    """Return what is in lists of two kinds, in whatever languages."""
    wholes = {
        words_of(entry.strip("*"))
        for language in LANGUAGES.values()
        for kind in some
        for entry in getattr(language.stop, kind)
    }
    entries = {
        entry: WordList([entry])
        for language in LANGUAGES.values()
        for kind in others
        for entry in getattr(language.stop, kind)
    }
    return [
        (words, entry)
        for words in wholes
        for entry, listed in entries.items()
        if any(len(found.words) == len(words) for found in listed.find(words))
    ]


def test_what_belongs_to_others_in_one_language_is_no_plain_word_of_another() -> None:
    assert both(("before", "plain", "articles"), ("things", "places")) == []


def test_what_begins_a_reason_in_one_language_is_no_article_of_another() -> None:
    assert both(("articles",), ("reasons",)) == []


# ---- negations and questions


@pytest.mark.parametrize(
    "said",
    [
        "don't stop",
        "dont stop",
        "please do not ever stop",
        "we must not stop the treadmill now",
        "halt nicht an",
        "h\u00f6r jetzt bitte nicht auf",
        "stoppe das Laufband nicht",
        "stopp nicht",
        "ne t'arr\u00eate pas",
        "arr\u00eate surtout pas",
        "no pares",
        "no te detengas",
        "no quiero que pares",
        "non fermarti",
        "non ti fermare mai",
        "stop niet",
        "stop de loopband nu niet",
        "hou niet op",
    ],
)
def test_a_negated_stop_is_none(said: str) -> None:
    assert not stops(said)


@pytest.mark.parametrize(
    "said",
    [
        "no, stop",
        "no no no stop",
        "no, para",
        "no no para",
        "nein, stopp",
        "non, arr\u00eate",
        "no, ferma",
        "nee, stop",
        "I can't go on, stop",
        "I can't stop",
        "the treadmill won't stop",
        "ich kann nicht mehr, halt an",
        "ich kann nicht anhalten",
        "das Laufband h\u00e4lt nicht an",
        "je n'en peux plus arr\u00eate",
        "no puedo m\u00e1s para",
        "no puedo parar",
        "non ce la faccio pi\u00f9 ferma",
        "ik kan niet meer stop",
        "stop, don't go on",
        "don't, stop",
        "stopp, nicht so schnell",
        "stop! niet zo snel",
    ],
)
def test_r4_a_negation_of_something_else_does_not_silence_stop(said: str) -> None:
    assert stops(said)


@pytest.mark.parametrize(
    "said",
    [
        "how do I stop",
        "when does it stop",
        "do you know when it stops or do we stop",
        "wie stoppe ich",
        "wann h\u00f6ren wir auf",
        "comment on arr\u00eate \u00e7a",
        "cu\u00e1ndo paramos",
        "quando mi fermo",
        "hoe stop je",
    ],
)
def test_a_question_is_no_stop(said: str) -> None:
    assert not stops(said)


@pytest.mark.parametrize("said", ["can you stop", "stop when you can", "stop, how do I get off"])
def test_r4_a_polite_question_and_a_question_that_follows_are_no_obstacle(said: str) -> None:
    assert stops(said)


# ---- what is to stop


@pytest.mark.parametrize(
    "said",
    [
        "stop the xylophone",
        "please stop my big old xylophone",
        "stop singing",
        "stop with the singing",
        "das Xylophon stoppen",
        "h\u00f6r auf zu fl\u00f6ten",
        "arr\u00eate le xylophone",
        "arr\u00eate de siffler",
        "para el xil\u00f3fono",
        "ferma lo xilofono",
        "smetti di fischiare",
        "stop de xylofoon",
        "stop met fluiten",
        "halt mir den Platz frei an",
    ],
)
def test_what_is_not_known_to_be_the_treadmill_is_not_stopped(said: str) -> None:
    assert not stops(said)


@pytest.mark.parametrize(
    "said",
    [
        "stop the damn treadmill",
        "stop this bleeping squeaking belt",
        "stop all the running",
        "stop my knee hurts",
        "stop running",
        "h\u00f6r auf zu laufen",
        "arr\u00eate de courir",
        "stop that",
        "stop the Belt upstairs",
        "stop the belt in the Wintergarten",
        "stop Ada",
        "stop Kitchen sprint on the treadmill",
        "stop Stop and go",
    ],
)
def test_r4_what_is_or_may_be_the_treadmill_is_stopped(said: str) -> None:
    assert stops(said)


@pytest.mark.parametrize(
    "said",
    [
        "stop Hubert",
        "stop zora please",
        "press the Red stop",
        "stop in the Wintergarten",
        "turn everything off in the Orangerie",
        "turn off the treadmill fan",
        "Laufbandventilator aus",
        "start Stop and go",
        "stop the garage door",
    ],
)
def test_what_has_a_name_in_the_home_is_not_stopped(said: str) -> None:
    assert not stops(said)


@pytest.mark.parametrize(
    "said", ["emergency stop quux", "turn off the treadmill", "quux stop the run"]
)
def test_r4_a_name_that_says_no_more_than_stop_or_treadmill_is_nobodys(said: str) -> None:
    assert stops(said)


@pytest.mark.parametrize(
    ("said", "is_stop"),
    [
        ("stop the music and the treadmill", True),
        ("turn off the lights and stop", True),
        ("stop and turn off the lights", True),
        ("Licht aus und Laufband stopp", True),
        ("la lavatrice \u00e8 ferma", False),
        ("stop the music and the lights", False),
        ("stop the music and turn the treadmill up", False),
        ("turn the lights on and off", False),
        ("stop the music", False),
    ],
)
def test_what_is_named_besides_is_told_apart_at_and(said: str, is_stop: bool) -> None:
    assert stops(said) is is_stop


@pytest.mark.parametrize(
    ("said", "is_stop"),
    [
        ("para", True),
        ("la cinta para", True),
        ("para ahora mismo por favor", True),
        ("para Ana", False),
        ("m\u00fasica para correr", False),
        ("halt", True),
        ("oh Gott halt", True),
        ("das ist halt so", False),
        ("enough", True),
        ("I have enough time to cook", False),
        ("basta", True),
        ("quanto basta", False),
    ],
)
def test_a_word_that_means_something_else_too_is_a_stop_where_nothing_else_is_said(
    said: str, is_stop: bool
) -> None:
    assert stops(said) is is_stop


@pytest.mark.parametrize(
    ("said", "is_stop"),
    [
        ("treadmill off", True),
        ("cancel my workout", True),
        ("fine allenamento", True),
        ("zet de loopband af", True),
        ("cancel that", False),
        ("cancel my subscription to the workout paper", False),
        ("off", False),
    ],
)
def test_a_word_that_ends_anything_is_a_stop_beside_the_treadmill(said: str, is_stop: bool) -> None:
    assert stops(said) is is_stop


@pytest.mark.parametrize(
    ("said", "is_stop"),
    [
        ("stop I left the oven on", True),
        ("I left the oven on, stop", True),
        ("stopp ich hab den Herd angelassen", True),
        ("halt weil die Waschmaschine l\u00e4uft", True),
        ("arr\u00eate j'ai laiss\u00e9 le four allum\u00e9", True),
        ("para he dejado el horno encendido", True),
        ("ferma ho lasciato il forno acceso", True),
        ("stop ik heb de oven aan gelaten", True),
        ("I want the music to stop", False),
        ("stop my timer", False),
        ("para mi alarma", False),
        ("ferma i miei timer", False),
    ],
)
def test_r4_why_it_is_to_stop_may_name_other_things(said: str, is_stop: bool) -> None:
    assert stops(said) is is_stop


# ---- length, names, languages


def test_a_long_sentence_tells_something_and_is_no_stop() -> None:
    words = [f"word{i}" for i in range(LONGEST - 1)]
    assert stops(f"stop {' '.join(words)}")
    assert not stops(f"stop one {' '.join(words)}")


@pytest.mark.parametrize("said", ["stop " * 500, "stop it " * 12, "stop! " * 40])
def test_r4_stop_may_be_said_again_and_again(said: str) -> None:
    assert stops(said[:600])


@pytest.mark.parametrize(
    "said", ["", " ", "!!!", "\ue001", "stop" * 300, "\u0301stop \u00bd" * 500]
)
def test_no_text_is_too_odd(said: str) -> None:
    assert not stops(said)


def test_names_of_others_are_asked_for_only_where_a_word_is_unknown() -> None:
    assert RULE.languages("please stop the treadmill right now", Nobody())
    assert not RULE.languages("turn on the kitchen light", Nobody())
    with pytest.raises(AssertionError):
        RULE.languages("stop hubert", Nobody())


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("fermati", {"it"}),
        ("halt an", {"de", "en", "nl"}),
        ("stop", {"de", "en", "es", "fr", "it", "nl"}),
        ("I want to quit", {"en"}),
    ],
)
def test_the_language_is_that_of_the_stop_word(said: str, codes: set[str]) -> None:
    assert RULE.languages(said, Home()) == codes
