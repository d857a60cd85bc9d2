"""The notebooks of these tests, and how two executions of one are compared."""

import copy

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNELSPEC = {"name": "cellgrad", "display_name": "TypeScript (cellgrad)", "language": "typescript"}

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

# Every kind of output, in the forms that executors treat differently.
CELLS = [
    'const greeting: string = "hello"; console.log(greeting); console.log("again")',
    'console.log("out"); console.error("err"); console.log("out again")',
    "greeting.length",
    "await new Promise<number>((resolve) => setTimeout(() => resolve(42), 20))",
    "interface Point { x: number; y: number }\nconst p: Point = { x: 1, y: 2 }\np",
    'display.html("<b>bold</b>"); display.markdown("*a*\\n\\n*b*")',
    f'display.png(Buffer.from("{PNG}", "base64"))',
    'const handle = display.html("<i>first</i>")',
    'handle.html("<i>second</i>"); "updated"',
    'console.log("gone"); display.clear(); console.log("stays")',
    'console.log("replaced"); display.clear({ wait: true }); console.log("in its place")',
    "tf.tensor([1, 2, 3]).sum().dataSync()[0]",
    'for (let i = 0; i < 300; i++) console.log("line", i)',
    "undefined",
    "1 + 1;",
    "",
]


def notebook(*cells, **metadata):
    return new_notebook(
        cells=[new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells],
        metadata={"kernelspec": KERNELSPEC, **metadata},
    )


def succeeding():
    """All kinds of output, without an error: papermill ends at one whatever its cell is tagged."""
    return notebook(new_markdown_cell("# All kinds of output"), *CELLS)


def everything():
    return notebook(
        new_markdown_cell("# All kinds of output"),
        *CELLS,
        new_code_cell('throw new TypeError("expected")', metadata={"tags": ["raises-exception"]}),
        new_code_cell("const wrong: number = 'text'", metadata={"tags": ["raises-exception"]}),
        new_code_cell('throw new Error("never run")', metadata={"tags": ["skip-execution"]}),
        "greeting + p.y",
    )


# How a cell may fail: its code, and the name and the message of the error that every program must show.
FAILURES = {
    "a thrown error": (
        'console.log("printed"); console.error("warned"); display.html("<b>shown</b>")\n'
        'function fail(): never {\n  throw new RangeError("as planned", { cause: new Error("the cause") })\n}\nfail()',
        "RangeError",
        "as planned",
    ),
    "a type error": (
        'console.log("not printed")\nconst wrong: number = "text"',
        "TypeScriptError",
        "Type 'string' is not assignable to type 'number'",
    ),
    "an exit": ('console.log("printed"); process.exit(3)', "ProcessExit", "3"),
}


def failing(code=FAILURES["a thrown error"][0]):
    return notebook("const before = 1\nbefore", code, 'console.log("not reached")')


def normalised(executed):
    """What a reader sees: neighbouring streams joined, without timing and without a program's own metadata and cells."""
    result = copy.deepcopy(executed)
    cells = []
    for cell in result.cells:
        cell = dict(cell)
        tags = cell["metadata"].get("tags", [])
        # papermill's own: it says above the notebook, and above the failing cell, where it stopped.
        if any(tag.startswith("papermill-error-cell") for tag in tags):
            continue
        if cell["cell_type"] == "code":
            cell["outputs"] = joined(cell["outputs"])
        cell["metadata"] = {"tags": tags}
        cells.append(cell)
    return {"cells": cells, "language_info": result.metadata.get("language_info")}


def joined(outputs):
    streams = []
    for output in outputs:
        output = dict(output)
        last = streams[-1] if streams else None
        if last and output["output_type"] == last["output_type"] == "stream" and output["name"] == last["name"]:
            last["text"] += output["text"]
        else:
            streams.append(output)
    return streams


def read(path):
    """Reads and validates: nbformat raises for what is not a valid notebook."""
    executed = nbformat.read(path, as_version=4)
    nbformat.validate(executed)
    return executed
