"""jupyter_kernel_test, all of it: samples for each of its thirteen tests, so that it skips none."""

import unittest

import jupyter_kernel_test

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class ProtocolTests(jupyter_kernel_test.KernelTests):
    kernel_name = "cellgrad"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("to stderr")'
    completion_samples = [
        {"text": "const zebraCount = 1; zebraC", "matches": {"zebraCount"}},
        {"text": "Math.hyp", "matches": {"hypot"}},
        {"text": "tf.util.sizeToSquarish", "matches": {"sizeToSquarishShape"}},
    ]
    complete_code_samples = ["1", "const x = 1", "function f(a: number) { return a }", "class A<T> {}", "await 1", "// note"]
    incomplete_code_samples = ["function f() {", "const x = [1,", "if (true) {", "`a", "/* note", "f(", "class A {"]
    invalid_code_samples = ["const = 1", "let x = )", "class 1 {}", "1 +* 2"]
    code_page_something = "?Math.max"
    code_generate_error = 'throw new RangeError("as asked")'
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2, 3].map((n) => n * n)", "result": "[ 1, 4, 9 ]"},
        {"code": 'await Promise.resolve("later")', "result": "'later'"},
        {"code": "({ toString: 1, a: [true] }).a", "result": "[ true ]"},
    ]
    code_display_data = [
        {"code": 'display.html("<b>bold</b>")', "mime": "text/html"},
        {"code": 'display.markdown("# Title")', "mime": "text/markdown"},
        {"code": 'display.latex("$x^2$")', "mime": "text/latex"},
        {"code": "display.svg('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "mime": "image/svg+xml"},
        {"code": f'display.png(Buffer.from("{PNG}", "base64"))', "mime": "image/png"},
        {"code": "display.json({ a: 1 })", "mime": "application/json"},
        {"code": 'display("any value")', "mime": "text/plain"},
    ]
    code_history_pattern = "1 + 2 + 3"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "display.clear()"


class WelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "cellgrad"
    support_iopub_welcome = True


class Completeness(unittest.TestCase):
    def test_that_all_thirteen_tests_are_here(self):
        names = [
            name
            for case in (ProtocolTests, WelcomeTests)
            for name in unittest.defaultTestLoader.getTestCaseNames(case)
        ]
        self.assertEqual(len(names), 13, names)


# Else the discovery would run the package's own classes too, with their python3.
def load_tests(loader, tests, pattern):
    suite = unittest.TestSuite()
    for case in (ProtocolTests, WelcomeTests, Completeness):
        suite.addTests(loader.loadTestsFromTestCase(case))
    return suite
