// Reading and writing notebook files: what Jupyter wrote comes back byte for byte, what is no notebook is refused.
import assert from "node:assert/strict";
import { CommandFailure } from "../../../kernel/cli/command-failure.js";
import { formatNotebook, parseNotebook } from "../../../kernel/cli/notebook.js";

const asJupyterWritesIt = `{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "a1",
   "metadata": {},
   "source": [
    "# Title\\n",
    "text"
   ]
  },
  {
   "attachments": {
    "x.png": {
     "image/png": "AAAA"
    }
   },
   "cell_type": "raw",
   "id": "a2",
   "metadata": {},
   "source": []
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "id": "a3",
   "metadata": {
    "tags": [
     "x"
    ]
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "a\\n",
      "b"
     ]
    },
    {
     "data": {
      "application/vnd.vegalite.v5+json": {
       "mark": "bar"
      },
      "image/png": "AAAA\\nBBBB\\n",
      "text/plain": [
       "one\\n",
       "two"
      ]
     },
     "execution_count": 3,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "ename": "Error",
     "evalue": "no",
     "output_type": "error",
     "traceback": [
      "Error: no"
     ]
    }
   ],
   "source": [
    "1"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "TypeScript (cellgrad)",
   "language": "typescript",
   "name": "cellgrad"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

describe("notebook", () => {
  it("writes what Jupyter wrote byte for byte", () => {
    assert.equal(formatNotebook(parseNotebook(asJupyterWritesIt, "n.ipynb")), asJupyterWritesIt);
  });

  it("joins lines", () => {
    const [title] = parseNotebook(asJupyterWritesIt, "n.ipynb").cells;
    assert.equal(title?.source, "# Title\ntext");
  });

  it("gives ids to the cells of an older notebook, and to doubled ones", () => {
    const cell = { cell_type: "code", metadata: {}, source: "1", outputs: [], execution_count: null };
    const old = {
      nbformat: 4,
      nbformat_minor: 2,
      metadata: {},
      cells: [cell, { ...cell, id: "x" }, { ...cell, id: "x" }],
    };
    const { cells } = parseNotebook(JSON.stringify(old), "n.ipynb");
    assert.equal(new Set(cells.map(({ id }) => id)).size, 3);
    for (const { id } of cells) assert.match(id, /^[a-zA-Z0-9_-]{1,64}$/);
    assert.equal(cells[1]?.id, "x");
  });

  const code = { cell_type: "code", metadata: {}, source: "1", outputs: [] };
  const invalid: [what: string, text: string, message: RegExp][] = [
    ["no JSON", "{", /invalid notebook n\.ipynb; expected JSON/],
    ["a list", "[]", /expected a JSON object/],
    ["nbformat 3", '{"nbformat":3,"worksheets":[]}', /expected nbformat 4: 3/],
    ["no cells", '{"nbformat":4}', /expected a list "cells"/],
    ["an unknown cell", '{"nbformat":4,"cells":[{"cell_type":"video","source":""}]}', /cell 1: "video"/],
    ["a cell without a source", '{"nbformat":4,"cells":[{"cell_type":"code"}]}', /source of cell 1/],
    ["a wrong output", JSON.stringify({ nbformat: 4, cells: [{ ...code, outputs: [{}] }] }), /valid outputs in cell 1/],
  ];
  for (const [what, text, message] of invalid) {
    it(`refuses ${what} with exit code 2`, () => {
      assert.throws(
        () => parseNotebook(text, "n.ipynb"),
        (error) => error instanceof CommandFailure && message.test(error.message) && error.exitCode === 2,
      );
    });
  }
});
