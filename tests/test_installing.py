"""How make installs: torch's CPU build first, the package index's own where that cannot be had, or what the lock says.

Each test installs tiny packages of its own; the address of the CPU build is a file, or a port where nobody answers.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pip
import pytest
from distributed.utils import open_port
from licences import GPU, ROOT, requirements
from lock import LOCK, entries, split
from packaging.requirements import Requirement
from patience import patience

LATER = "torch's CPU build cannot be had here"

pytestmark = pytest.mark.processes


def wheel(folder: Path, name: str, version: str, needs: str = "") -> str:
    """Write a wheel without a module, and return its sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    about = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        asks = f"Requires-Dist: {needs}\n" if needs else ""
        packed.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{asks}")
        packed.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{about}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def project(tmp_path):
    """A project of two packages: the index has torch, which asks for a GPU package, and numbers."""
    index = tmp_path / "index"
    found = {
        "torch": wheel(index, "torch", "2.13.0", "nvidia-thing"),
        "nvidia-thing": wheel(index, "nvidia_thing", "1.0"),
        "numbers": wheel(index, "numbers", "3.1"),
    }
    (tmp_path / "requirements.txt").write_text("numbers>=3,<4\ntorch==2.13.0\n")
    pins = {"torch": "2.13.0", "nvidia-thing": "1.0", "numbers": "3.1"}
    locked = {name: f"{name}=={pins[name]} --hash=sha256:{found[name]}\n" for name in pins}
    (tmp_path / ".ci" / "lock").mkdir(parents=True)
    (tmp_path / ".ci" / "lock" / "torch.txt").write_text(locked["torch"] + locked["nvidia-thing"])
    (tmp_path / ".ci" / "lock" / "app.txt").write_text(locked["numbers"])
    name_cpu_build(tmp_path, f"http://127.0.0.1:{open_port()}", "0" * 64)
    return tmp_path


def name_cpu_build(project: Path, address: str, sha256: str) -> None:
    hosted = project / "playground" / "ui" / "hosted"
    hosted.mkdir(parents=True, exist_ok=True)
    url = f"{address}/torch-2.13.0%2Bcpu-py3-none-any.whl#sha256={sha256}"
    (hosted / "torch.txt").write_text(f"torch @ {url}\n")
    locked = f"torch==2.13.0+cpu --hash=sha256:{sha256}\n"
    (project / ".ci" / "lock" / "torch-cpu.txt").write_text(locked)


PYTHON = """#!/bin/sh
set -e
"{python}" "$@" --without-pip
printf '#!/bin/sh\\nPYTHONPATH="{pip}" exec "{venv}/bin/python" -m pip "$@"\\n' >"{venv}/bin/pip"
chmod +x "{venv}/bin/pip"
"""
"""A Python whose environments use the pip of this one: to bring one along takes most of an install's time."""


def python_for(project: Path) -> str:
    borrowed = project / "borrowed"
    borrowed.mkdir()
    (borrowed / "pip").symlink_to(Path(pip.__file__).parent)
    script = project / "python"
    script.write_text(PYTHON.format(python=sys.executable, pip=borrowed, venv=project / ".venv"))
    script.chmod(0o755)
    return str(script)


def run(project: Path, *command: str) -> str:
    """Run a command that reaches the project's own index and nothing else; return what it said."""
    told = ("VENV", "PYTHON", "LOCKED", "UV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PIP_", "UV_"))}
    kept = {name: value for name, value in kept.items() if name not in told}
    index = str(project / "index")
    alone = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": index}
    (project / "uv.toml").write_text(f'no-index = true\nfind-links = ["{index}"]\n')
    alone |= {"UV_CONFIG_FILE": str(project / "uv.toml"), "UV_NO_CACHE": "1", "UV_HTTP_RETRIES": "0"}
    environment = kept | alone | {"LC_ALL": "C"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=patience(60))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def install(project: Path, *variables: str) -> tuple[dict[str, str], str]:
    """Run make's own install; return what is installed, by name, and what was said."""
    said = run(
        project, "make", "-f", str(ROOT / "Makefile"), ".venv/installed", f"PYTHON={python_for(project)}", *variables
    )
    told = [line for line in said.splitlines() if line.startswith(LATER)]
    return installed_in(project), "".join(told)


def installed_in(project: Path) -> dict[str, str]:
    packages = (project / ".venv").glob("lib/python*/site-packages/*.dist-info")
    found = dict(path.name.removesuffix(".dist-info").split("-")[:2] for path in packages)
    return {name: found[name] for name in ("torch", "nvidia_thing", "numbers") if name in found}


def by(installer: str) -> list[str]:
    """Return make's variables for an installer, or skip where uv is not there."""
    if installer == "pip":
        return []
    found = shutil.which("uv", path=str(Path(sys.executable).parent))
    return [f"UV={found}"] if found else pytest.skip("uv is not installed beside this Python")


