"""The English texts of what can be wrong with a session file, by key.

The other languages are translations (``selector.session_file``), and a test holds the English ones
there to these. Words that are written into files are never translated: they come in as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        # how a problem is told
        "problem": "line {line}: found {found}; allowed: {allowed}",
        "problem_at": "line {line}, {key}: found {found}; allowed: {allowed}",
        "hinted": "{problem}. {hint}",
        "more": "and {count} more",
        # found: what stands in a place
        "nothing": "nothing",
        "a_list": "a list",
        "an_empty_list": "an empty list",
        "a_mapping": "a mapping (key: value)",
        "an_empty_mapping": "an empty mapping",
        "unknown_key": "the unknown key {key}",
        "no_key": "no {key}",
        "entries": "{count} entries",
        "steps_in_entry": "{count} steps in one entry",
        "no_pace": "a recovery without a pace",
        "unused_parameter": "a parameter that no step uses",
        "unknown_parameter": "the unknown parameter {name}",
        "can_be": "{name}, which can be {value}",
        "nested_repeats": "repeats in repeats",
        "many_steps": "up to {count} steps",
        "many_minutes": "up to {minutes} minutes in timed steps",
        "no_descent_before": "a way back with no descent before it",
        "no_belt_step": "no step on the belt",
        "unturned_before": "backward without turning around",
        "unturned_after": "no turning around after backward",
        "cold_start": "hard running with no warm-up before it",
        "lengths_once": "several lengths outside of a repeat",
        "lengths_unused": "{count} lengths for {times} repetitions",
        "drop_length": "{length}, which at {decline} % is {distance} of belt",
        # found: the file as a whole
        "no_letters": "a file name without letters",
        "taken_by_file": "the id {id} of {file}",
        "taken_by_builtin": "the id {id} of a built-in session",
        "many_files": "{count} session files",
        "not_utf_8": "something that is not UTF-8",
        "larger": "more than {size}",
        "bad_character": "a character that text does not have",
        "a_tab": "a tab",
        "broken_yaml": "broken YAML",
        "empty_file": "an empty file",
        "second_document": "a second document (---)",
        "an_alias": "an anchor or alias (& or *)",
        "a_tag": "a tag ({tag})",
        "too_deep": "too many levels",
        "odd_key": "a key that is not a word",
        "key_twice": "the same key twice",
        "unreadable": "a file that cannot be read",
        # allowed
        "either": "{first} or {second}",
        "a_time": "a time from {low} to {high} (as in {examples})",
        "a_distance": "a distance from {low} to {high} (as in {examples})",
        "a_drop": "metres of descent from {low} to {high} (as in {examples})",
        "the_way_back": "{word} (as far as the descent before it)",
        "a_speed": "a speed from {low} to {high} (as in {examples})",
        "a_decline": "a decline from {low} to {high} (a positive number)",
        "an_incline": "an incline from {low} to {high} (downhill is a descent step)",
        "an_incline_backward": "an incline from {low} to {high} (rule R16)",
        "a_speed_backward": "a speed from {low} to {high} (rule R16)",
        "an_effort": "an effort from {low} to {high}",
        "a_whole_number": "a whole number from {low} to {high}",
        "a_pace": (
            "{words}, a speed from {low} to {high} (as in {speeds}), a race pace ({races}), or an "
            "effort (as in {efforts}), sprint up to {most} and the others up to {most_level}"
        ),
        "a_number": "a number from {low} to {high}, its unit under unit",
        "in_range": "{low} to {high}",
        "whole_or_unit": "a whole number, or a unit under unit",
        "at_most": "at most {most}",
        "at_most_max": "at most max, {most}",
        "up_to_entries": "at most {most} entries",
        "up_to_levels": "at most {most} levels",
        "up_to_deep": "at most {most} deep",
        "up_to_steps": "at most {most} steps",
        "up_to_minutes": "at most {most} minutes",
        "names_list": "a list of at most {most} names",
        "names": "names in lower case, as in {example}",
        "a_name": "a name in lower case, as in {example}",
        "a_text": "a text of {least} to {most} characters",
        "spoken_text": "a text of 1 to {most} characters, or a list of at most {entries} of them",
        "words_list": "a list of 1 to {most} words",
        "no_dollar": "words without $: a parameter cannot lead to another",
        "mapping": "a mapping (key: value)",
        "steps_list": "a list of 1 to {most} steps, each after a dash (-)",
        "one_step": "one step after each dash (-)",
        "back_or_pace": "walk_back, pace, or both",
        "or_left_out": "{value}, or leave it out",
        "a_value_for": "a value for the key {key}",
        "a_step_with": "a step with {name}",
        "no_parameters": "a value, as the file has no parameters",
        "descent_before": "a descent before it",
        "belt_step": "at least one step on the belt",
        "turn_before": "a turn_around before it",
        "turn_after": "a turn_around after it",
        "warm_up_before": "a warm_up before it, or {flag} in the file",
        "in_a_repeat": "one length, or a repeat around the step",
        "fitting_times": "at most one length for each repetition",
        "a_file_name": "a name like {example}",
        "own_file_name": "a file name of its own",
        "readable": "a file that Home Assistant may read",
        "utf_8": "text in UTF-8",
        "printable": "printable characters",
        "spaces": "spaces to indent and separate",
        "valid_yaml": "valid YAML; put text with : # [ ] or , in quotes",
        "a_session": "a session: name, level, steps",
        "one_session": "one session in a file",
        "written_out": "values written out",
        "untagged": "values without a tag",
        "a_word_key": "a word as key",
        "key_once": "every key once",
        # hints
        "did_you_mean": "Did you mean {near}?",
        "write": "Write {instead}",
        "write_unit": "The unit is missing: write {instead}",
        "form_key": (
            '"from" is the pace to begin at, "for" is how long it takes, "say" is what is announced'
        ),
        "under_key": "Indent {key} further than {parent}, so that it belongs to it",
        "repeat_shape": (
            "Below the dash a repeat has two keys, one under the other: {first} and {second}; its "
            "own steps stand below {second}, indented further, each after a dash"
        ),
        "braces": "Keys in braces are separated by commas, and both braces are there: {example}",
        "thousands": "Is the comma a decimal sign? Write {instead}",
        "minutes_of_what": "Say for what distance: write {instead}",
        "warm_up_hint": "A warm-up is a warm_up step; another easy step does not count as one",
    }
)
