"""`cellgrad lab` where Python or PyPI is missing, with a real Python and pip: it says so within 20 s, and how to go on.

What it says is then done: the command that it names runs a notebook on that same machine.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import unittest
import venv
from pathlib import Path

import environment
import notebooks

CLI = environment.PROJECT / "dist" / "kernel" / "cli" / "main.js"
PATIENCE_S = 20


class LabTests(unittest.TestCase):
    def setUp(self):
        folder = environment.temporary_folder()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        (self.folder / "empty").mkdir()
        # A Python without JupyterLab, whatever this machine's has; lab makes another environment from it.
        venv.create(self.folder / "python", with_pip=False)

    def environment(self, path, index=None):
        """Of this machine's settings of pip none counts: they may name other places to look for packages."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PIP_") and not k.lower().endswith("_proxy")}
        kept.pop("VIRTUAL_ENV", None)
        settings = {"PATH": str(path), "CELLGRAD_VENV": str(self.folder / "lab"), "PIP_CONFIG_FILE": os.devnull}
        if index is not None:
            settings["PIP_INDEX_URL"] = index
        return {**kept, **settings}

    def lab(self, environ):
        """What it says on standard error, its exit code, and the seconds until it had named the way to go on."""
        node = shutil.which("node")
        start = time.monotonic()
        process = subprocess.Popen(
            [node, str(CLI), "lab", "--no-browser", "."],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
            cwd=self.folder,
        )
        guard = threading.Timer(150, process.kill)
        guard.start()
        said, told = "", None
        try:
            for line in process.stderr:
                said += line
                if told is None and "run NOTEBOOK.ipynb" in line:
                    told = time.monotonic() - start
            code = process.wait()
            self.assertEqual(process.stdout.read(), "")
        finally:
            guard.cancel()
            process.kill()
            process.stdout.close()
            process.stderr.close()
        self.assertIsNotNone(told, said)
        return said, code, told

    def check_way_out(self, said, environ):
        """The command between the backquotes, with a notebook of ours, in the same environment."""
        advised = re.search(r"`node (\S+) run NOTEBOOK\.ipynb`", said)
        self.assertIsNotNone(advised, said)
        notebook = notebooks.notebook("const two: number = 1 + 1;\n`two is ${two}`")
        (self.folder / "notebook.ipynb").write_text(json.dumps(notebook))
        command = [shutil.which("node"), advised[1], "run", "notebook.ipynb"]
        done = subprocess.run(command, capture_output=True, text=True, env=environ, cwd=self.folder, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        executed = notebooks.read(self.folder / "notebook.ipynb")
        self.assertEqual(executed.cells[0].outputs[0]["data"]["text/plain"], "'two is 2'")

    def bin(self):
        return self.folder / "python" / ("Scripts" if os.name == "nt" else "bin")

    def test_without_python(self):
        environ = self.environment(self.folder / "empty")
        said, code, told = self.lab(environ)
        self.assertEqual(code, 3, said)
        self.assertIn("found no Python 3 on the PATH", said)
        self.assertLess(told, PATIENCE_S)
        self.check_way_out(said, environ)

    def test_with_a_pypi_that_refuses(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environ = self.environment(self.bin(), f"http://127.0.0.1:{port}/simple")
        said, code, told = self.lab(environ)
        self.assertEqual(code, 3, said)
        self.assertIn("could not get JupyterLab from PyPI", said)
        self.assertLess(told, PATIENCE_S)
        self.assertFalse((self.folder / "lab").exists())
        self.check_way_out(said, environ)

    def test_with_a_pypi_that_never_answers(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            environ = self.environment(self.bin(), f"http://127.0.0.1:{silent.getsockname()[1]}/simple")
            said, code, told = self.lab(environ)
        self.assertEqual(code, 3, said)
        self.assertIn("could not get JupyterLab from PyPI: no answer", said)
        self.assertLess(told, PATIENCE_S)
        self.assertFalse((self.folder / "lab").exists())
