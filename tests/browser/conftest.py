"""A real Chromium, and apps to point it at.

A missing Chromium skips these tests with a reason; where CI is set it fails them.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from patience import patience, wait_for
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright
from relay import Relay

from playground.places import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str:
    """Return the browser to drive, or skip; fail where CI is set."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    reason = f"no Chromium found: none of {', '.join(NAMES)} is on the PATH and CHROMIUM is not set"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def start_browser() -> Iterator[Callable[..., Browser]]:
    """Return a function that starts a Chromium, with further flags; all end with the module.

    Not with the session: as long as the driver is there, an event loop runs in this thread, and other tests start own.
    """
    executable = find_chromium()
    with sync_playwright() as driver, ExitStack() as running:

        def start(*flags: str) -> Browser:
            chromium = driver.chromium.launch(executable_path=executable, args=[*ARGUMENTS, *flags])
            running.callback(chromium.close)
            return chromium

        yield start


@pytest.fixture(scope="module")
def browser(start_browser) -> Browser:
    """One Chromium for all tests of a module; each test opens its own pages."""
    return start_browser()


SEEN = pytest.StashKey[list[Page]]()
"""The pages that a test has opened."""
LOGS: list[Path] = []
"""What the apps of this process write."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator[None, pytest.TestReport]:
    """Add to the report of a failed test what its pages say, and the apps."""
    report = yield
    if call.when == "call" and report.failed:
        for page in item.stash.get(SEEN, []):
            with suppress(Error):
                said = page.locator("body").inner_text(timeout=5000)
                report.sections.append((f"{page.url} says", "\n".join([said, *page.errors])))
        for log in LOGS:
            report.sections.append((f"last lines of {log}", log.read_text(errors="replace")[-3000:]))
    return report


PROBED = ("/_stcore/health", "/_stcore/host-config")
"""Where Streamlit's browser side looks for its server below the address of a page, before it looks above it."""


def is_error(message: ConsoleMessage) -> bool:
    """Say whether a line of the console is an error of the app's."""
    return message.type == "error" and not message.location["url"].endswith(PROBED)


@pytest.fixture
def open_page(browser, request) -> Iterator[Callable]:
    """Return a function that opens a fresh visitor's page: `open_page(url, width=390, color_scheme="dark")`.

    `before` is called with the page before it goes anywhere; `chromium` is another browser than the module's. The page
    waits for whatever it is asked as long as the machine needs. What it writes to its console as an error is kept in
    `page.errors`.
    """
    contexts = []
    pages = request.node.stash.setdefault(SEEN, [])

    def open_one(
        url: str,
        *,
        width: int = 1440,
        height: int = 900,
        before: Callable | None = None,
        chromium: Browser | None = None,
        **options,
    ):
        context = (chromium or browser).new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(1000 * patience())
        expect.set_options(timeout=1000 * patience())
        page = context.new_page()
        pages.append(page)
        page.errors = []
        page.on("console", lambda message: page.errors.append(message.text) if is_error(message) else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        if before is not None:
            before(page)
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_app(script: Path, log: Path, *, base: str = "", env: dict[str, str] | None = None) -> Iterator[str]:
    """Run a Streamlit app in a process group of its own, and end the group afterwards; yield its URL."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--server.fileWatcherType", "none"]
    command += ["--browser.gatherUsageStats", "false"] + (["--server.baseUrlPath", base] if base else [])
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | (env or {})
    LOGS.append(log)
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}/{base + '/' if base else ''}"
    try:
        wait_until_healthy(server, url, log)
        yield url
    finally:
        end(server)


def wait_until_healthy(server: subprocess.Popen, url: str, log: Path) -> None:
    """Return when the server answers; fail with its log when it ends or does not answer in time."""

    def answers():
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{url}_stcore/health", timeout=2) as got:
            return got.status == 200

    with suppress(AssertionError):
        wait_for(lambda: answers() or server.poll() is not None, every_s=0.1)
    if server.poll() is not None or not answers():
        pytest.fail(f"the app did not start:\n{log.read_text(errors='replace')[-3000:]}")


def end(server: subprocess.Popen) -> None:
    """Ask the server to stop, then end whatever is left of its process group."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(timeout=patience(20))
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait(timeout=patience(10))


@pytest.fixture(scope="session")
def start_app(tmp_path_factory) -> Iterator[Callable[..., str]]:
    """Return a function that starts a Streamlit script and returns its URL; all end with the session.

    `start_app(script, base="lab", env={...})`; each app gets a PLAYGROUND_HOME of its own.
    """
    with ExitStack() as running:

        def start(script: Path, *, base: str = "", env: dict[str, str] | None = None) -> str:
            home = tmp_path_factory.mktemp("app")
            own = {"PLAYGROUND_HOME": str(home / "home")} | (env or {})
            return running.enter_context(running_app(script, home / "server.log", base=base, env=own))

        yield start


@pytest.fixture(scope="session")
def app_server(start_app) -> str:
    """The whole app, with one worker and a store of its own: its URL."""
    return start_app(ROOT / "streamlit_app.py", env={"PLAYGROUND_WORKERS": "1"})


@pytest.fixture
def relay(app_server) -> Iterator[Relay]:
    """A way to the app that can be cut and slowed down."""
    way = Relay(urlsplit(app_server).port)
    yield way
    way.close()
