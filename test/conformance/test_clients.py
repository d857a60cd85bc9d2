"""The kernel under the programs that execute notebooks: nbclient, nbconvert, papermill, jupyter console, cellgrad run.

Each with a cell that fails, because that is where kernels differ; all on the same notebook, whose outputs must agree.
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path
from xml.etree import ElementTree

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


def run_nbclient(path, **options):
    """The notebook as nbclient leaves it, and the error that it ended with."""
    notebook = nbformat.read(path, as_version=4)
    error = None
    try:
        nbclient.NotebookClient(notebook, kernel_name="cellgrad", timeout=60, **options).execute()
    except nbclient.exceptions.CellExecutionError as raised:
        error = raised
    nbformat.validate(notebook)
    return notebook, error


class ClientTests(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        folder = environment.temporary_folder()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def assert_same(self, actual, expected):
        """All cells, all outputs, their order, counts and metadata; cell by cell, so that a difference is readable."""
        actual, expected = notebooks.normalised(actual), notebooks.normalised(expected)
        self.assertEqual([cell["source"] for cell in actual["cells"]], [cell["source"] for cell in expected["cells"]])
        for mine, theirs in zip(actual["cells"], expected["cells"], strict=True):
            self.assertEqual(mine, theirs)
        self.assertEqual(actual, expected)

    def execute_with_nbconvert(self, path, *options):
        done = jupyter("nbconvert", "--to", "notebook", "--execute", *options, "--output", "nbconvert.ipynb", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        return notebooks.read(self.folder / "nbconvert.ipynb")

    def test_nbclient(self):
        executed, error = run_nbclient(write(self.folder, notebooks.everything()))
        self.assertIsNone(error)
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

    def test_every_program_shows_the_same(self):
        path = write(self.folder, notebooks.everything())
        expected, error = run_nbclient(path)
        self.assertIsNone(error)
        with self.subTest(program="nbconvert"):
            self.assert_same(self.execute_with_nbconvert(path), expected)
        with self.subTest(program="cellgrad run"):
            done = cellgrad("run", path, "--output", self.folder / "run.ipynb")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_same(notebooks.read(self.folder / "run.ipynb"), expected)

        path = write(self.folder, notebooks.succeeding())
        expected, error = run_nbclient(path)
        self.assertIsNone(error)
        with self.subTest(program="papermill"):
            done = command(sys.executable, "-m", "papermill", path, self.folder / "papermill.ipynb", "-k", "cellgrad")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_same(notebooks.read(self.folder / "papermill.ipynb"), expected)

    def test_every_program_shows_the_same_of_a_failing_notebook(self):
        for what, (code, ename, evalue) in notebooks.FAILURES.items():
            path = write(self.folder, notebooks.failing(code))
            expected, error = run_nbclient(path)
            with self.subTest(what, program="nbclient"):
                self.assertEqual(error.ename, ename)
                self.assertIn(evalue, error.evalue)
                self.assertEqual([(it["ename"], it["evalue"]) for it in errors(expected)], [(ename, error.evalue)])
                self.assertEqual(expected.cells[1].outputs[-1]["output_type"], "error")
                self.assertEqual(texts(expected.cells[1]), "printed\n" if 'log("printed")' in code else "")
                self.assertEqual((expected.cells[2].outputs, expected.cells[2].execution_count), ([], None))
            with self.subTest(what, program="papermill"):
                with self.assertRaises(PapermillExecutionError) as raised:
                    papermill.execute_notebook(path, self.folder / "papermill.ipynb", kernel_name="cellgrad")
                self.assertEqual((raised.exception.ename, raised.exception.evalue), (ename, error.evalue))
                self.assert_same(notebooks.read(self.folder / "papermill.ipynb"), expected)
            with self.subTest(what, program="cellgrad run"):
                done = cellgrad("run", path, "--output", self.folder / "run.ipynb")
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertRegex(done.stderr, rf"(?m)^{ename}\b")
                self.assertIn(evalue, done.stderr)
                self.assert_same(notebooks.read(self.folder / "run.ipynb"), expected)

    def test_results_of_cellgrad_test_are_junit_xml(self):
        for code, ename, evalue in notebooks.FAILURES.values():
            path = write(self.folder, notebooks.failing(code))
            done = cellgrad("test", path, "--junit", self.folder / "report.xml")
            self.assertEqual(done.returncode, 1, done.stderr)
            suites = ElementTree.parse(self.folder / "report.xml").getroot()
            cases = suites.findall("./testsuite/testcase")
            self.assertEqual((suites.get("tests"), suites.get("failures")), (str(len(cases)), "1"))
            [failure] = suites.findall("./testsuite/testcase/failure")
            self.assertTrue(failure.get("message").startswith(ename), failure.get("message"))
            self.assertIn(evalue.splitlines()[0], failure.text)

    def test_nbconvert_shows_the_same_of_a_failing_notebook(self):
        path = write(self.folder, notebooks.failing())
        # It saves nothing of a notebook that failed, unless it is told to go on behind the error.
        refused = jupyter("nbconvert", "--to", "notebook", "--execute", "--output", "nbconvert.ipynb", path)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("as planned", refused.stderr)
        self.assertFalse((self.folder / "nbconvert.ipynb").exists())
        expected, error = run_nbclient(path, allow_errors=True)
        self.assertIsNone(error)
        self.assertEqual([it["ename"] for it in errors(expected)], ["RangeError"])
        self.assertEqual(texts(expected.cells[2]), "not reached\n")
        self.assert_same(self.execute_with_nbconvert(path, "--allow-errors"), expected)

    def test_nbconvert_writes_other_formats(self):
        path = write(self.folder, notebooks.succeeding())
        self.execute_with_nbconvert(path)
        for target in ("html", "markdown", "script"):
            done = jupyter("nbconvert", "--to", target, self.folder / "nbconvert.ipynb")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("const greeting: string", (self.folder / "nbconvert.ts").read_text())
        for file in ("nbconvert.html", "nbconvert.md"):
            self.assertIn("<b>bold</b>", (self.folder / file).read_text())

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

    def test_console(self):
        # Each answer with its name: a bare number may stand in a version or in a prompt.
        lines = ["const x: number = 20", "`answer=${x + 1}`", "function twice(n: number) { return n * 2 }"]
        lines += ["console.log(`printed=${twice(x) + 2}`)", 'throw new RangeError(`planned=${x + 10}`)']
        lines += ["const wrong: number = String(x)", "`after=${x + 3}`"]
        done = jupyter("console", "--simple-prompt", "--kernel", "cellgrad", input="\n".join(lines) + "\n\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        shown = re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)
        for part in ("answer=21", "printed=42", "RangeError: planned=30", "Type 'string' is not", "after=23"):
            self.assertIn(part, shown)
