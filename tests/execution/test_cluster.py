"""What is checked before anything is connected."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import BackendError
from engine.execution.cluster import Tls, open_cluster, scheduler_location


@pytest.mark.parametrize(
    "address",
    [
        "dask://",
        "dask://host",
        "dask://host:",
        "dask://host:0",
        "dask://host:70000",
        "dask://a b:1",
        "tcp://h:1",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(address):
    with pytest.raises(BackendError, match=r"write dask://HOST:PORT, such as dask://127\.0\.0\.1:8786"):
        scheduler_location(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "LOCALHOST", "[::1]"])
def test_this_machine_needs_no_encryption(host):
    assert scheduler_location(f"dask://{host}:8786") == f"tcp://{host}:8786"


@pytest.mark.parametrize(
    "host", ["10.0.0.5", "192.168.1.2", "0.0.0.0", "scheduler.example", "localhost.example", "[fe80::1]"]
)
def test_another_machine_is_refused_without_encryption_or_an_explicit_word(host):
    with pytest.raises(BackendError, match="--insecure-cluster") as caught:
        scheduler_location(f"dask://{host}:8786")
    assert "--tls-ca" in str(caught.value)
    assert scheduler_location(f"dask://{host}:8786", insecure=True) == f"tcp://{host}:8786"


def test_certificates_make_the_connection_an_encrypted_one(tmp_path):
    files = [tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem")]
    for file in files:
        file.touch()
    assert scheduler_location("dask://10.0.0.5:8786", tls=Tls(*files)) == "tls://10.0.0.5:8786"
    assert scheduler_location("dask://10.0.0.5:1", tls=Tls(*files), insecure=True) == "tls://10.0.0.5:1"
    files[1].unlink()
    with pytest.raises(BackendError, match=r"There is no file .*cert\.pem"):
        scheduler_location("dask://10.0.0.5:8786", tls=Tls(*files))


def test_without_dask_one_sentence_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "engine.execution.dask", None)
    with pytest.raises(BackendError, match="the extra 'cluster'"):
        open_cluster("dask://127.0.0.1:8786")


def test_dask_is_loaded_by_nobody_who_does_not_ask_for_it():
    program = "import sys, engine.cli.main, engine.scan.processing; print({'dask', 'distributed'} & set(sys.modules))"
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root
    )
    assert said.stdout == "set()\n"
