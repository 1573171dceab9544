"""Every setting, declared once: its type, limits, default and help.

Here: the schema (:class:`Settings`), :func:`load_settings`, which lays config.yaml, the user's file, the
environment and the command line over the defaults, and :func:`default_file`, which writes config.yaml from
the schema (a test keeps the file equal to it). Not here: a settings object for everyone; whoever needs a
setting is given it.

A layer is checked by itself before it joins the others, and all problems of all layers are told together:

1. :func:`_read_file` turns a YAML file into a layer that knows the line of every key;
   :func:`_read_environment` and :func:`_read_overrides` do the same for variables and flags.
2. :func:`_check` validates one layer and turns what is wrong into sentences for the user.
3. The layers that passed are merged, the later one winning, into one frozen :class:`Settings`.
"""

from __future__ import annotations

import importlib.resources
import os
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, ValidationError

from engine.errors import SettingsError, closest

ENVIRONMENT_PREFIX = "CANDLEWICK__"
# Settings that are paths.
_FOLDERS = ("data_folder", "detectors_folder", "runs_folder", "chain_cache_folder")


def _all_different(windows: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(windows)) < len(windows):
        message = "two windows are the same"
        raise ValueError(message)
    return windows


class Settings(BaseModel):
    """The settings of one run of the program."""

    # A start that changes no setting checks none, and the checks take long to build.
    model_config = ConfigDict(frozen=True, extra="forbid", title="Candlewick's settings", defer_build=True)

    workers: Literal["auto"] | Annotated[StrictInt, Field(ge=1, le=64)] = Field(
        default="auto",
        title="Worker processes",
        description="How many processes scan side by side. With 'auto' it is the number of processor cores, "
        "at most 8. The results are the same whatever the number.",
    )
    timeout_seconds: Annotated[float, Field(strict=True, ge=0.1, le=3600, allow_inf_nan=False)] = Field(
        default=60.0,
        title="Time limit per symbol (seconds)",
        description="A symbol that takes longer is stopped and reported as timed out; the others go on.",
    )
    worker_memory_mb: Annotated[StrictInt, Field(ge=512, le=512_000)] | None = Field(
        default=4096,
        title="Memory limit per worker (MB)",
        description="A symbol that needs more is reported as an error, or as a crash of its worker; the others go "
        "on. Only Linux holds processes to it. With null there is no limit.",
    )
    chunk: Literal["auto"] | Annotated[StrictInt, Field(ge=1, le=500)] = Field(
        default="auto",
        title="Symbols per chunk",
        description="How many symbols a worker is handed at once. With 'auto' a chunk takes a fraction of a "
        "second. The results are the same whatever the number.",
    )
    snapshot_limit_gb: Annotated[float, Field(strict=True, ge=0, le=10_000, allow_inf_nan=False)] = Field(
        default=8.0,
        title="Snapshot limit (GB)",
        description="How much room in the user's cache folder the fast copies of all data folders may take; "
        "those used the longest ago go first. With 0 there are none and every scan reads the files themselves.",
    )
    flush_every: Annotated[StrictInt, Field(ge=1, le=100_000)] = Field(
        default=25,
        title="Symbols per entry in the journal",
        description="A scan writes finished symbols to its run's folder, so many together, at most twice a second "
        "and at the latest after two seconds: that much a program that is killed can lose. A resumed run goes on "
        "from there.",
    )
    keep_runs: Annotated[StrictInt, Field(ge=1, le=10_000)] = Field(
        default=50,
        title="Runs to keep",
        description="When there are more, the oldest are removed; unfinished ones stay for a week at least.",
    )
    runs_folder: Path | None = Field(
        default=None,
        title="Runs folder",
        description="Where runs are kept; with null, in the user's data folder. A path that is not absolute begins "
        "at the folder of the file that it stands in.",
    )
    forward_windows: Annotated[
        tuple[Annotated[StrictInt, Field(ge=1, le=1000)], ...],
        Field(min_length=1, max_length=12),
        AfterValidator(_all_different),
    ] = Field(
        default=(5, 10, 20, 40),
        title="Forward windows (bars)",
        description="How many bars after a signal its forward return is measured, counted in the symbol's "
        "own bars.",
    )
    chain_cache_folder: Path | None = Field(
        default=None,
        title="Folder of kept option chains",
        description="Where option chains that came over the network are kept; with null, in the user's cache folder. "
        "A path that is not absolute begins at the folder of the file that it stands in.",
    )
    chain_cache_minutes: Annotated[float, Field(strict=True, ge=0, le=1440, allow_inf_nan=False)] = Field(
        default=15.0,
        title="Age of kept option chains (minutes)",
        description="An option chain that was fetched so long ago is fetched anew; until then it is used again.",
    )
    detectors_folder: Path | None = Field(
        default=None,
        title="Folder of your own detectors",
        description="Files of this folder that declare a detector can be named in scans, once you have allowed each "
        "of them; with null, the folder 'detectors' in the user's data folder. A path that is not absolute begins at "
        "the folder of the file that it stands in.",
    )
    data_folder: Path | None = Field(
        default=None,
        title="Data folder",
        description="The folder with your bars, as 'candlewick ingest' writes it; with null, the synthetic "
        "demo universe. A path that is not absolute begins at the folder of the file that it stands in.",
    )
    theme: Literal["system", "light", "dark"] = Field(
        default="system",
        title="Theme",
        description="The window's look; 'system' follows the desktop.",
    )
    candle_colours: Literal["blue_orange", "green_red", "red_green"] = Field(
        default="blue_orange",
        title="Candle colours (up_down)",
        description="The colours of rising and falling bars. Colour-blind eyes tell blue and orange apart.",
    )

    def worker_count(self) -> int:
        """Return the number of processes that ``workers`` stands for on this machine."""
        if self.workers == "auto":
            return min(8, available_cores())
        return self.workers


