// The live plot in a real kernel: what a notebook gets of a training, and what it keeps of one that is stopped.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import sharp from "sharp";
import { parseNotebook } from "../../../kernel/cli/notebook.js";
import type { Message } from "../../../kernel/protocol/message.js";
import type { KernelClient } from "../../jupyter-client/kernel-client.js";
import { startKernel } from "../../jupyter-client/start-kernel.js";
import { Workplace } from "../../kernel/cli/command.js";

const vegaLite = "application/vnd.vegalite.v5+json";

const cell = `const { train } = await ml.data.mnist({ train: 2000, seed: 1 })
const loader = ml.data.loader(train, { batchSize: 32, shuffle: true, seed: 1, transform: ml.transforms.toTensor() })
const model = ml.models.lenet5({ inputShape: [28, 28, 1], classes: 10, seed: 1 })
await ml.fit(model, { train: loader, epochs: 1000, callbacks: [ml.callbacks.livePlot()] })`;

/** Few enough steps for the plot to keep them as they are. */
const wholeTraining = `const { train, test } = await ml.data.mnist({ train: 640, test: 100, seed: 1 })
const loader = (set: typeof train) => ml.data.loader(set, { batchSize: 32, transform: ml.transforms.toTensor() })
const steps: { epoch: number; loss: number; learningRate: number; accuracy?: number }[] = []
const history = await ml.fit(ml.models.lenet5({ inputShape: [28, 28, 1], classes: 10, seed: 1 }), {
  train: loader(train), validation: loader(test), epochs: 2,
  callbacks: [ml.callbacks.livePlot({ title: "Digits" }), { name: "look",
    afterStep(_, { epoch, batch, batches, loss, learningRate, metrics }) {
      steps.push({ epoch: epoch - 1 + batch / batches, loss, learningRate, ...metrics })
      return undefined
    } }],
})
const chart = ml.plot.lossCurve(history, { title: "Digits", steps })`;

function notebookOf(...sources: string[]): object {
  const cells = sources.map((source, i) => {
    return { cell_type: "code", id: `cell-${i}`, metadata: {}, source, outputs: [], execution_count: null };
  });
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

/** How many times longer than alone the machine lets each process wait, roughly; at least 1. */
const busy = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

function isUpdate({ header, content }: Message): boolean {
  return header.msg_type === "update_display_data" && vegaLite in (content.data as object);
}

describe("livePlot in a kernel", function () {
  this.timeout(120_000);
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernel();
    // The library is loaded, so that the training begins at once.
    await kernel.execute("ml.environment()");
  });
  after(() => kernel.close());

  it("updates one display, at most 4 times a second, and keeps a picture of a training that is stopped after 3 s", async () => {
    const sent = kernel.start(cell);
    // The client's patience with a reply may end before the training on a busy machine.
    for (const waiting of [sent.reply, sent.idle]) waiting.catch(() => undefined);
    const ofCell = ({ parentHeader }: Message) => parentHeader.msg_id === sent.id;
    await kernel.published((message) => isUpdate(message) && ofCell(message), "a chart");
    await new Promise((resolve) => setTimeout(resolve, 3000 * busy));
    await kernel.interrupt();
    const isEnd = (message: Message) => message.header.msg_type === "error" && ofCell(message);
    const { content } = await kernel.published(isEnd, "the error of the stopped cell");
    assert.equal(content.ename, "KeyboardInterrupt", String(content.evalue));
    const shown = sent.iopub.filter(({ header }) => header.msg_type === "display_data");
    const updates = sent.iopub.filter(isUpdate);
    const id = ({ content }: Message) => (content.transient as { display_id: string }).display_id;
    assert.deepEqual([...new Set([...shown, ...updates].map(id))].length, 1);
    const times = updates.map(({ header }) => Date.parse(String(header.date)));
    const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    assert.ok(updates.length - 1 <= 4 * seconds + 0.5, `${updates.length} updates in ${seconds} s`);
    const data = updates.at(-1)?.content.data as Record<string, string>;
    const { width = 0, height = 0 } = await sharp(Buffer.from(data["image/png"] ?? "", "base64")).metadata();
    assert.ok(width > 500 && height > 500, `${width} × ${height}`);
    assert.match(data["text/plain"] ?? "", /^Training\nepoch \d+ of 1000, /);
  });

  it("leaves the history's loss curve in the file that `cellgrad run` saves", async () => {
    const workplace = new Workplace();
    try {
      const notebook = JSON.stringify(notebookOf(wholeTraining, "chart"));
      writeFileSync(workplace.path("live.ipynb"), notebook);
      const { code, stderr } = await workplace.run(["run", "live.ipynb"]);
      assert.equal(code, 0, stderr);
      const saved = parseNotebook(readFileSync(workplace.path("live.ipynb"), "utf8"), "live.ipynb");
      const [training, expected] = saved.cells.map((one) => (one.cell_type === "code" ? one.outputs : []));
      assert.equal(training?.length, 1);
      assert.ok(training?.[0]?.output_type === "display_data" && expected?.[0]?.output_type === "execute_result");
      assert.deepEqual(training[0].data, expected[0].data);
      assert.equal(typeof training[0].data["image/png"], "string");
    } finally {
      workplace.remove();
    }
  });
});
