"""What a user's settings do, and what is said about those that cannot be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import settings as module
from engine.errors import SettingsError
from engine.settings import Settings, default_file, load_settings

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ", ".join(Settings.model_fields)
WORKERS = "workers must be 'auto' or a whole number from 1 to 64"
CHUNK = "chunk must be 'auto' or a whole number from 1 to 500"
THEME = "theme must be 'system', 'light' or 'dark'"
WINDOWS = "forward_windows must be a list of 1 to 12 different numbers, each a whole number from 1 to 1000"


@pytest.fixture(autouse=True)
def no_user_file(tmp_path, monkeypatch):
    usual = tmp_path / "usual" / "config.yaml"
    monkeypatch.setattr(module, "user_settings_file", lambda: usual)
    return usual


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(**places) -> list[str]:
    places.setdefault("environ", {})
    with pytest.raises(SettingsError) as caught:
        load_settings(**places)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


def test_config_yaml_is_what_the_schema_writes():
    assert (ROOT / "config.yaml").read_text(encoding="utf-8") == default_file(), "run: make config"


def test_config_yaml_changes_no_default():
    assert load_settings(environ={}) == Settings()


def test_settings_that_nobody_changed_are_those_that_are_checked(written):
    loaded = load_settings(written("keep_runs: 50\nforward_windows: [5, 10, 20, 40]\n"), environ={})
    assert loaded == Settings.model_validate({})
    assert loaded.model_dump() == Settings().model_dump()
    with pytest.raises(ValueError, match="frozen"):
        loaded.workers = 3


@pytest.mark.parametrize("text", ["keep_runs: 50.0", "chunk: [auto]", "forward_windows: [5.0, 10, 20, 40]"])
def test_what_only_looks_like_a_default_is_still_checked(written, text):
    (problem,) = problems(user_file=written(f"{text}\n"))
    assert f"{text.partition(':')[0]} must be" in problem


def test_for_settings_that_nobody_changed_no_check_is_built():
    code = "import engine.settings as s; s.load_settings(environ={}); print(s.Settings.__pydantic_complete__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_setting_has_a_title_a_help_and_a_valid_default():
    for name, about in Settings.model_fields.items():
        assert about.title, name
        assert about.description, name
    Settings.model_validate(Settings().model_dump())


def test_the_later_place_wins(written, no_user_file):
    no_user_file.parent.mkdir()
    no_user_file.write_text("workers: 2\ntimeout_seconds: 2\nchunk: 2\n")
    environ = {"CANDLEWICK__TIMEOUT_SECONDS": "3", "CANDLEWICK__CHUNK": "3", "HOME": "/"}
    found = load_settings(environ=environ, overrides={"chunk": 4, "theme": None})
    assert (found.workers, found.timeout_seconds, found.chunk, found.theme) == (2, 3, 4, "system")


def test_a_named_file_takes_the_place_of_the_usual_one(written, no_user_file):
    no_user_file.parent.mkdir()
    no_user_file.write_text("workers: 2\ntheme: dark\n")
    found = load_settings(written("workers: 3\n"), environ={})
    assert (found.workers, found.theme) == (3, "system")


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(ValueError, match="frozen"):
        Settings().workers = 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "theme: dark\n\n# more\nworker: 3\n",
            ["line 4: unknown setting 'worker'; did you mean 'workers'?"],
            id="misspelt key",
        ),
        pytest.param(
            "zzz: 3\n",
            [f"line 1: unknown setting 'zzz'; known are {KNOWN}."],
            id="key like no other",
        ),
        pytest.param(
            "workers: 0\n",
            [f"line 1: {WORKERS}, not 0."],
            id="number too small",
        ),
        pytest.param(
            "workers: 65\nchunk: 501",
            [
                f"line 1: {WORKERS}, not 65.",
                f"line 2: {CHUNK}, not 501.",
            ],
            id="two problems at once",
        ),
        pytest.param(
            "workers: atuo\n",
            [f"line 1: {WORKERS}, not 'atuo'; did you mean 'auto'?"],
            id="misspelt word",
        ),
        pytest.param(
            "workers: yes\n",
            [f"line 1: {WORKERS}, not true."],
            id="truth is not a number",
        ),
        pytest.param(
            "timeout_seconds: .inf\n",
            ["line 1: timeout_seconds must be a number from 0.1 to 3600, not .inf."],
            id="infinite limit",
        ),
        pytest.param(
            "timeout_seconds: '60'\n",
            ["line 1: timeout_seconds must be a number from 0.1 to 3600, not '60'."],
            id="number in quotes",
        ),
        pytest.param(
            "\nforward_windows: [5, 5]\n",
            [f"line 2: {WINDOWS}, not [5, 5]."],
            id="the same window twice",
        ),
        pytest.param(
            "forward_windows: [0, five]\n",
            [f"line 1: {WINDOWS}, not [0, five]."],
            id="bad items give one sentence",
        ),
        pytest.param(
            "theme: drak\n",
            [f"line 1: {THEME}, not 'drak'; did you mean 'dark'?"],
            id="misspelt choice",
        ),
        pytest.param(
            "theme:\n",
            [f"line 1: {THEME}, not null."],
            id="value forgotten",
        ),
        pytest.param(
            "data_folder: 2024\n",
            ["line 1: data_folder must be the path of a folder or null, not 2024."],
            id="number for a path",
        ),
        pytest.param(
            "workers: 2\ntheme: dark\nworkers: 3\n",
            ["line 3: 'workers' is set a second time; remove one of the two lines."],
            id="key set twice",
        ),
        pytest.param(
            "yes: 2\n? [1, 2]\n: 3\n",
            [
                f"line 1: unknown setting 'yes'; known are {KNOWN}.",
                f"line 2: unknown setting '[1, 2]'; known are {KNOWN}.",
            ],
            id="keys that are not words",
        ),
        pytest.param("- workers\n", ["line 1: expected lines such as 'workers: auto'."], id="a list"),
        pytest.param(
            "workers: 2\ntheme: [dark\n",
            ["line 3: this is not YAML: expected ',' or ']', but got '<stream end>'."],
            id="bracket left open",
        ),
        pytest.param(
            "workers: 2\ntheme: *dark\n",
            ["line 2: this is not YAML: found undefined alias 'dark'."],
            id="unknown alias",
        ),
    ],
)
def test_each_problem_is_one_sentence_with_its_file_and_line(written, text, expected):
    path = written(text)
    assert problems(user_file=path) == [f"{path}, {sentence}" for sentence in expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"theme: d\xfcster\n", "not text in UTF-8 (byte 8); save it as UTF-8.", id="Latin-1"),
        pytest.param(
            b"theme: \x01\n", "this is not YAML: unacceptable character #x0001", id="control character"
        ),
        pytest.param(
            b"theme: 2024-13-45\n", "this is not YAML: month must be in 1..12", id="impossible date"
        ),
    ],
)
def test_a_file_that_is_not_text_is_named(tmp_path, content, expected):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    [sentence] = problems(user_file=path)
    assert sentence.startswith(f"{path}: {expected}")


def test_a_named_file_that_is_missing_is_an_error(tmp_path):
    path = tmp_path / "no.yaml"
    assert problems(user_file=path) == [f"{path}: cannot be read: No such file or directory."]


def test_an_empty_file_sets_nothing(written):
    assert load_settings(written("# nothing\n"), environ={}) == Settings()


def test_problems_of_all_places_are_told_together(written):
    path = written("worker: 2\n")
    environ = {"CANDLEWICK__TEME": "dark", "CANDLEWICK__CHUNK": "[1", "CANDLEWICK": "unrelated"}
    assert problems(user_file=path, environ=environ, overrides={"workers": "0"}) == [
        f"{path}, line 1: unknown setting 'worker'; did you mean 'workers'?",
        f"environment variable CANDLEWICK__CHUNK: {CHUNK}, not '[1'.",
        "environment variable CANDLEWICK__TEME: unknown setting 'teme'; did you mean 'theme'?",
        f"command line: {WORKERS}, not 0.",
    ]


def test_variables_are_read_as_the_file_is():
    environ = {
        "CANDLEWICK__WORKERS": "3",
        "CANDLEWICK__FORWARD_WINDOWS": "[1, 2]",
        "CANDLEWICK__THEME": "dark",
    }
    found = load_settings(environ=environ)
    assert (found.workers, found.forward_windows, found.theme) == (3, (1, 2), "dark")


def test_the_data_folder_begins_where_it_was_written(written, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = written("data_folder: bars\n")
    assert load_settings(path, environ={}).data_folder == tmp_path / "bars"
    assert load_settings(path, environ={"CANDLEWICK__DATA_FOLDER": "2024"}).data_folder == Path("/2024")
    assert load_settings(path, environ={"CANDLEWICK__DATA_FOLDER": ""}).data_folder is None
    assert load_settings(path, {}, {"data_folder": "~/bars"}).data_folder == tmp_path / "home" / "bars"
    assert load_settings(path, {}, {"data_folder": tmp_path}).data_folder == tmp_path


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (6, 6), (8, 8), (48, 8)])
def test_auto_means_the_cores_but_at_most_eight_workers(monkeypatch, cores, workers):
    monkeypatch.setattr(module, "available_cores", lambda: cores)
    assert Settings().worker_count() == workers


def test_a_number_of_workers_is_taken_as_it_is(monkeypatch):
    monkeypatch.setattr(module, "available_cores", lambda: 2)
    assert Settings(workers=5).worker_count() == 5


def test_there_is_at_least_one_core():
    assert module.available_cores() >= 1
