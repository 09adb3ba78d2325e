"""The container files: read as their tools read them, and their commands run as plain processes."""

import json
import re
import shlex
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import psutil
import pytest
import yaml
from distributed.utils import open_port
from engine_cases import QUICK, until, wait_for
from patience import patience
from test_sweeps import PLAN, SERIES, errors, errors_here, look

from playground.places import ROOT

DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def lines(instruction: str) -> list[str]:
    return [line.split(" ", 1)[1] for line in DOCKERFILE.splitlines() if line.startswith(instruction + " ")]


def test_the_image_is_slim_and_runs_as_nobody_special():
    assert lines("FROM") == ["python:3.12-slim"]
    assert lines("USER") == ["1000"]
    order = re.findall(r"^(\w+) ", DOCKERFILE, re.M)
    assert order.index("USER") < order.index("CMD")
    assert json.loads(lines("CMD")[0]) == ["streamlit", "run", "streamlit_app.py"]
    for words in map(str.split, lines("COPY")):
        assert all((ROOT / name).exists() for name in words[:-1] if not name.startswith("--"))
    for variable in re.findall(r"(PLAYGROUND_\w+|STREAMLIT_\w+)=", lines("ENV")[0]):
        assert variable in {
            "PLAYGROUND_HOME",
            "STREAMLIT_SERVER_HEADLESS",
            "STREAMLIT_SERVER_ADDRESS",
            "STREAMLIT_SERVER_FILE_WATCHER_TYPE",
        }


def test_the_image_holds_what_the_lock_says():
    install, *_ = lines("RUN")[1:]
    commands = [shlex.split(command) for command in install.split(" && ")]
    copied = {Path(name).name for name in lines("COPY")[0].split()[:-1]}
    for name, command in zip(("torch.txt", "app.txt"), commands, strict=False):
        assert command[-1] == f"/tmp/{name}"
        assert name in copied
        assert {"--no-deps", "--require-hashes"} <= set(command)
    assert commands[2:] == [["pip", "check"]]


@pytest.mark.parametrize("status", [200, 503, None])
def test_the_health_check_tells_an_answering_app_from_others(status):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/_stcore/health" else 404)
            self.end_headers()

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    if status is None:
        server.shutdown()
        server.server_close()
    _, code = json.loads(re.search(r"CMD (\[.*\])", lines("HEALTHCHECK")[0])[1])[1:]
    done = subprocess.run(
        [sys.executable, "-c", code.replace("8501", str(port))], capture_output=True, timeout=patience(30)
    )
    if status is not None:
        server.shutdown()
        server.server_close()
    assert (done.returncode == 0) == (status == 200)


def test_only_the_app_can_be_reached_from_outside():
    networks = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["networks"]
    assert networks["work"] == {"internal": True}
    assert set(SERVICES) == {"app", "scheduler", "worker-1", "worker-2"}
    for name, service in SERVICES.items():
        assert ("ports" in service) == (name == "app")
        assert service["networks"] == (["outside", "work"] if name == "app" else ["work"])
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_the_services_commands_train_a_run_and_a_sweep(new_engine, processes):
    port = str(open_port())
    address = f"tcp://127.0.0.1:{port}"

    def start(name):
        service = SERVICES[name]
        words = shlex.split(service["command"].replace("tcp://scheduler:8786", address).replace("8786", port))
        assert words[:2] in (["dask", "scheduler"], ["dask", "worker"])
        environment = {name: value for name, value in service["environment"].items() if name != "PLAYGROUND_HOME"}
        return processes("-m", "dask", *words[1:], "--host", "127.0.0.1", env=environment)

    start("scheduler")
    workers = [start("worker-1"), start("worker-2")]
    engine = new_engine(
        scheduler=SERVICES["app"]["environment"]["PLAYGROUND_SCHEDULER"].replace("scheduler:8786", address[6:])
    )
    wait_for(lambda: engine.status().workers == 2)
    assert engine.driver.cluster._host is None
    run_id = engine.train(QUICK, SERIES, "me")
    assert until(engine, run_id, "finished").checkpoint_epoch == 12
    groups = wait_for(lambda: look(engine, PLAN, done=5))
    np.testing.assert_allclose(errors(groups), errors_here(), rtol=1e-5)
    for worker in workers:
        children = psutil.Process(worker.pid).children(recursive=True)
        assert "1073741824" in {child.environ().get("MALLOC_TRIM_THRESHOLD_") for child in children}


def test_the_other_files_are_read_by_their_tools():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert container["postCreateCommand"] == "make check"
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert not {"playground", "pages", "assets", ".streamlit", "streamlit_app.py", "*"} & set(ignored)
