// What a cell's timers, promises and streams do after it is done, while other cells run: all of it belongs to that cell.
import assert from "node:assert/strict";
import type { Message } from "../../../kernel/protocol/message.js";
import type { KernelClient, Sent } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";

describe("late output", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  const of = (sent: Sent, type: string) => (message: Message) =>
    message.parentHeader.msg_id === sent.id && message.header.msg_type === type;

  async function started(code: string): Promise<Sent> {
    const sent = kernel.start(code);
    assert.equal((await sent.reply).content.status, "ok");
    return sent;
  }

  it("goes to the cell that started it, also while another one runs", async () => {
    const early = await started("setTimeout(() => console.log('late'), 50); 1");
    const later = kernel.start("console.log('mine'); await new Promise((go) => setTimeout(go, 200)); 2");
    await kernel.printed(early, "late");
    await later.idle;
    const text = later.iopub.filter(of(later, "stream")).map(({ content }) => content.text);
    assert.deepEqual(text, ["mine\n"]);
  });

  it("holds for displays, from promises and from nested timers", async () => {
    const cell = await started(
      "setTimeout(() => Promise.resolve().then(() => setTimeout(() => { display('shown'); console.error('said') }, 1)), 20)",
    );
    await started("const other = 1");
    const shown = await kernel.published(of(cell, "display_data"));
    assert.match(JSON.stringify(shown.content.data), /shown/);
    await kernel.printed(cell, "said");
  });

  it("shows an unhandled rejection and a timer's exception in their cell, and nothing dies", async () => {
    const worker = await kernel.workerPid();
    const rejecting = await started(
      "void new Promise((_, no) => setTimeout(() => no(new RangeError('unheard')), 20)); 0;",
    );
    const throwing = await started("setTimeout(() => { throw new TypeError('thrown late') }, 20); 0;");
    const one = await kernel.published(of(rejecting, "error"));
    const two = await kernel.published(of(throwing, "error"));
    assert.deepEqual([one.content.ename, one.content.evalue], ["RangeError", "unheard"]);
    assert.deepEqual([two.content.ename, two.content.evalue], ["TypeError", "thrown late"]);
    assert.equal(await kernel.workerPid(), worker);
  });

  it("comes in the order it was made", async () => {
    const cell = await started(
      "setTimeout(() => { for (let n = 0; n < 100; n += 1) { console.log(n); if (n === 50) display(n) } }, 1)",
    );
    await kernel.printed(cell, "99\n");
    const messages = cell.iopub.filter(({ header }) => ["stream", "display_data"].includes(header.msg_type));
    // How many messages the prints come in is the batching's business, and the machine's.
    const display = messages.findIndex(({ header }) => header.msg_type === "display_data");
    const printed = (part: typeof messages) => part.map(({ content }) => content.text).join("");
    const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `${from + n}\n`).join("");
    assert.equal(printed(messages.slice(0, display)), lines(0, 51));
    assert.equal(printed(messages.slice(display + 1)), lines(51, 100));
  });

  it("of native code and child processes goes to the running cell", async () => {
    const { outputs } = await kernel.execute(
      [
        'import { spawnSync } from "node:child_process"',
        'spawnSync(process.execPath, ["-e", "process.stdout.write(`from a child`)"], { stdio: "inherit" })',
        "await new Promise((go) => setTimeout(go, 100));",
      ].join("\n"),
    );
    assert.match(outputs.map(({ text }) => text).join(""), /from a child/);
  });
});
