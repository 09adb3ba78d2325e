"""The packages: which torch lands where, what may not come along, under which licences, and how faults are told."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from audit import verdict
from licences import Licence, closure, licence_of, requirements
from packaging.utils import parse_wheel_filename
from patience import patience

ROOT = Path(__file__).parents[1]


def host(python: str, platform: str = "linux", machine: str = "x86_64") -> dict[str, str]:
    system = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[platform]
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
        "platform_system": system,
        "platform_machine": machine,
        "os_name": "nt" if platform == "win32" else "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


HOSTED = [host(python) for python in ("3.11", "3.12", "3.13")]
OTHERS = [
    host("3.14"),
    host("3.12", "linux", "aarch64"),
    host("3.13", "darwin", "arm64"),
    host("3.12", "win32", "AMD64"),
]


def torch_line(environment: dict[str, str]):
    lines = [line for line in requirements() if line.name == "torch"]
    (line,) = [line for line in lines if line.marker is None or line.marker.evaluate(environment)]
    return line


@pytest.mark.parametrize("environment", HOSTED + OTHERS)
def test_exactly_one_line_names_torch(environment):
    line = torch_line(environment)
    direct = environment["sys_platform"] == "linux" and environment["platform_machine"] == "x86_64"
    if not (direct and environment["python_version"] in ("3.12", "3.13")):
        assert (line.url, str(line.specifier)) == (None, "==2.13.0")
        return
    name, found, _, tags = parse_wheel_filename(line.url.rsplit("/", 1)[1].replace("%2B", "+"))
    assert (name, str(found)) == ("torch", "2.13.0+cpu")
    assert line.url.startswith("https://download.pytorch.org/whl/cpu/")
    (tag,) = tags
    assert tag.interpreter == "cp" + environment["python_version"].replace(".", "")
    assert tag.platform == "manylinux_2_28_x86_64"


@pytest.mark.parametrize("environment", HOSTED, ids=lambda environment: environment["python_version"])
def test_no_graphics_package_comes_along_with_the_processor_build(environment):
    """Walk what every package asks for on that host, as the installed packages say."""
    if not version("torch").endswith("+cpu"):
        pytest.skip("the installed torch is not the CPU build, so what the CPU build asks for cannot be read here")
    names = set(closure(requirements(), environment))
    assert {"torch", "streamlit", "distributed", "scikit-learn", "yfinance"} <= names
    assert not [name for name in names if name.startswith(("nvidia", "cuda", "triton", "pytorch-triton"))]


def test_pip_can_read_the_lines():
    code = (
        "import sys\n"
        "from pip._internal.network.session import PipSession\n"
        "from pip._internal.req import parse_requirements\n"
        "from pip._internal.req.constructors import install_req_from_parsed_requirement as made\n"
        "with PipSession() as session:\n"
        "    print(*[made(line).name for line in parse_requirements('requirements.txt', session)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=patience(60)
    )
    assert done.stdout.split() == [line.name for line in requirements()], done.stderr


def test_requirements_txt_is_the_file_that_a_host_takes():
    assert not [name for name in ("uv.lock", "Pipfile", "environment.yml") if (ROOT / name).exists()]


def test_every_package_may_be_passed_on():
    listed = [licence_of(package) for package in closure(requirements()).values()]
    assert len(listed) > 40
    assert [line for line in listed if line.problem] == []


@pytest.mark.parametrize(
    ("licence", "problem"),
    [
        ("MIT", ""),
        ("GPL-2.0-only OR MIT", ""),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", ""),
        ("GPL-3.0-or-later", "binds"),
        ("GNU Lesser General Public License v3 (LGPLv3)", "binds"),
        ("AGPLv3", "binds"),
        ("CC-BY-NC-4.0", "binds"),
        ("Other/Proprietary License", "binds"),
        ("My own terms", "nobody has looked at"),
        ("", "names no licence"),
    ],
)
def test_a_licence_is_judged(licence, problem):
    found = Licence("some", "1", licence).problem
    assert problem in found and bool(problem) == bool(found)


def test_faults_are_told_and_an_unasked_index_is_no_clean_bill():
    fault = {"id": "X-1", "fix_versions": ["2"]}
    known = {"name": "a", "version": "1", "vulns": []}
    report = {
        "dependencies": [known, {"name": "b", "version": "1", "vulns": [fault]}, {"name": "c", "skip_reason": "?"}]
    }
    assert verdict(json.dumps(report)) == (
        1,
        ["b 1: X-1, mended in 2", "2 packages checked, 1 unknown to the index, 1 known faults."],
    )
    assert verdict(json.dumps({"dependencies": [known]}))[0] == 0
    assert verdict("")[0] == verdict(json.dumps({"dependencies": [{"name": "c", "skip_reason": "?"}]}))[0] == 2