@dataclass(frozen=True)
class _Layer:
    """Settings from one place: values, and for each key how that place is named in a message."""

    values: Mapping[str, Any]
    places: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def available_cores() -> int:
    """Return how many cores this process may use, which in a container can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def user_settings_file() -> Path:
    """Return where the user's own settings are looked for; the file need not exist."""
    return platformdirs.user_config_path("candlewick", appauthor=False) / "config.yaml"


def default_chain_cache_folder() -> Path:
    """Return where option chains are kept when the setting names no folder."""
    return platformdirs.user_cache_path("candlewick", appauthor=False) / "chains"


def default_detectors_folder() -> Path:
    """Return where the user's own detectors are looked for when the setting names no folder."""
    return platformdirs.user_data_path("candlewick", appauthor=False) / "detectors"


def allowed_detectors_file() -> Path:
    """Return the file that remembers which plug-ins may run; it need not exist."""
    return platformdirs.user_config_path("candlewick", appauthor=False) / "allowed_detectors.json"


def demo_folder() -> Path:
    """Return where the demo universe is kept for a user who has chosen no data yet."""
    return platformdirs.user_data_path("candlewick", appauthor=False) / "demo"


def load_settings(
    user_file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Settings:
    """Return the settings in force, or raise SettingsError with every problem of every place.

    The later place wins: defaults, config.yaml, the user's file, variables such as ``CANDLEWICK__WORKERS``,
    ``overrides`` (the command line's flags by setting name; None means that the flag was not given).

    A ``user_file`` that is named must exist; the usual one (:func:`user_settings_file`) may be missing.
    """
    layers = [_read_text(_packaged_text(), "config.yaml", None)]
    if user_file is not None or user_settings_file().exists():
        layers.append(_read_file(user_file or user_settings_file()))
    layers.append(_read_environment(os.environ if environ is None else environ))
    layers.append(_read_overrides(overrides or {}))
    problems = [problem for layer in layers for problem in (*layer.problems, *_check(layer))]
    if problems:
        raise SettingsError(tuple(problems))
    merged = {key: value for layer in layers for key, value in layer.values.items()}
    return Settings.model_validate(merged) if _changes(merged) else Settings.model_construct()


def default_file() -> str:
    """Return the text of config.yaml: every setting with its help, its limits and its default."""
    lines = [
        "# Candlewick's settings, each with its default. Change them here, in a file of your own (on Linux",
        "# ~/.config/candlewick/config.yaml) or for one run in the environment: CANDLEWICK__WORKERS=4.",
    ]
    properties = Settings.model_json_schema()["properties"]
    for name, value in Settings().model_dump(mode="json").items():
        about = f"{Settings.model_fields[name].description} Allowed: {_allowed(properties[name])}."
        lines += ["", *textwrap.wrap(about, 108, initial_indent="# ", subsequent_indent="# ")]
        lines.append(f"{name}: {_as_yaml(value)}")
    return "\n".join(lines) + "\n"


def _packaged_text() -> str:
    """Return config.yaml from the installed package or, in a source tree, from the repository's root."""
    installed = importlib.resources.files("resources") / "config.yaml"
    if installed.is_file():
        return installed.read_text(encoding="utf-8")
    return (Path(__file__).resolve().parent.parent / "config.yaml").read_text(encoding="utf-8")


def _read_file(path: Path) -> _Layer:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return _Layer({}, problems=(f"{path}: not text in UTF-8 (byte {error.start}); save it as UTF-8.",))
    except OSError as error:
        return _Layer({}, problems=(f"{path}: cannot be read: {error.strerror}.",))
    return _read_text(text, str(path), path.absolute().parent)


def _read_text(text: str, source: str, folder: Path | None) -> _Layer:
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            return _Layer({})
        if not isinstance(root, yaml.MappingNode):
            line = root.start_mark.line + 1
            return _Layer({}, problems=(f"{source}, line {line}: expected lines such as 'workers: auto'.",))
        return _read_pairs(loader, root, source, folder)
    except yaml.MarkedYAMLError as error:
        where = f"{source}, line {error.problem_mark.line + 1}" if error.problem_mark else source
        return _Layer({}, problems=(f"{where}: this is not YAML: {error.problem or error.context}.",))
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2024-13-45
        return _Layer({}, problems=(f"{source}: this is not YAML: {str(error).splitlines()[0]}.",))


def _read_pairs(loader: yaml.SafeLoader, root: yaml.MappingNode, source: str, folder: Path | None) -> _Layer:
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    problems = []
    for key, value in root.value:
        name = str(key.value if isinstance(key, yaml.ScalarNode) else loader.construct_object(key, deep=True))
        place = f"{source}, line {key.start_mark.line + 1}"
        if name in places:
            problems.append(f"{place}: '{name}' is set a second time; remove one of the two lines.")
            continue
        places[name] = place
        values[name] = loader.construct_object(value, deep=True)
    return _Layer(_with_folder(values, folder), places, tuple(problems))


def _read_environment(environ: Mapping[str, str]) -> _Layer:
    variables = {
        variable.removeprefix(ENVIRONMENT_PREFIX).lower(): variable
        for variable in sorted(environ)
        if variable.startswith(ENVIRONMENT_PREFIX)
    }
    values = {name: _from_text(name, environ[variable]) for name, variable in variables.items()}
    places = {name: f"environment variable {variable}" for name, variable in variables.items()}
    return _Layer(_with_folder(values, Path.cwd()), places)


def _read_overrides(overrides: Mapping[str, Any]) -> _Layer:
    values = {
        name: _from_text(name, value) if isinstance(value, str) else value
        for name, value in overrides.items()
        if value is not None
    }
    return _Layer(_with_folder(values, Path.cwd()), dict.fromkeys(values, "command line"))


def _from_text(name: str, text: str) -> Any:
    """Read a value as config.yaml would, but a path as it is: YAML takes a folder named 2024 for a number."""
    if name in _FOLDERS:
        return text or None
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return text


def _with_folder(values: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    """Make folders absolute, beginning at ``folder``."""
    if folder is None:
        return values
    written = {name: values[name] for name in _FOLDERS if isinstance(values.get(name), str | Path)}
    return {**values, **{name: folder / Path(path).expanduser() for name, path in written.items()}}


def _changes(values: Mapping[str, Any]) -> bool:
    """Tell whether any value is another one than its setting's default, of which nothing has to be checked."""
    return any(name not in Settings.model_fields or _differs(name, value) for name, value in values.items())


def _differs(name: str, value: Any) -> bool:
    default = Settings.model_fields[name].default
    written = tuple(value) if isinstance(value, list) else value
    # The very value: 50.0 and True are equal to whole numbers and are none. A tuple holds such values, too.
    return repr(written) != repr(default)


def _check(layer: _Layer) -> list[str]:
    if not _changes(layer.values):
        return []
    try:
        Settings.model_validate(layer.values)
    except ValidationError as error:
        # One sentence per setting: pydantic reports every branch of a union and every item of a list.
        names = dict.fromkeys(str(details["loc"][0]) for details in error.errors())
        return [f"{layer.places[name]}: {_sentence(name, layer.values[name])}" for name in names]
    return []


def _sentence(name: str, value: Any) -> str:
    if name not in Settings.model_fields:
        meant = closest(name, Settings.model_fields)
        hint = f"did you mean '{meant}'?" if meant else f"known are {', '.join(Settings.model_fields)}."
        return f"unknown setting '{name}'; {hint}"
    schema = Settings.model_json_schema()["properties"][name]
    meant = closest(value, _words(schema)) if isinstance(value, str) else None
    shown = f"'{value}'" if isinstance(value, str) else _as_yaml(value)
    hint = f"; did you mean '{meant}'?" if meant else "."
    return f"{name} must be {_allowed(schema)}, not {textwrap.shorten(shown, 60)}{hint}"


def _words(schema: Mapping[str, Any]) -> list[str]:
    """Return the fixed words that a setting's schema allows."""
    branches = schema.get("anyOf", [schema])
    return [
        word
        for branch in branches
        for word in branch.get("enum", [branch["const"]] if "const" in branch else [])
    ]


def _allowed(schema: Mapping[str, Any]) -> str:
    """Return in words what a setting's JSON schema allows."""
    if "anyOf" in schema:
        return " or ".join(_allowed(branch) for branch in schema["anyOf"])
    if words := _words(schema):
        quoted = [f"'{word}'" for word in words]
        return " or ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))
    if schema["type"] == "array":
        count = f"{schema['minItems']} to {schema['maxItems']}"
        return f"a list of {count} different numbers, each {_allowed(schema['items'])}"
    if schema["type"] in ("integer", "number"):
        kind = "a whole number" if schema["type"] == "integer" else "a number"
        return f"{kind} from {schema['minimum']:g} to {schema['maximum']:g}"
    return "null" if schema["type"] == "null" else "the path of a folder"


def _as_yaml(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("...\n").strip()
