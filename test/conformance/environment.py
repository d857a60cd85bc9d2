"""The Python environment of the tests: made beside this file when it is not there or its requirements have changed.

`python3 environment.py` makes it and prints its folder; run.py and the browser tests use it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
FOLDER = HERE / ".venv"
REQUIREMENTS = HERE / "requirements.txt"


def python() -> Path:
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure() -> Path:
    """The environment's interpreter. The stamp is written last: a half-made environment has none."""
    stamp = FOLDER / "cellgrad-requirements"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and python().exists():
        return python()
    print(f"Making {FOLDER} …", file=sys.stderr, flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    # JupyterLab starts CommonJS scripts with node; without this they would count as parts of our ES module package.
    (FOLDER / "package.json").write_text('{ "private": true, "type": "commonjs" }\n')
    pip = [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
    stamp.write_text(wanted)
    return python()


def private_environment(folder: str) -> dict[str, str]:
    """Jupyter's and cellgrad's own folders below `folder`: a test neither reads nor leaves anything of the user's."""
    scripts = str(python().parent)
    return {
        **os.environ,
        "PATH": scripts + os.pathsep + os.environ.get("PATH", ""),
        "VIRTUAL_ENV": str(FOLDER),
        "XDG_DATA_HOME": os.path.join(folder, "data"),
        "JUPYTER_DATA_DIR": os.path.join(folder, "jupyter-data"),
        "JUPYTER_CONFIG_DIR": os.path.join(folder, "jupyter-config"),
        "JUPYTER_RUNTIME_DIR": os.path.join(folder, "jupyter-runtime"),
        "IPYTHONDIR": os.path.join(folder, "ipython"),
        "JUPYTER_PATH": "",
    }


def temporary_folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="cellgrad-test-")


if __name__ == "__main__":
    ensure()
    print(FOLDER)
