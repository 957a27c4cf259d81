"""Text that nobody has checked: what is no plain, small, decent YAML is refused where it stands."""

from hypothesis import given, strategies as st
import pytest
import yaml

from custom_components.descent.training.script import Script, ScriptError, parse, text
from custom_components.descent.training.script.load import MAX_BYTES
from tests.training.script.told import all_told, told

GOOD = "name: Test\nlevel: any\nsteps:\n  - steady: {for: 30 min, pace: easy}\n"


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with libyaml and without: not every machine has it."""
    monkeypatch.setattr(text, "_PARSER", getattr(yaml, request.param))


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("", 1, "an empty file"),
        ("# nothing\n", 2, "an empty file"),
        ("just words", 1, "'just words'"),
        ("- a\n- b", 1, "a list"),
        (f"{GOOD}---\n{GOOD}", 5, "a second document (---)"),
        ("name: Test\n\tlevel: any\n", 2, "a tab"),
        ("name: [a, b\nlevel: any\n", 1, "broken YAML"),
        ("name: Test\nlevel: any\nname: Again\n", 3, "the same key twice"),
        ("name: &a Test\nlevel: *a\n", 1, "an anchor or alias (& or *)"),
        ("name: Test\nlevel: *a\n", 2, "an anchor or alias (& or *)"),
        ("&a [*a]", 1, "an anchor or alias (& or *)"),
        ("name: !!python/object/apply:os.system [ls]\n", 1, "a tag"),
        ("name: !secret x\n", 1, "a tag"),
        ("? [a]\n: b\n", 1, "a key that is not a word"),
        ("!!str name: b\n", 1, "a key that is not a word"),
        ("name: Te\0st\n", 1, "a character that text does not have"),
        ("[" * 20 + "]" * 20, 1, "too many levels"),
        ("[" * 20_000, 1, "too many levels"),
        ("name: Test\n  level: any\n", 2, "broken YAML"),
    ],
    ids=range(19),
)
@pytest.mark.usefixtures("parser")
def test_text_that_is_no_plain_yaml_is_refused(text: str, line: int, found: str) -> None:
    assert (line, found) in {
        (problem.line, problem.found[: len(found)]) for problem in all_told(text)
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"name: Test\nlevel: \xff\n", 2),
        (GOOD.encode("utf-16"), 1),
        ("name: Test\nlevel: \ud800\n", 2),
    ],
    ids=["a stray byte", "UTF-16", "half a character"],
)
def test_text_that_is_not_utf_8_is_refused(text: str | bytes, line: int) -> None:
    error = told(text)
    assert (error.line, error.allowed) == (line, "text in UTF-8")


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "#" * MAX_BYTES,
        (GOOD + "#" * MAX_BYTES).encode(),
        GOOD + "#" + "ä" * (MAX_BYTES - 500),
        b"\xff" * 10_000_000,
    ],
    ids=["text", "bytes", "many bytes to a character", "ten megabytes"],
)
def test_text_that_is_too_long_is_refused_unread(text: str | bytes) -> None:
    assert told(text).found == "more than 64 KiB"


@given(st.text(max_size=300) | st.binary(max_size=300))
def test_no_text_whatever_raises_anything_but_a_script_error(text: str | bytes) -> None:
    with pytest.raises(ScriptError):
        parse(text, "mine.yaml")


@given(st.data())
def test_no_damage_to_a_good_file_raises_anything_but_a_script_error(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOOD)))
    cut = data.draw(st.integers(0, 8))
    damage = data.draw(st.text(alphabet="\t \n:{}[]-&*!$%0#'\"azÄ", max_size=8))
    assert outcome(GOOD[:place] + damage + GOOD[place + cut :]) in (Script, ScriptError)


def outcome(text: str) -> type:
    try:
        return type(parse(text, "mine.yaml"))
    except ScriptError as error:
        return type(error)
