"""What holds on a cluster beyond tests/contracts/test_backends.py: its own deaths, its manners, its keys."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import execution_programs
import pytest
from local_clusters import address_of, local_cluster

from engine.errors import BackendError
from engine.execution.backend import Item, Status, Task
from engine.execution.cluster import Tls, open_cluster

dask = pytest.importorskip("engine.execution.dask", reason="Dask comes with the extra 'cluster'")
dask_connection = pytest.importorskip("engine.execution.dask_connection")
dask_node = pytest.importorskip("engine.execution.dask_node")

DEEDS = Task("execution_tasks:open_deeds")
# Seconds after which a loaded machine must have come round too; whoever waits for ever takes longer.
PATIENCE = 60


@pytest.fixture(scope="module")
def started():
    """Two workers. Tests that kill one have a cluster of their own: to replace it takes as long as it takes."""
    with local_cluster() as made:
        yield made


@pytest.fixture
def cluster(started):
    """The same, with both workers there."""
    assert eventually(lambda: len(started.scheduler.workers) == 2)
    return started


@pytest.fixture
def backend(cluster):
    opened = open_cluster(address_of(cluster))
    yield opened
    opened.close()


def items(*deeds):
    return [Item(str(number), deed) for number, deed in enumerate(deeds)]


def statuses(outcomes):
    return Counter(outcome.status.value for outcome in outcomes if outcome is not None)


def pids_of(cluster):
    from distributed import Client  # noqa: PLC0415  not there without the extra

    with Client(cluster.scheduler_address, set_as_default=False) as client:
        return sorted(client.run(os.getpid).values())


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def eventually(condition):
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def test_a_dask_worker_that_dies_in_mid_scan_costs_nobody_its_outcome():
    with local_cluster(2) as cluster:
        backend = open_cluster(address_of(cluster))
        victim = pids_of(cluster)[0]
        outcomes = []
        for outcome in backend.run(DEEDS, items(*[("sleep", 0.05)] * 80), chunk=4):
            outcomes.append(outcome)
            if len(outcomes) == 8:
                os.kill(victim, signal.SIGKILL)
        assert statuses(outcomes) == {"ok": 80}
        assert sorted(outcome.index for outcome in outcomes) == list(range(80))
        backend.close()


def test_an_item_that_kills_the_dask_worker_itself_is_the_only_one_lost(monkeypatch):
    # A loaded machine may need longer than usual to replace both workers, one after the other.
    monkeypatch.setattr(dask, "DESERTED_SECONDS", 2.0 * PATIENCE)
    deeds = [("return", 0), ("kill_parent",), ("return", 2)]
    # A task over which a worker has died is given up at once.
    with local_cluster(distributed__scheduler__allowed_failures=0) as cluster:
        backend = open_cluster(address_of(cluster))
        outcomes = sorted(backend.run(DEEDS, items(*deeds), chunk=3), key=lambda outcome: outcome.index)
        backend.close()
    assert [outcome.status for outcome in outcomes] == [Status.OK, Status.CRASH, Status.OK]


def test_the_worker_that_cannot_open_the_data_is_named(backend):
    with pytest.raises(BackendError) as caught:
        list(backend.run(Task("execution_tasks:open_with_sentence"), items(1, 2, 3)))
    assert str(caught.value).startswith("The Dask worker tcp://127.0.0.1:")
    assert str(caught.value).endswith(" cannot work: There is no folder /nowhere.")


def test_a_cancelled_run_leaves_no_process_spinning_on_the_cluster(backend, tmp_path):
    run = backend.run(DEEDS, items(("pid",), ("pid",), *[("spin_deaf",)] * 6), heartbeat=0.05)
    pids = {next(outcome for outcome in run if outcome is not None).value for _ in range(2)}
    run.close()
    assert next(backend.run(DEEDS, items(("return", 1)))).value == 1
    backend.close()
    assert eventually(lambda: not any(is_running(pid) for pid in pids))


def test_closing_is_bounded_in_mid_run_and_gives_the_processes_back(backend):
    run = backend.run(DEEDS, items(("pid",), *[("spin_deaf",)] * 6))
    pid = next(run).value
    began = time.monotonic()
    backend.close()
    backend.close()
    assert time.monotonic() - began < PATIENCE
    assert statuses(run) == {"cancelled": 6}
    assert eventually(lambda: not is_running(pid))


@pytest.mark.parametrize(
    "ending", ["exit_with_suspended_run_on", "exit_with_run_in_thread_on", "be_killed_on"]
)
def test_a_program_that_closes_nothing_leaves_nothing_at_work_on_the_cluster(cluster, ending):
    paths = os.pathsep.join([str(Path(execution_programs.__file__).parent), str(Path(__file__).parents[2])])
    program = subprocess.Popen(
        [sys.executable, execution_programs.__file__, ending, address_of(cluster)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )
    pids = [int(pid) for pid in program.stdout.readline().split()]
    assert len(pids) == 2
    if ending == "be_killed_on":
        program.kill()
    program.communicate(timeout=PATIENCE)
    assert eventually(lambda: not any(is_running(pid) for pid in pids))


def test_a_cluster_that_ends_in_mid_run_is_one_sentence():
    with local_cluster(1) as cluster:
        backend = open_cluster(address_of(cluster))
        run = backend.run(DEEDS, items(("return", 1), *[("sleep", 600)] * 3), heartbeat=0.1)
        assert next(outcome for outcome in run if outcome is not None).value == 1
        cluster.close()
        began = time.monotonic()
        with pytest.raises(BackendError, match=r"was lost|have left"):
            list(run)
        assert time.monotonic() - began < PATIENCE
        backend.close()


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("worker tls://h:1", {}, None),
        (
            "worker tls://h:1",
            {"may_have_children": False},
            "start it with DASK_DISTRIBUTED__WORKER__DAEMON=False.",
        ),
        ("scheduler tls://h:1", {"may_have_children": False}, None),
        ("scheduler tls://h:1", {"versions": {}}, "not at all, this program"),
    ],
    ids=["all the same", "no processes", "a scheduler needs none", "nothing installed"],
)
def test_what_speaks_against_a_machine_is_one_sentence(name, changes, sentence):
    ours = dask_node.survey()
    said = dask_connection.objection(name, replace(ours, **changes), ours)
    assert said is None if sentence is None else sentence in said


def test_a_machine_without_candlewick_is_named():
    missing = ModuleNotFoundError("No module named 'engine'")
    said = dask_connection.objection("worker tcp://h:1", missing, dask_node.survey())
    assert said.startswith(
        "The Dask worker tcp://h:1 cannot load Candlewick (No module named 'engine'): install"
    )


def test_nobody_at_the_address_is_one_sentence():
    with pytest.raises(BackendError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:1:"):
        dask.DaskBackend("tcp://127.0.0.1:1", patience=0.5)


def test_a_scheduler_without_workers_is_one_sentence():
    with local_cluster(0) as cluster, pytest.raises(BackendError, match="has no workers: start some"):
        dask.DaskBackend(cluster.scheduler_address, patience=0.5)


def test_a_cluster_with_other_versions_is_refused_by_name(monkeypatch, cluster):
    real = dask_node.difference
    monkeypatch.setattr(
        dask_connection, "difference", lambda theirs, ours: real(theirs, {**ours, "numpy": "1.0"})
    )
    with pytest.raises(BackendError, match=r"has numpy .*, this program 1\.0: install the same"):
        open_cluster(address_of(cluster))


def test_differences_are_told_with_both_versions():
    assert dask_node.difference({"numpy": "2.4"}, {"numpy": "2.4"}) is None
    assert dask_node.difference({"numpy": "2.4"}, {"numpy": "2.3"}) == "has numpy 2.4, this program 2.3"
    assert dask_node.difference({}, {"numpy": "2.3"}) == "has numpy not at all, this program 2.3"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Two authorities, each with a certificate for everyone."""
    if shutil.which("openssl") is None:
        pytest.skip("certificates are made by the program openssl")
    made = {}
    for name in ("ours", "theirs"):
        folder = tmp_path_factory.mktemp(name)
        steps = (
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
            "req -newkey rsa:2048 -nodes -subj /CN=everyone -keyout key.pem -out cert.csr",
            "x509 -req -days 2 -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem",
        )
        for step in steps:
            subprocess.run(["openssl", *step.split()], cwd=folder, check=True, capture_output=True)
        made[name] = Tls(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    return made


def test_certificates_open_an_encrypted_cluster_and_nothing_else_does(certificates):
    from distributed.security import Security  # noqa: PLC0415  not there without the extra

    ours = certificates["ours"]
    files = {
        f"tls_{who}_{what}": str(file)
        for who in ("client", "scheduler", "worker")
        for what, file in (("cert", ours.certificate), ("key", ours.key))
    }
    security = Security(tls_ca_file=str(ours.authority), require_encryption=True, **files)
    with local_cluster(1, threads=2, security=security) as cluster:
        address = address_of(cluster)
        backend = open_cluster(address, tls=ours)
        assert backend.workers == 2
        outcomes = list(backend.run(DEEDS, items(*[("sleep_and_pid", 0.2)] * 6)))
        assert len({outcome.value for outcome in outcomes}) == 2  # each thread has a process of its own
        backend.close()
        location = cluster.scheduler_address
        with pytest.raises(BackendError, match="does not accept this certificate"):
            dask.DaskBackend(location, tls=certificates["theirs"], patience=1.0)
        with pytest.raises(BackendError, match="wants an encrypted one"):
            dask.DaskBackend(location.replace("tls://", "tcp://"), patience=1.0)
