"""A scheduler elsewhere over TLS: certificates on both sides, and nobody without one gets through."""

import shutil
import subprocess

import dask
import pytest
from distributed import Client
from distributed.utils import open_port
from engine_cases import QUICK, numbers, trained_here, until, wait_for
from patience import patience

from playground.data.catalog import load_series

REFUSED_WITHIN_S = 3


@pytest.fixture
def certificates(tmp_path):
    """Make an authority and a certificate for 127.0.0.1; return Dask's settings for all three roles."""
    openssl = shutil.which("openssl")
    assert openssl, "this test makes its certificates with openssl; install it"

    def run(*arguments):
        subprocess.run([openssl, *arguments], cwd=tmp_path, check=True, capture_output=True, timeout=patience(60))

    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj")
    run(*new, "/CN=room authority", "-x509", "-days", "2", "-keyout", "ca-key.pem", "-out", "ca.pem")
    run(*new, "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "request.pem")
    run("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-days", "2", "-out", "cert.pem")
    roles = {
        f"distributed.comm.tls.{role}.{kind}": str(tmp_path / f"{kind}.pem")
        for role in ("scheduler", "worker", "client")
        for kind in ("cert", "key")
    }
    return roles | {
        "distributed.comm.require-encryption": "True",
        "distributed.comm.tls.ca-file": str(tmp_path / "ca.pem"),
    }


def as_variables(settings):
    """Return Dask's settings as the environment variables that set them."""
    return {f"DASK_{name.upper().replace('.', '__').replace('-', '_')}": value for name, value in settings.items()}


def test_work_goes_over_tls_and_nobody_without_a_certificate_gets_through(certificates, processes, new_engine):
    port = open_port()
    address = f"tls://127.0.0.1:{port}"
    environment = as_variables(certificates)
    here = ("--host", "tls://127.0.0.1", "--no-dashboard")
    processes("-m", "distributed.cli.dask_scheduler", *here, "--port", str(port), env=environment)
    processes("-m", "distributed.cli.dask_worker", address, *here, "--nthreads", "1", env=environment)
    with dask.config.set(certificates):
        engine = new_engine(scheduler=address)
        wait_for(lambda: engine.status().state == "ready")
        run_id = engine.train(QUICK, load_series(QUICK.data), "me")
        assert numbers(until(engine, run_id, "finished").epochs) == numbers(trained_here(QUICK))
        engine.close()
    with pytest.raises((OSError, TypeError)):
        Client(address, timeout=REFUSED_WITHIN_S, set_as_default=False)
    with pytest.raises(OSError):
        Client(f"tcp://127.0.0.1:{port}", timeout=REFUSED_WITHIN_S, set_as_default=False)
