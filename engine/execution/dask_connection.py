"""Coming to an understanding with a Dask cluster: a connection, and the same versions on both sides.

Here: what may be wrong with a cluster, each a sentence. Not here: addresses that must not be used at all
(:mod:`engine.execution.cluster`), and work (:mod:`engine.execution.dask`).
"""

from __future__ import annotations

from distributed import Client
from distributed.security import Security

from engine.errors import BackendError
from engine.execution.cluster import Tls
from engine.execution.dask_node import Survey, difference, survey


def connect(location: str, tls: Tls | None, patience: float) -> Client:
    """Connect to a scheduler within ``patience`` seconds; raises BackendError when it cannot be."""
    security = None
    if tls is not None:
        security = Security(
            tls_ca_file=str(tls.authority),
            tls_client_cert=str(tls.certificate),
            tls_client_key=str(tls.key),
            require_encryption=True,
        )
    try:
        return Client(location, timeout=patience, security=security, set_as_default=False, name="candlewick")
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        reason = (
            "or it does not accept this certificate"
            if tls is not None
            else "or it wants an encrypted one (TLS)"
        )
        sentence = (
            f"No Dask scheduler answers at {location}: check that it runs there and lets this machine connect, "
            f"{reason}."
        )
        raise BackendError(sentence, f"{type(error).__name__}: {error}") from error


def compare(client: Client, location: str, patience: float) -> None:
    """Raise BackendError unless scheduler and workers have what this program has and may start processes."""
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError as error:
        sentence = (
            f"The Dask scheduler at {location} has no workers: start some with 'dask worker {location}'."
        )
        raise BackendError(sentence) from error
    answers = {f"worker {name}": said for name, said in client.run(survey, on_error="return").items()}
    try:
        answers[f"scheduler {location}"] = client.run_on_scheduler(survey)
    except Exception as error:  # noqa: BLE001  it may fail over there in any way
        answers[f"scheduler {location}"] = error
    for name, said in sorted(answers.items()):
        if (against := objection(name, said, survey())) is not None:
            raise BackendError(against)


def objection(name: str, said: object, ours: Survey) -> str | None:
    """Return the sentence against working with ``name``, after what it has said of itself, or None."""
    if not isinstance(said, Survey):
        return f"The Dask {name} cannot load Candlewick ({said}): install the same Candlewick there as here."
    if (wrong := difference(said.versions, ours.versions)) is not None:
        return f"The Dask {name} {wrong}: install the same on all machines."
    if not said.may_have_children and name.startswith("worker"):
        setting = "DASK_DISTRIBUTED__WORKER__DAEMON=False"
        return f"The Dask {name} may not start processes of its own: start it with {setting}."
    return None
