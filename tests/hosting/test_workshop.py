"""The start of a workshop: its settings, its address, and what the terminal says."""

import socket
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from benchmarks import workshop as room
from playground.hosting import workshop
from playground.hosting.settings import WORKSHOP, load_settings
from playground.places import ENTRY


def test_a_workshop_has_its_own_settings_and_an_address():
    settings = load_settings(workshop.environment_of({"PATH": "/bin"}, 8600))
    assert {name: getattr(settings, name) for name in WORKSHOP} == WORKSHOP
    assert settings.address == f"http://{workshop.own_address()}:8600"


def test_what_the_host_sets_wins():
    given = {"PLAYGROUND_ADDRESS": "https://rnn.school.example", "PLAYGROUND_STORED_RUNS": "7"}
    settings = load_settings(workshop.environment_of(given, 8501))
    assert (settings.address, settings.stored_runs) == ("https://rnn.school.example", 7)


@pytest.mark.parametrize("address", ["rnn.school.example", "javascript:alert(1)", "http://", "http://a b"])
def test_an_address_that_no_browser_opens_is_refused(address):
    with pytest.raises(ValueError, match="PLAYGROUND_ADDRESS"):
        workshop.environment_of({"PLAYGROUND_ADDRESS": address}, 8501)


@pytest.mark.parametrize(
    ("arguments", "environment", "port"),
    [
        ([], {}, 8501),
        ([], {"STREAMLIT_SERVER_PORT": "8700"}, 8700),
        (["--server.port", "8800"], {"STREAMLIT_SERVER_PORT": "8700"}, 8800),
        (["--server.port=8900"], {}, 8900),
    ],
)
def test_the_address_names_the_port_that_the_server_takes(arguments, environment, port):
    assert workshop.port_of(arguments, environment) == port


def test_without_a_way_out_the_first_interface_that_is_up_is_taken(monkeypatch):
    class NoWay:
        def __init__(self, *_):
            raise OSError("network is unreachable")

    def interface(address):
        return [SimpleNamespace(family=socket.AF_INET, address=address)]

    def stats(up):
        return SimpleNamespace(isup=up)

    monkeypatch.setattr(workshop.socket, "socket", NoWay)
    monkeypatch.setattr(
        workshop.psutil,
        "net_if_addrs",
        lambda: {"eth0": interface("10.0.0.9"), "lo": interface("127.0.0.1"), "wlan0": interface("192.168.1.5")},
    )
    monkeypatch.setattr(
        workshop.psutil, "net_if_stats", lambda: {"eth0": stats(False), "lo": stats(True), "wlan0": stats(True)}
    )
    assert workshop.own_address() == "192.168.1.5"


def test_the_terminal_says_the_address_and_draws_its_code():
    said = workshop.welcome("http://192.168.1.5:8501")
    assert "The room's address: http://192.168.1.5:8501\n" in said
    assert "http://192.168.1.5:8501/status" in said
    lines = [line[2:] for line in said.splitlines() if "█" in line]
    assert len({len(line) for line in lines}) == 1
    assert abs(len(lines[0]) - 2 * len(lines)) <= 1


def test_the_server_is_started_with_the_workshops_options(monkeypatch, capsys):
    started = []
    monkeypatch.setattr(workshop.os, "execve", lambda *call: started.append(call))
    monkeypatch.setenv("PLAYGROUND_ADDRESS", "http://room.example:8501")
    workshop.main(["--server.port", "8610"])
    _, command, environment = started[0]
    assert command[1:5] == ["-m", "streamlit", "run", str(ENTRY)]
    assert command[command.index("--server.fileWatcherType") + 1] == "none"
    assert command[-2:] == ["--server.port", "8610"]
    assert environment["PLAYGROUND_ADDRESS"] == "http://room.example:8501"
    assert "http://room.example:8501" in capsys.readouterr().out


@pytest.mark.processes
def test_two_visitors_train_change_page_and_return(monkeypatch):
    """The load test's own way through the app, on a real server: nothing breaks and nothing is left behind."""
    monkeypatch.setattr(room, "STAY_S", 0.5)
    with ThreadPoolExecutor(1) as own_thread:  # a browser test may have left a running loop in this one
        measuring = own_thread.submit(room.measure, 2, 0.0, "epochs=3&patience_epochs=0", workers=1)
        rows = {what: measured for what, measured, _ in measuring.result()}
    assert rows["exceptions seen"] == "0"
    assert rows["ends of the runs"] == "2 Done"
    assert rows["runs that did not end"] == "0"
    assert rows["processes left a minute after the server"] == "0"
