// How much of a notebook's file a display takes: counted in a notebook that is written as Jupyter writes it, indented by one
// space, with texts as lists of lines. Called by the tests of all displays.

/** @param bundle contents by MIME type */
export function bytesInFile(bundle: Readonly<Record<string, unknown>>): number {
  const notebook = (data: object) => {
    const outputs = [{ data, metadata: {}, output_type: "display_data" }];
    const cell = { cell_type: "code", execution_count: 1, id: "a", metadata: {}, outputs, source: [] };
    return JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, undefined, 1);
  };
  const data = Object.fromEntries(
    Object.entries(bundle).map(([kind, content]) => [
      kind,
      typeof content === "string" && !/[/+]json$/.test(kind) ? content.match(/[^\n]*\n|[^\n]+$/g) : content,
    ]),
  );
  return Buffer.byteLength(notebook(data)) - Buffer.byteLength(notebook({}));
}
