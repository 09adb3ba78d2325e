"""The packages: which torch is asked for where, what may not come along, under which licences, known faults."""

import json
import re
import subprocess
import sys
from importlib.metadata import version

import pytest
from audit import verdict
from licences import GPU, Licence, closure, passed_on, requirements
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename
from patience import patience

from playground.places import ROOT

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
TOLD = ("python_version", "sys_platform", "platform_machine")


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


HOSTED = ROOT / "playground" / "ui" / "hosted"
LINUX = [host(python, "linux", machine) for python in PYTHONS for machine in ("x86_64", "aarch64")]
OTHERS = [host("3.15"), host("3.12", "linux", "s390x"), host("3.13", "darwin", "arm64"), host("3.12", "win32", "AMD64")]


def applying(lines: list[Requirement], environment: dict[str, str]) -> list[Requirement]:
    return [line for line in lines if line.marker is None or line.marker.evaluate(environment)]


@pytest.mark.parametrize("path", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_an_upper_bound(path):
    lines = requirements(ROOT / path)
    assert len(lines) > 10
    for line in lines:
        assert line.url is None
        assert {"==", "<", "<=", "~="} & {part.operator for part in line.specifier}, line


@pytest.mark.parametrize("environment", LINUX, ids=lambda found: "-".join(found[name] for name in TOLD))
def test_the_host_gets_the_processor_build_of_the_same_version(environment):
    (line,) = applying(requirements(HOSTED / "torch.txt"), environment)
    (plain,) = [wanted for wanted in requirements() if wanted.name == "torch"]
    address, _, checked = line.url.partition("#sha256=")
    name, found, _, tags = parse_wheel_filename(address.rsplit("/", 1)[1].replace("%2B", "+"))
    assert (name, found.local) == ("torch", "cpu")
    assert found in plain.specifier
    assert len(checked) == 64
    (tag,) = tags
    assert tag.interpreter == "cp" + environment["python_version"].replace(".", "")
    assert tag.platform == "manylinux_2_28_" + environment["platform_machine"]


@pytest.mark.parametrize("environment", OTHERS, ids=lambda found: "-".join(found[name] for name in TOLD))
def test_elsewhere_torch_is_what_the_index_has(environment):
    assert applying(requirements(HOSTED / "torch.txt"), environment) == []
    assert [str(line) for line in applying(requirements(), environment) if line.name == "torch"] == ["torch==2.13.0"]


def test_the_host_reads_the_processor_build_and_the_requirements_of_all():
    text = (HOSTED / "requirements.txt").read_text(encoding="utf-8")
    read = re.findall(r"^-r (.+)$", text, re.M)
    assert [(HOSTED / path).resolve() for path in read] == [HOSTED / "torch.txt", ROOT / "requirements.txt"]
    assert requirements(HOSTED / "requirements.txt") == []
    assert (HOSTED / "app.py").exists()


@pytest.mark.parametrize("python", PYTHONS)
def test_no_graphics_package_comes_along_with_the_processor_build(python):
    """Walk what every package asks for on that host, as the installed packages say."""
    if not version("torch").endswith("+cpu"):
        pytest.skip("the installed torch is not the CPU build, so what the CPU build asks for cannot be read here")
    names = set(closure(requirements(), host(python)))
    assert {"torch", "streamlit", "distributed", "scikit-learn", "yfinance"} <= names
    assert not [name for name in names if GPU.match(name)]


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
    """Community Cloud prefers these three names, beside the main file and then at the top."""
    names = ("uv.lock", "Pipfile", "environment.yml")
    assert not [name for folder in (HOSTED, ROOT) for name in names if (folder / name).exists()]


def test_every_package_may_be_passed_on():
    listed = passed_on()
    assert len(listed) > 40
    assert [line for line in listed if line.problem] == []


def test_only_what_torch_brings_for_graphics_cards_is_left_out():
    told = {line.package for line in passed_on()}
    left_out = [name for name, package in closure(requirements()).items() if package.metadata["Name"] not in told]
    assert all(name.startswith(("nvidia-", "cuda-", "triton")) for name in left_out)
    assert {"torch", "streamlit", "numpy"} <= told


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
