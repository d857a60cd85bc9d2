// Questions of a cell to the reader, over the stdin socket.
import assert from "node:assert/strict";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("stdin", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());
  afterEach(() => {
    kernel.onInput = undefined;
    kernel.inputRequests.length = 0;
  });

  it("asks with the prompt and gets the answer", async () => {
    kernel.onInput = () => "Ada";
    const { reply, outputs } = await kernel.execute("const who = await input('name? '); who.length", {
      allow_stdin: true,
    });
    assert.equal(reply.status, "ok");
    assert.equal(outputs[0]?.data?.["text/plain"], "3");
    const [request] = kernel.inputRequests;
    assert.equal(request?.header.msg_type, "input_request");
    assert.deepEqual(request?.content, { prompt: "name? ", password: false });
  });

  it("puts the cell's header above the question", async () => {
    kernel.onInput = () => "x";
    const sent = kernel.start("await input('?')", { allow_stdin: true });
    await sent.reply;
    assert.equal(kernel.inputRequests[0]?.parentHeader.msg_id, sent.id);
  });

  it("asks for a password as one", async () => {
    kernel.onInput = (prompt, password) => (password ? `${prompt}secret` : "plain");
    const { outputs } = await kernel.execute("(await password('pin: ')).toUpperCase()", { allow_stdin: true });
    assert.match(String(outputs[0]?.data?.["text/plain"]), /PIN: SECRET/);
    assert.equal(kernel.inputRequests[0]?.content.password, true);
  });

  it("asks several times, in order, with what was printed between shown before", async () => {
    const seen: number[] = [];
    kernel.onInput = (prompt) => {
      seen.push(kernel.iopub.filter(({ header }) => header.msg_type === "stream").length);
      return `<${prompt}>`;
    };
    const { outputs } = await kernel.execute(
      "const answers: string[] = []; for (const q of ['a', 'b']) { console.log('about to ask ' + q); answers.push(await input(q)) }; answers.join()",
      { allow_stdin: true },
    );
    assert.match(String(outputs.at(-1)?.data?.["text/plain"]), /<a>,<b>/);
    assert.equal(seen.length, 2);
  });

  it("answers questions that are asked at once each with its own reply", async () => {
    kernel.onInput = (prompt) => prompt.toUpperCase();
    const { outputs } = await kernel.execute("(await Promise.all(['a', 'b', 'c'].map((q) => input(q)))).join('')", {
      allow_stdin: true,
    });
    assert.match(String(outputs[0]?.data?.["text/plain"]), /ABC/);
  });

  it("passes an empty answer and one with any character", async () => {
    for (const answer of ["", '🙂 "quoted"\n']) {
      kernel.onInput = () => answer;
      const { outputs } = await kernel.execute("JSON.stringify(await input())", { allow_stdin: true });
      assert.ok(String(outputs[0]?.data?.["text/plain"]).includes(answer === "" ? '""' : "🙂"));
    }
  });

  it("is a clear error where the front end allows none, and nothing is asked", async () => {
    for (const code of ["await input('name? ')", "await password()"]) {
      const { reply } = await kernel.execute(code, { allow_stdin: false });
      assert.equal(reply.status, "error");
      assert.match(String(reply.evalue), /front end/i);
    }
    assert.equal(kernel.inputRequests.length, 0);
  });
});
