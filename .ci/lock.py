"""Write .ci/lock anew: `make lock`. Exact versions with hashes, for every Python and system at once.

`app.txt` is all that the app needs but torch, `dev.txt` all that its checks and tests need besides.
torch comes in two ways: `torch-cpu.txt` is the CPU build, `torch.txt` the build of the package index
with the GPU packages that it asks for on Linux.
"""

from __future__ import annotations

import re
import subprocess
import sys

from licences import GPU, ROOT

LOCK = ROOT / ".ci" / "lock"
CPU_BUILDS = ROOT / "playground" / "ui" / "hosted" / "torch.txt"
HEADER = "# Made by `make lock`, for Python 3.11 to 3.14.\n"


def entries(compiled: str) -> dict[str, str]:
    """Return the lines of each package by its name, those of all its versions together."""
    found: dict[str, str] = {}
    for entry in re.findall(r"^[\w.-]+==.*(?:\n[ ].*)*\n", compiled, re.M):
        name = entry.split("==")[0]
        found[name] = found.get(name, "") + entry
    return found


def split(everything: str, app: str, cpu_builds: str) -> dict[str, str]:
    """Return the text of each lock file by its name.

    Args:
        everything: What is needed for the tests, with versions and hashes.
        app: What is needed for the app.
        cpu_builds: The requirements that name torch's CPU builds, each with its hash.
    """
    (version,) = set(re.findall(r"/torch-(.+?)%2Bcpu-", cpu_builds))
    hashes = re.findall(r"#sha256=(\w+)", cpu_builds)
    cpu_torch = " \\\n".join([f"torch=={version}+cpu", *(f"    --hash=sha256:{found}" for found in hashes)]) + "\n"
    files = {"torch-cpu.txt": HEADER + cpu_torch, "torch.txt": HEADER, "app.txt": HEADER, "dev.txt": HEADER}
    needed = entries(app)
    for name, entry in entries(everything).items():
        if name == "torch" or GPU.match(name):
            files["torch.txt"] += entry
        else:
            files["app.txt" if name in needed else "dev.txt"] += entry
    return files


def compiled(uv: str, requirements: str, *options: str) -> str:
    """Return what uv resolves; pip stays as each environment brings it."""
    options = ("--universal", "--python-version", "3.11", "--no-annotate", "--no-header", *options)
    command = [uv, "--no-config", "pip", "compile", "--quiet", "--no-emit-package", "pip", *options, requirements]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def main(uv: str) -> None:
    """Resolve anew and write the files."""
    everything = compiled(uv, "requirements-dev.txt", "--generate-hashes")
    app = compiled(uv, "requirements.txt")
    LOCK.mkdir(exist_ok=True)
    for name, text in split(everything, app, CPU_BUILDS.read_text(encoding="utf-8")).items():
        (LOCK / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