@pytest.mark.parametrize("locked", [(), ("LOCKED=yes",)], ids=["newest", "locked"])
@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_where_the_address_cannot_be_reached_the_index_has_torch(project, installer, locked):
    installed, told = install(project, *by(installer), *locked)
    assert installed == {"torch": "2.13.0", "nvidia_thing": "1.0", "numbers": "3.1"}
    assert told


@pytest.mark.parametrize("locked", [(), ("LOCKED=yes",)], ids=["newest", "locked"])
@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_where_the_address_answers_no_gpu_package_is_fetched(project, installer, locked):
    sha256 = wheel(project / "address", "torch", "2.13.0+cpu")
    name_cpu_build(project, (project / "address").as_uri(), sha256)
    installed, told = install(project, *by(installer), *locked)
    assert installed == {"torch": "2.13.0+cpu", "numbers": "3.1"}
    assert not told


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_the_hosted_demo_gets_the_processor_build(project, installer):
    """Community Cloud reads the file beside the main file, by uv, or by pip where uv fails."""
    run(project, python_for(project), "-m", "venv", ".venv")
    environment = str(project / ".venv" / "bin" / "python")
    if installer == "pip":
        command = [str(project / ".venv" / "bin" / "pip"), "install"]
    else:
        command = [word.removeprefix("UV=") for word in by("uv")] + ["pip", "install", "--python", environment]
    sha256 = wheel(project / "address", "torch", "2.13.0+cpu")
    file = Path("playground", "ui", "hosted", "requirements.txt")
    shutil.copy(ROOT / file, project / file)
    name_cpu_build(project, (project / "address").as_uri(), sha256)
    run(project, *command, "-r", str(file))
    assert installed_in(project) == {"torch": "2.13.0+cpu", "numbers": "3.1"}


def test_the_lock_takes_a_processor_build_that_the_index_has(project):
    sha256 = wheel(project / "index", "torch", "2.13.0+cpu")
    name_cpu_build(project, f"http://127.0.0.1:{open_port()}", sha256)
    installed, _ = install(project, "LOCKED=yes")
    assert installed == {"torch": "2.13.0+cpu", "numbers": "3.1"}


def test_a_file_that_is_not_the_one_meant_is_not_installed(project):
    wheel(project / "address", "torch", "2.13.0+cpu")
    name_cpu_build(project, (project / "address").as_uri(), "0" * 64)
    installed, told = install(project)
    assert installed["torch"] == "2.13.0"
    assert told


def test_a_changed_package_stops_a_locked_install(project):
    wheel(project / "index", "numbers", "3.1", "torch")
    with pytest.raises(AssertionError, match="DO NOT MATCH THE HASHES"):
        install(project, "LOCKED=yes")


def test_the_lock_is_split_by_what_needs_what():
    everything = "a==1 \\\n    --hash=sha256:aa\nnvidia-x==2 ; sys_platform == 'linux' \\\n    --hash=sha256:bb\n"
    everything += "numpy==1 ; python_version < '3.12' \\\n    --hash=sha256:cc\n"
    everything += "numpy==2 ; python_version >= '3.12' \\\n    --hash=sha256:dd\npytest==9 \\\n    --hash=sha256:ee\n"
    everything += "torch==3 \\\n    --hash=sha256:ff\n"
    app = "a==1\nnumpy==1 ; python_version < '3.12'\nnumpy==2 ; python_version >= '3.12'\ntorch==3\n"
    files = split(everything, app, "torch @ https://at/torch-3%2Bcpu-cp312.whl#sha256=abc ; x\n")
    assert {name: list(entries(text)) for name, text in files.items()} == {
        "torch-cpu.txt": ["torch"],
        "torch.txt": ["nvidia-x", "torch"],
        "app.txt": ["a", "numpy"],
        "dev.txt": ["pytest"],
    }
    assert "torch==3+cpu \\\n    --hash=sha256:abc\n" in files["torch-cpu.txt"]
    assert files["app.txt"].count("numpy==") == 2


def test_the_lock_holds_every_requirement_within_its_bounds():
    locked = {name: (LOCK / name).read_text(encoding="utf-8") for name in ("app.txt", "dev.txt", "torch.txt")}
    assert not [name for name in (*entries(locked["app.txt"]), *entries(locked["dev.txt"])) if GPU.match(name)]
    for path, where in (("requirements.txt", ("app.txt", "torch.txt")), ("requirements-dev.txt", locked)):
        found = "".join(locked[name] for name in where)
        for wanted in requirements(ROOT / path):
            (*pins,) = [
                Requirement(line.rstrip(" \\")) for line in entries(found)[wanted.name].splitlines() if "==" in line
            ]
            assert all(str(pin.specifier).removeprefix("==") in wanted.specifier for pin in pins), wanted


def test_every_locked_file_has_hashes_and_names_no_address():
    for path in LOCK.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        for name, entry in entries(text).items():
            assert entry.count("--hash=sha256:") >= len(re.findall(r"^\S+==", entry, re.M)), name
