"""The kernel under the programs that execute notebooks: nbclient, nbconvert, papermill, jupyter console, cellgrad run.

Each with a cell that fails, because that is where kernels differ; all on the same notebook, whose outputs must agree.
"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

import nbclient
import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

import environment
import notebooks
import papermill_typescript

CLI = environment.PROJECT / "dist" / "kernel" / "cli" / "main.js"


def write(folder, notebook, name="notebook.ipynb"):
    path = Path(folder) / name
    nbformat.write(notebook, path)
    return path


def command(*arguments, **options):
    return subprocess.run([str(a) for a in arguments], capture_output=True, text=True, timeout=180, **options)


def jupyter(*arguments, **options):
    return command(sys.executable, "-m", "jupyter", *arguments, **options)


def cellgrad(*arguments, **options):
    return command("node", CLI, *arguments, **options)


def texts(cell, name="stdout"):
    return "".join(o["text"] for o in cell["outputs"] if o["output_type"] == "stream" and o["name"] == name)


def errors(notebook):
    return [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "error"]


class ClientTests(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        folder = environment.temporary_folder()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_nbclient(self):
        executed = nbclient.execute(notebooks.everything(), kernel_name="cellgrad", timeout=60)
        nbformat.validate(executed)
        code = [cell for cell in executed.cells if cell.cell_type == "code"]
        self.assertEqual(texts(code[0]), "hello\nagain\n")
        self.assertEqual(texts(code[1], "stderr"), "err\n")
        self.assertEqual(code[2].outputs[0]["data"]["text/plain"], "5")
        self.assertEqual(code[3].outputs[0]["data"]["text/plain"], "42")
        self.assertIn("image/png", code[6].outputs[0]["data"])
        self.assertEqual(code[7].outputs[0]["data"]["text/html"], "<i>second</i>")
        self.assertEqual(texts(code[9]), "stays\n")
        self.assertEqual(texts(code[10]), "in its place\n")
        self.assertEqual(code[11].outputs[0]["data"]["text/plain"], "6")
        self.assertEqual([error["ename"] for error in errors(executed)], ["TypeError", "TypeScriptError"])
        self.assertEqual(code[-1].outputs[0]["data"]["text/plain"], "'hello2'")

    def test_nbclient_error(self):
        notebook = notebooks.failing()
        with self.assertRaises(nbclient.exceptions.CellExecutionError) as raised:
            nbclient.execute(notebook, kernel_name="cellgrad", timeout=60)
        self.assertEqual((raised.exception.ename, raised.exception.evalue), ("RangeError", "as planned"))
        self.assertEqual(notebook.cells[2].outputs, [])

    def test_nbconvert(self):
        path = write(self.folder, notebooks.everything())
        done = jupyter("nbconvert", "--to", "notebook", "--execute", "--output", "out.ipynb", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        executed = notebooks.read(self.folder / "out.ipynb")
        self.assertEqual(executed.cells[3].outputs[0]["data"]["text/plain"], "5")
        for target in ("html", "markdown", "script"):
            done = jupyter("nbconvert", "--to", target, self.folder / "out.ipynb")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("const greeting: string", (self.folder / "out.ts").read_text())
        self.assertIn("bold", (self.folder / "out.html").read_text())

    def test_nbconvert_error(self):
        path = write(self.folder, notebooks.failing())
        refused = jupyter("nbconvert", "--to", "notebook", "--execute", "--output", "out.ipynb", path)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("as planned", refused.stderr)
        allowed = jupyter("nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--output", "out.ipynb", path)
        self.assertEqual(allowed.returncode, 0, allowed.stderr)
        executed = notebooks.read(self.folder / "out.ipynb")
        self.assertEqual([error["ename"] for error in errors(executed)], ["RangeError"])
        self.assertEqual(texts(executed.cells[2]), "not reached\n")

    def test_papermill(self):
        path = write(self.folder, notebooks.succeeding())
        done = command(sys.executable, "-m", "papermill", path, self.folder / "out.ipynb", "--kernel", "cellgrad")
        self.assertEqual(done.returncode, 0, done.stderr)
        executed = notebooks.read(self.folder / "out.ipynb")
        self.assertEqual(executed.cells[3].outputs[0]["data"]["text/plain"], "5")

    def test_papermill_parameters(self):
        papermill_typescript.register()
        tagged = nbformat.v4.new_code_cell("let rate = 0.1\nlet name = 'a'", metadata={"tags": ["parameters"]})
        path = write(self.folder, notebooks.notebook(tagged, "[rate, name, options.layers, flag, nothing]"))
        parameters = {
            "rate": 0.25,
            "name": 'quote " and \\ and ü\nline',
            "options": {"layers": [1, 2]},
            "flag": True,
            "nothing": None,
        }
        executed = papermill.execute_notebook(path, self.folder / "out.ipynb", parameters=parameters)
        shown = executed.cells[-1].outputs[0]["data"]["text/plain"]
        for part in ("0.25", 'quote " and \\\\ and ü\\nline', "[ 1, 2 ]", "true", "null"):
            self.assertIn(part, shown)

    def test_papermill_error(self):
        path = write(self.folder, notebooks.failing())
        with self.assertRaises(PapermillExecutionError) as raised:
            papermill.execute_notebook(path, self.folder / "out.ipynb", kernel_name="cellgrad")
        self.assertEqual((raised.exception.ename, raised.exception.evalue), ("RangeError", "as planned"))
        # papermill puts a cell before the failing one that says where it stopped.
        self.assertEqual([e["ename"] for e in errors(notebooks.read(self.folder / "out.ipynb"))], ["RangeError"])

    def test_console(self):
        lines = ["const x: number = 20", "x + 1", "function twice(n: number) { return n * 2 }", "twice(x) + 2"]
        lines += ['throw new RangeError("as planned")', "x + 3", "exit"]
        done = jupyter("console", "--simple-prompt", "--kernel", "cellgrad", input="\n".join(lines) + "\n\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        for part in ("21", "42", "RangeError", "as planned", "23"):
            self.assertIn(part, done.stdout + done.stderr)

    def test_cellgrad_run_shows_what_nbclient_shows(self):
        expected = nbclient.execute(notebooks.everything(), kernel_name="cellgrad", timeout=60)
        path = write(self.folder, notebooks.everything())
        for cell, other in zip(expected.cells, notebooks.read(path).cells):
            cell["id"] = other["id"]
        done = cellgrad("run", path, "--output", self.folder / "out.ipynb")
        self.assertEqual(done.returncode, 0, done.stderr)
        executed = notebooks.read(self.folder / "out.ipynb")
        actual = notebooks.normalised(executed)
        for mine, theirs in zip(actual["cells"], notebooks.normalised(expected)["cells"]):
            self.assertEqual(mine, theirs)
        self.assertEqual(actual["language_info"], expected.metadata["language_info"])
        # As nbformat itself writes it, byte for byte.
        self.assertEqual((self.folder / "out.ipynb").read_text(), nbformat.writes(executed) + "\n")

    def test_cellgrad_run_error(self):
        path = write(self.folder, notebooks.failing())
        done = cellgrad("run", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("RangeError: as planned", done.stderr)
        self.assertIn("Cell [2]", done.stderr)
        executed = notebooks.read(path)
        self.assertEqual([error["ename"] for error in errors(executed)], ["RangeError"])
        self.assertEqual(executed.cells[2].outputs, [])
        self.assertEqual(executed.cells[2].execution_count, None)

    def test_kernelspec(self):
        listed = jupyter("kernelspec", "list", "--json")
        spec = json.loads(listed.stdout)["kernelspecs"]["cellgrad"]["spec"]
        self.assertEqual(spec["language"], "typescript")
        self.assertEqual(spec["interrupt_mode"], "message")
        self.assertTrue(all(Path(part).exists() for part in spec["argv"][:2]), spec)


if __name__ == "__main__":
    unittest.main()
