"""Where the work of a command is done, as its flags say."""

from __future__ import annotations

import pytest

from engine.cli.command import BAD_INPUT, DONE, FAILED

SCAN = ("--formula", "close > 0", "--last", 1, "--no-snapshot")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--backend", "lokal"), "did you mean local?"),
        (("--backend", "elsewhere"), "it is auto, local, inline or dask://HOST:PORT."),
        (("--backend", "dask://nowhere"), "write dask://HOST:PORT"),
        (("--backend", "dask://10.0.0.5:8786"), "--insecure-cluster"),
        (("--tls-ca", "ca.pem"), "--tls-ca is for a cluster"),
        (("--insecure-cluster",), "--insecure-cluster is for a cluster"),
        (("--backend", "dask://10.0.0.5:8786", "--tls-ca", "ca.pem"), "also needs --tls-cert and --tls-key."),
        (
            ("--backend", "dask://h:1", "--tls-ca", "no.pem", "--tls-cert", "no.pem", "--tls-key", "no.pem"),
            "There is no file no.pem",
        ),
    ],
    ids=["misspelt", "unknown", "no port", "open", "TLS alone", "open alone", "TLS in part", "no such file"],
)
def test_flags_that_make_no_sense_are_bad_input(candlewick, demo, flags, said):
    ran = candlewick("scan", "--data", demo, *SCAN, *flags)
    assert ran.code == BAD_INPUT
    assert said in ran.err
    assert ran.out == ""


def test_a_cluster_that_is_not_there_is_one_sentence(candlewick, demo, monkeypatch):
    pytest.importorskip("distributed", reason="Dask comes with the extra 'cluster'")
    monkeypatch.setattr("engine.execution.dask.CONNECT_SECONDS", 0.3)
    ran = candlewick("scan", "--data", demo, *SCAN, "--backend", "dask://127.0.0.1:1")
    assert ran.code == FAILED
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in ran.err


def test_this_process_can_do_the_work_as_well(candlewick, demo):
    assert candlewick("scan", "--data", demo, *SCAN, "--backend", "inline").code == DONE
