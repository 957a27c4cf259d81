"""Folders of session files: one bad file never hides another."""

from pathlib import Path
import stat

import pytest

from custom_components.descent.training.script import ScriptError, builtin, load, load_folder
from custom_components.descent.training.script.text import MAX_BYTES

GOOD = "name: Test\nlevel: any\nsteps:\n  - steady: {for: 30 min, pace: easy}\n"


def test_every_good_file_of_a_folder_is_a_session(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(GOOD)
    (tmp_path / "Two.yml").write_text(GOOD)
    scripts, errors = load_folder(tmp_path)
    assert list(scripts) == ["two", "one"]
    assert errors == ()


def test_a_wrong_file_never_hides_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: [")
    (tmp_path / "b.yaml").write_text(GOOD)
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe")
    scripts, errors = load_folder(tmp_path)
    assert list(scripts) == ["b"]
    assert [error.source for error in errors] == ["a.yaml", "c.yaml"]


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / ".hidden.yaml").write_text("hello")
    (tmp_path / "folder.yaml").mkdir()
    assert load_folder(tmp_path) == ({}, ())


def test_a_folder_that_is_not_there_has_no_sessions(tmp_path: Path) -> None:
    assert load_folder(tmp_path / "none") == ({}, ())


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("")
    scripts, (error,) = load_folder(tmp_path / "sessions")
    assert scripts == {}
    assert error.source == "sessions"
    assert str(error).endswith("allowed: a file that Home Assistant may read")


def test_a_file_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    scripts, (error,) = load_folder(tmp_path)
    assert scripts == {}
    assert "found a file that cannot be read" in str(error)


def test_two_files_with_one_id_are_an_error_that_names_both(tmp_path: Path) -> None:
    (tmp_path / "hill day.yaml").write_text(GOOD)
    (tmp_path / "hill_day.yaml").write_text(GOOD)
    scripts, (error,) = load_folder(tmp_path)
    assert list(scripts) == ["hill_day"]
    assert error.source == "hill_day.yaml"
    assert "found the id hill_day of hill day.yaml;" in str(error)


def test_a_file_cannot_take_the_place_of_a_built_in_session(tmp_path: Path) -> None:
    (tmp_path / "descending_sprints.yaml").write_text(GOOD)
    scripts, (error,) = load_folder(tmp_path)
    assert scripts == {}
    assert "found the id descending_sprints of a built-in session;" in str(error)


def test_a_huge_file_is_read_no_further_than_a_session_may_be_long(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as stream:
        stream.truncate(2**40)
    _, (error,) = load_folder(tmp_path)
    assert str(error).endswith(f"found more than 64 KiB; allowed: at most {MAX_BYTES // 1024} KiB")


def test_more_files_than_anybody_writes_are_an_error_beside_the_first_ones(tmp_path: Path) -> None:
    for i in range(201):
        (tmp_path / f"s{i:03}.yaml").write_text(GOOD)
    scripts, (error,) = load_folder(tmp_path)
    assert len(scripts) == 200
    assert "found 201 session files;" in str(error)


def test_a_device_or_a_pipe_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "endless.yaml").symlink_to("/dev/zero")
    assert stat.S_ISCHR((tmp_path / "endless.yaml").stat().st_mode)
    assert load_folder(tmp_path) == ({}, ())


def test_a_damaged_library_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text("name: [")
    monkeypatch.setattr(load, "LIBRARY", tmp_path)
    with pytest.raises(ScriptError, match=r"a\.yaml"):
        builtin()


def test_links_that_lead_out_of_the_folder_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    (tmp_path / "out.yaml").write_text(GOOD)
    (folder / "link.yaml").symlink_to(tmp_path / "out.yaml")
    assert load.links_out(folder) == [folder / "link.yaml"]
    assert load.links_out(tmp_path / "none") == []
