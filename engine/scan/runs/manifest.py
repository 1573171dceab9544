"""What a run says about itself: job, data, versions, times, counts and the checksum of its result.

Here: :class:`RunManifest`, a JSON file of a version, validated on reading and replaced in one step on writing. Not
here: the results, which are in the journal beside it (``segments``).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from engine.atomic import atomic_path
from engine.errors import RunError
from engine.formula.service import CompiledScan
from engine.scan.chunk_worker import ForeignService
from engine.scan.job import ProcessingJob
from engine.scan.plan import ScanPlan

VERSION = 1
# As long as a list of all symbols of the world.
_LARGEST_BYTES = 16_000_000

RunStatus = Literal["running", "complete", "partial", "cancelled"]


class RunManifest(BaseModel):
    """One run. ``status`` is ``running`` until the run ends by itself, so also after its program was killed.

    ``formula_hash`` hashes what is computed, ``job_hash`` everything that decides the result. ``symbols`` counts each
    status, ``total`` is the size of the universe, ``resumed`` how often the run was taken up again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    id: str
    name: str = ""
    job: dict[str, Any]
    job_hash: str
    formula_hash: str
    data_address: str
    data_version: str
    versions: dict[str, str]
    total: int = Field(ge=0)
    started: AwareDatetime
    finished: AwareDatetime | None = None
    seconds: float = 0.0
    status: RunStatus = "running"
    symbols: dict[str, int] = Field(default_factory=dict)
    matches: int = Field(default=0, ge=0)
    result_sha256: str | None = None
    warnings: tuple[str, ...] = ()
    resumed: int = Field(default=0, ge=0)

    @property
    def scan_key(self) -> str:
        """What makes two runs runs of the same scan: formulas with their parameters, and the timeframe."""
        return _key(self.formula_hash, self.job["timeframe"])

    @property
    def title(self) -> str:
        """The scan's name, or its formulas in one line."""
        if self.name:
            return self.name
        formulas = self.job.get("formulas")
        parts = [f"{name}: {each}" for name, each in formulas.items()] if formulas else []
        parts += [*self.job.get("detectors", ()), str(self.job.get("formula", ""))]
        return " ".join("; ".join(filter(None, parts)).split())

    def processing_job(self) -> ProcessingJob:
        """Return the job; raises JobError when a later program does not know it any more."""
        return ProcessingJob.from_mapping(self.job)


def formula_hash(plan: ScanPlan) -> str:
    """Hash what a plan looks for on each bar: formulas, detectors, and an injected formula service by its path."""
    return _search_hash(plan.job, plan.compiled, plan.context.service)


def scan_key_of(job: ProcessingJob, compiled: CompiledScan) -> str:
    """Return the ``scan_key`` that runs of this job have; ``compiled`` are its formulas, with or without columns."""
    return _key(_search_hash(job, compiled, None), job.timeframe)


def _key(searched: str, timeframe: str) -> str:
    return f"{searched}:{timeframe}"


def _search_hash(job: ProcessingJob, compiled: CompiledScan, service: ForeignService | None) -> str:
    mapping = job.to_mapping()
    plain: list[object] = [mapping[key] for key in ("detectors", "detector_parameters") if key in mapping]
    if service is not None:
        plain += [service.path, sorted(service.formulas.items()), sorted(service.parameters.items())]
    if not plain:
        return compiled.hash
    text = json.dumps([compiled.hash, *plain], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(path: Path) -> RunManifest:
    """Read and check a manifest; raises RunError when it is missing, torn or of another version."""
    run = path.parent.name
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise RunError(run, f"The manifest {path} is too long to be one: remove the run {run}.")
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RunError(run, f"The manifest of run {run} cannot be read: {reason}.") from error
    try:
        manifest = RunManifest.model_validate_json(data)
        manifest.processing_job()
    except ValidationError:
        raise RunError(run, _what_is_wrong(data, run)) from None
    if manifest.id != run:
        raise RunError(run, f"The manifest of run {run} is that of run {manifest.id}: remove this run.")
    return manifest


def write_manifest(manifest: RunManifest, path: Path, *, durable: bool = True) -> None:
    """Replace the manifest in one step; raises OutputError. ``durable`` waits until it is on the disk."""
    text = manifest.model_dump_json(indent=1)
    with atomic_path(path, durable=durable) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _what_is_wrong(data: bytes, run: str) -> str:
    try:
        version = json.loads(data).get("version", VERSION)
    except (ValueError, AttributeError):
        version = VERSION
    if version != VERSION:
        return f"Run {run} was written by another version of Candlewick: open it with that one."
    return f"The manifest of run {run} is damaged: remove the run with 'candlewick runs remove {run}'."
