// How published messages become outputs; nbclient and JupyterLab agree on each of these.
import assert from "node:assert/strict";
import type { CodeCell } from "../../../kernel/cli/notebook.js";
import { NotebookOutputs } from "../../../kernel/cli/notebook-outputs.js";

function newCell(): CodeCell {
  return { id: "a", cell_type: "code", metadata: {}, source: "", execution_count: 7, outputs: [] };
}

const stream = (text: string, name = "stdout") => ({ type: "stream", content: { name, text } });
const display = (value: string, id?: string, type = "display_data") => ({
  type,
  content: { data: { "text/plain": value }, metadata: {}, transient: id === undefined ? {} : { display_id: id } },
});
const clear = (wait: boolean) => ({ type: "clear_output", content: { wait } });

/** What a reader sees, in one line for each output. */
function shown(cell: CodeCell): string[] {
  return cell.outputs.map((output) => {
    if (output.output_type === "stream") return `${output.name}: ${output.text}`;
    return output.output_type === "error" ? `error: ${output.ename}` : String(output.data["text/plain"]);
  });
}

describe("notebook-outputs", () => {
  it("joins neighbouring pieces of one stream only", () => {
    const cell = newCell();
    const outputs = new NotebookOutputs();
    for (const message of [stream("a"), stream("b\n"), stream("e", "stderr"), stream("c"), display("d"), stream("f")]) {
      outputs.receive(cell, message);
    }
    assert.deepEqual(shown(cell), ["stdout: ab\n", "stderr: e", "stdout: c", "d", "stdout: f"]);
  });

  it("overwrites what a carriage return overwrites", () => {
    const cell = newCell();
    const outputs = new NotebookOutputs();
    for (const text of ["start\n10%\r", "20%", "\r100%\nend\n"]) outputs.receive(cell, stream(text));
    assert.deepEqual(shown(cell), ["stdout: start\n100%\nend\n"]);
  });

  it("updates a display wherever it is shown, in other cells too, and adds nothing for an unknown id", () => {
    const [first, second] = [newCell(), newCell()];
    const outputs = new NotebookOutputs();
    outputs.receive(first, display("one", "x"));
    outputs.receive(second, display("two", "x"));
    assert.deepEqual([shown(first), shown(second)], [["two"], ["two"]]);
    outputs.receive(second, display("three", "x", "update_display_data"));
    outputs.receive(second, display("four", "y", "update_display_data"));
    assert.deepEqual([shown(first), shown(second)], [["three"], ["three"]]);
    assert.ok(!("transient" in (first.outputs[0] ?? {})));
  });

  it("clears at once, or when the next output comes", () => {
    const cell = newCell();
    const outputs = new NotebookOutputs();
    outputs.receive(cell, stream("a"));
    outputs.receive(cell, clear(false));
    assert.deepEqual(shown(cell), []);
    outputs.receive(cell, stream("b"));
    outputs.receive(cell, clear(true));
    assert.deepEqual(shown(cell), ["stdout: b"]);
    outputs.receive(cell, stream("c"));
    assert.deepEqual(shown(cell), ["stdout: c"]);
  });

  it("keeps results, errors and the execution count", () => {
    const cell = newCell();
    const outputs = new NotebookOutputs();
    outputs.begin(cell);
    assert.equal(cell.execution_count, null);
    outputs.receive(cell, { type: "execute_input", content: { code: "", execution_count: 2 } });
    outputs.receive(cell, {
      type: "execute_result",
      content: { data: { "text/plain": "1" }, metadata: { a: 1 }, execution_count: 2 },
    });
    outputs.receive(cell, { type: "error", content: { ename: "E", evalue: "v", traceback: ["t"] } });
    assert.equal(cell.execution_count, 2);
    assert.deepEqual(cell.outputs, [
      { output_type: "execute_result", execution_count: 2, data: { "text/plain": "1" }, metadata: { a: 1 } },
      { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
    ]);
  });

  it("ignores what is no output", () => {
    const cell = newCell();
    const outputs = new NotebookOutputs();
    outputs.receive(cell, { type: "comm_open", content: { comm_id: "c" } });
    outputs.receive(cell, { type: "status", content: { execution_state: "busy" } });
    assert.deepEqual(cell.outputs, []);
  });
});
