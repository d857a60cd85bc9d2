// display_data, update_display_data and clear_output over real sockets, for each way of showing something.
import assert from "node:assert/strict";
import type { Message } from "../../../kernel/protocol/message.js";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Code, MIME type, what it must hold. */
const ways: [string, string, RegExp][] = [
  ["display.html('<b>x</b>')", "text/html", /^<b>x<\/b>$/],
  ["display.markdown('**x**')", "text/markdown", /^\*\*x\*\*$/],
  ["display.latex('$x^2$')", "text/latex", /^\$x\^2\$$/],
  ["display.svg('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "image/svg+xml", /^<svg/],
  [`display.png('${png}')`, "image/png", /^iVBORw0KGgo/],
  [`display.png(Buffer.from('${png}', 'base64'))`, "image/png", /^iVBORw0KGgo/],
  ["display.jpeg(new Uint8Array([255, 216, 255]))", "image/jpeg", /^\/9j\/$/],
  ["display.pdf(Buffer.from('%PDF-1.4'))", "application/pdf", /^JVBERi0xLjQ=$/],
  ["display.json({ a: [1, 2] })", "application/json", /^\{"a":\[1,2\]\}$/],
  ["display.javascript('alert(1)')", "application/javascript", /^alert\(1\)$/],
  ["display.raw({ 'application/x-mine': 'x', 'text/plain': 'mine' })", "application/x-mine", /^x$/],
  ["display({ b: 2 })", "text/plain", /b: 2/],
];

describe("display", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  const outputs = (messages: Message[]) =>
    messages.filter(({ header }) => /display_data|clear_output|execute_result|stream|error/.test(header.msg_type));

  for (const [code, mime, pattern] of ways) {
    it(`${code.slice(0, 40)} is display_data with ${mime} and text/plain`, async () => {
      const { reply, iopub } = await kernel.execute(`${code};`);
      assert.equal(reply.status, "ok", JSON.stringify(reply));
      const [message, ...more] = outputs(iopub);
      assert.deepEqual([message?.header.msg_type, more.length], ["display_data", 0]);
      const data = (message?.content.data ?? {}) as Record<string, unknown>;
      const shown = data[mime];
      assert.match(typeof shown === "string" ? shown : JSON.stringify(shown), pattern);
      assert.equal(typeof data["text/plain"], "string");
      assert.ok(Object.keys(data).every((key) => /^[\w.+-]+\/[\w.+-]+$/.test(key)));
      assert.equal(typeof message?.content.metadata, "object");
      assert.equal(typeof message?.content.transient, "object");
    });
  }

  it("a bundle without text gets one that is of use", async () => {
    for (const [bundle, text] of [
      ["{ 'text/html': '<b>x</b>' }", "<b>x</b>"],
      ["{ 'text/html': '<b>x</b>', 'text/markdown': '**x**' }", "**x**"],
      [`{ 'text/html': '<img>', 'image/png': '${png}' }`, "[PNG image]"],
      ["{ 'application/json': { a: 1 } }", "{ a: 1 }"],
      ["{ 'application/vnd.vegalite.v5+json': { mark: 'bar' } }", "[application/vnd.vegalite.v5+json]"],
      ["{ 'text/html': ['<b>', 'x</b>'], 'text/plain': undefined }", "<b>x</b>"],
      ["{ 'text/plain': 'mine', 'text/html': '' }", "mine"],
    ]) {
      const { outputs: shown } = await kernel.execute(`display.raw(${bundle});`);
      assert.equal(shown[0]?.data?.["text/plain"], text, bundle);
    }
  });

  it("what is neither text nor bytes fails the cell, and nothing of it is sent", async () => {
    for (const [code, evalue] of [
      ["display.html(undefined as any)", "invalid html; expected text: undefined"],
      ["display.markdown({ a: 1 } as any)", "invalid markdown; expected text: { a: 1 }"],
      ["display.svg(5 as any)", "invalid svg; expected text: 5"],
      ["display.png(null as any)", "invalid png; expected bytes or base64 text: null"],
      ["display.pdf([1, 2] as any)", "invalid pdf; expected bytes or base64 text: [ 1, 2 ]"],
      ["display.raw({ 'text/html': null })", "invalid representation of text/html; expected text: null"],
      ["display.raw({ 'image/png': {} })", "invalid representation of image/png; expected bytes or base64 text: {}"],
      ["display('').html(undefined as any)", "invalid html; expected text: undefined"],
    ]) {
      const { reply, outputs: shown } = await kernel.execute(code ?? "");
      assert.deepEqual([reply.ename, reply.evalue], ["TypeError", evalue]);
      assert.deepEqual(
        shown.filter(({ type }) => type !== "error").map(({ data }) => data),
        code?.startsWith("display('')") ? [{ "text/plain": "''" }] : [],
      );
    }
    const { outputs: shown } = await kernel.execute(
      "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': null }) })",
    );
    assert.deepEqual(Object.keys(shown[0]?.data ?? {}), ["text/plain"]);
    assert.match(
      String(shown[0]?.data?.["text/plain"]),
      /fails: invalid representation of text\/html; expected text: null/,
    );
  });

  it("a handle updates what it showed, under the same display_id, from a later cell too", async () => {
    const { iopub } = await kernel.execute("const handle = display.html('<i>1</i>'); handle.update('two');");
    const [first, second] = outputs(iopub);
    const id = (message?: Message) => (message?.content.transient as { display_id?: string } | undefined)?.display_id;
    assert.deepEqual([first?.header.msg_type, second?.header.msg_type], ["display_data", "update_display_data"]);
    assert.ok(id(first));
    assert.equal(id(second), id(first));
    const later = outputs((await kernel.execute("handle.html('<i>3</i>');")).iopub);
    assert.deepEqual([later[0]?.header.msg_type, id(later[0])], ["update_display_data", id(first)]);
    assert.match(JSON.stringify(later[0]?.content.data), /"text\/html":"<i>3<\/i>"/);
  });

  it("keeps the order of prints, displays, results and clear_output", async () => {
    const { iopub } = await kernel.execute(
      "console.log('a'); display('b'); console.log('c'); display.clear({ wait: true }); console.log('d'); display.clear(); 'e'",
    );
    assert.deepEqual(
      outputs(iopub).map(({ header, content }) => [header.msg_type, content.text ?? content.wait]),
      [
        ["stream", "a\n"],
        ["display_data", undefined],
        ["stream", "c\n"],
        ["clear_output", true],
        ["stream", "d\n"],
        ["clear_output", false],
        ["execute_result", undefined],
      ],
    );
  });

  it("a value that shows itself, synchronously or not, is a result with its bundle and text/plain", async () => {
    for (const method of [
      "[Symbol.for('Jupyter.display')]() { return { 'text/html': '<b>me</b>' } }",
      "async [Symbol.for('Jupyter.display')]() { return { 'text/html': '<b>me</b>' } }",
    ]) {
      const { outputs: shown } = await kernel.execute(`({ ${method} })`);
      assert.equal(shown[0]?.type, "execute_result");
      assert.equal(shown[0]?.data?.["text/html"], "<b>me</b>");
      assert.equal(typeof shown[0]?.data?.["text/plain"], "string");
    }
  });

  it("a value that takes its time to show itself has its place at once, and is shown there", async () => {
    const { iopub } = await kernel.execute(
      [
        "let ready = () => {};",
        "display({ async [Symbol.for('Jupyter.display')]() { await new Promise<void>((go) => { ready = go }); return { 'text/html': '<i>late</i>' } } });",
        "console.log('after'); ready();",
      ].join("\n"),
    );
    const id = (message?: Message) => (message?.content.transient as { display_id?: string } | undefined)?.display_id;
    const [place, print] = outputs(iopub);
    assert.deepEqual([place?.header.msg_type, print?.content.text], ["display_data", "after\n"]);
    assert.deepEqual(place?.content.data, { "text/plain": "" });
    const late = await kernel.published(
      (message) => message.header.msg_type === "update_display_data" && id(message) === id(place),
    );
    const data = late.content.data as Record<string, unknown>;
    assert.equal(data["text/html"], "<i>late</i>");
    assert.equal(typeof data["text/plain"], "string");
    assert.equal(late.parentHeader.msg_id, place?.parentHeader.msg_id);
  });

  const tslabWays: [call: string, mime: string, shown: string, text: string][] = [
    ["javascript('alert(1)')", "text/javascript", "alert(1)", "alert(1)"],
    ["html('<b>x</b>')", "text/html", "<b>x</b>", "<b>x</b>"],
    ["markdown('**x**')", "text/markdown", "**x**", "**x**"],
    ["latex('$x$')", "text/latex", "$x$", "$x$"],
    ["svg('<svg/>')", "image/svg+xml", "<svg/>", "[SVG image]"],
    ["png(new Uint8Array([1, 2, 3]))", "image/png", "AQID", "[PNG image]"],
    ["jpeg(new Uint8Array([255, 216]))", "image/jpeg", "/9g=", "[JPEG image]"],
    ["gif(Buffer.from('GIF89a'))", "image/gif", "R0lGODlh", "[GIF image]"],
    ["pdf(Buffer.from('%PDF-1.4'))", "application/pdf", "JVBERi0xLjQ=", "[PDF document]"],
    ["text('plain')", "text/plain", "plain", "plain"],
    ["raw('text/html', '<i>raw</i>')", "text/html", "<i>raw</i>", "<i>raw</i>"],
    ["raw('application/x-mine', 'mine')", "application/x-mine", "mine", "[application/x-mine]"],
  ];
  for (const [call, mime, shown, text] of tslabWays) {
    it(`tslab.display.${call} is display_data with ${mime} and text/plain`, async () => {
      const { reply, iopub } = await kernel.execute(`import * as tslab from "tslab"\ntslab.display.${call};`);
      assert.equal(reply.status, "ok", JSON.stringify(reply));
      const [message, ...more] = outputs(iopub);
      assert.deepEqual([message?.header.msg_type, more.length], ["display_data", 0]);
      assert.deepEqual(message?.content.data, { [mime]: shown, "text/plain": text });
    });
  }

  it("tslab.newDisplay() overwrites what it showed", async () => {
    const { iopub } = await kernel.execute(
      'import * as tslab from "tslab"\nconst spot = tslab.newDisplay(); spot.text("one"); spot.html("<b>two</b>"); spot.png(new Uint8Array([1]));',
    );
    const shown = outputs(iopub);
    assert.deepEqual(
      shown.map(({ header }) => header.msg_type),
      ["display_data", "update_display_data", "update_display_data"],
    );
    const ids = new Set(shown.map(({ content }) => (content.transient as { display_id?: string }).display_id));
    assert.ok(ids.size === 1 && !ids.has(undefined));
  });

  it("shows through tslab's own functions", async () => {
    const { outputs: shown } = await kernel.execute(
      "import * as tslab from 'tslab'; tslab.display.html('<u>x</u>'); tslab.display.png(new Uint8Array([1, 2, 3]));",
    );
    assert.deepEqual(
      shown.map(({ type, data }) => [type, data?.["text/html"] ?? data?.["image/png"]]),
      [
        ["display_data", "<u>x</u>"],
        ["display_data", "AQID"],
      ],
    );
  });
});
