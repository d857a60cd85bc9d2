"""`npm run test:jupyter`: the kernel under Jupyter's own conformance tests and under the programs that people run.

Makes its Python environment, registers the kernel in it and runs all test_*.py of this folder there. A test that was
skipped counts as failed. Prints `N passed, N failed`, and writes the same to test/artifacts/test-jupyter.json.
"""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

import environment


class Result(unittest.TextTestResult):
    """Counts whole tests: one fails with any of its parts, also when a part was skipped."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.outcomes: dict[str, str] = {}

    def startTest(self, test):
        super().startTest(test)
        self.outcomes[test.id()] = "passed"

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.outcomes[test.id()] = "failed"

    def addError(self, test, err):
        super().addError(test, err)
        self.outcomes[test.id()] = "failed"

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.outcomes[test.id()] = "failed"

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        # A part of a test reports itself; its test is what counts.
        self.outcomes[getattr(test, "test_case", test).id()] = "failed"
        self.stream.writeln(f"skipped, which counts as failed: {test.id()}: {reason}")


def run_suite() -> int:
    suite = unittest.defaultTestLoader.discover(str(environment.HERE))
    result = unittest.TextTestRunner(verbosity=2, resultclass=Result).run(suite)
    failed = [name for name, outcome in result.outcomes.items() if outcome == "failed"]
    counts = {"passed": len(result.outcomes) - len(failed), "failed": len(failed), "failures": failed}
    artifacts = environment.PROJECT / "test" / "artifacts"
    artifacts.mkdir(exist_ok=True)
    (artifacts / "test-jupyter.json").write_text(json.dumps(counts, indent=2) + "\n")
    print(f"{counts['passed']} passed, {counts['failed']} failed", flush=True)
    return 1 if failed or not result.outcomes else 0


def main() -> int:
    if "--inside" in sys.argv:
        return run_suite()
    python = environment.ensure()
    cli = environment.PROJECT / "dist" / "kernel" / "cli" / "main.js"
    subprocess.run(["node", str(cli), "install", "--prefix", str(environment.FOLDER)], check=True)
    with environment.temporary_folder() as folder:
        command = [str(python), str(Path(__file__).resolve()), "--inside"]
        return subprocess.run(command, env=environment.private_environment(folder), cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
