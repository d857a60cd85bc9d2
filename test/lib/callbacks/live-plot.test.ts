// The live plot on a notebook that is made up here, and with a clock that is turned by hand: how often it updates, what that
// may cost, and what stays when training ends in any way.
import assert from "node:assert/strict";
import { mock } from "node:test";
import { livePlot } from "../../../lib/callbacks/index.js";
import { LivePlot } from "../../../lib/callbacks/live-plot.js";
import { StepRecord } from "../../../lib/callbacks/step-record.js";
import { ready } from "../../../lib/engine/backend.js";
import { notebookDisplay } from "../../../lib/engine/notebook-display.js";
import { mlp } from "../../../lib/models/index.js";
import { adam } from "../../../lib/optimizers/index.js";
import { lossCurve, type StepRow } from "../../../lib/plot/index.js";
import type { Callback, StepLogs, TrainingView } from "../../../lib/training/callback.js";
import { fit as train } from "../../../lib/training/fit.js";
import { type EpochLogs, History } from "../../../lib/training/history.js";
import { restoreClock, setClock } from "../made-up-clock.js";
import { type Bundle, closeNotebook, openNotebook } from "../made-up-notebook.js";
import { blobs } from "../training/blobs.js";

const signalSymbol = Symbol.for("Jupyter.abortSignal");
const globals = globalThis as Record<symbol, unknown>;

/** Keeps what is shown in one display; `onUpdate` is called with each update. */
function notebook(onUpdate = () => {}): { readonly shown: Bundle[] } {
  const { displays } = openNotebook(onUpdate);
  return {
    get shown() {
      assert.equal(displays.length, 1);
      return displays[0] ?? [];
    },
  };
}

const view = { epochs: 10, batches: 1000, rows: [] as readonly EpochLogs[] } as TrainingView;
const logs = (step: number, seconds: number): StepLogs => ({
  step,
  epoch: Math.floor((step - 1) / 1000) + 1,
  epochs: 10,
  batch: ((step - 1) % 1000) + 1,
  batches: 1000,
  loss: 2 / (1 + step / 100),
  learningRate: 1e-3,
  metrics: { accuracy: step / 10_000 },
  images: 32 * (((step - 1) % 1000) + 1),
  imagesPerSecond: 32 * (step / seconds),
});

describe("callbacks: livePlot", () => {
  before(() => ready());
  afterEach(() => {
    closeNotebook();
    delete globals[signalSymbol];
    restoreClock();
    mock.restoreAll();
  });

  it("goes on from as many epochs as there may be", async () => {
    const opened = notebook();
    const rows = Array.from({ length: 200_000 }, (_, i) => ({ epoch: i + 1, loss: 1 }) as EpochLogs);
    await livePlot().begin?.({ ...view, rows });
    assert.match(String(opened.shown[0]?.["text/plain"]), /the first step is being prepared/);
  });

  /** A training of so many steps of 1 ms. @returns when each update came, in milliseconds */
  async function run(
    steps: number,
    updateCost: number,
  ): Promise<{ times: number[]; shown: Bundle[]; callback: Callback }> {
    let clock = 1000;
    setClock(() => clock);
    const times: number[] = [];
    const opened = notebook(() => {
      times.push(clock);
      clock += updateCost;
    });
    const callback = livePlot();
    await callback.begin?.(view);
    const { shown } = opened;
    for (let step = 1; step <= steps; step++) {
      clock += 1;
      await callback.afterStep?.(step, logs(step, clock / 1000));
    }
    return { times, shown, callback };
  }

  it("updates one display, 4 times a second where that is cheap", async () => {
    const { times, shown } = await run(4000, 1);
    assert.ok(times.length >= 12 && times.length <= 16, String(times.length));
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    assert.ok(Math.min(...gaps) >= 250, String(Math.min(...gaps)));
    assert.equal(shown.length, times.length + 1);
    assert.match(shown[0]?.["text/plain"] ?? "", /^Training: the first step is being prepared/);
    assert.match(
      shown.at(-1)?.["text/plain"] ?? "",
      /^Training\nepoch 4 of 10, \d+ %, loss 0.0\d+, [\d,]+ images\/s, .* left/,
    );
    assert.ok(shown.at(-1)?.["application/vnd.vegalite.v5+json"]);
  });

  it("updates less often where that is dear: at most 3 % of the time", async () => {
    const { times } = await run(30_000, 60);
    assert.ok(times.length >= 3, String(times.length));
    // The first has to be tried to know its price.
    assert.ok((60 * (times.length - 1)) / 30_000 <= 0.03, String(times.length));
  });

  it("asks for dear metrics less often: in at most 0.3 % of the time, 50 ms apart", async () => {
    let clock = 1000;
    setClock(() => clock);
    openNotebook();
    const callback = livePlot();
    await callback.begin?.(view);
    let asked = 0;
    for (let step = 1; step <= 30_000; step++) {
      clock += 1;
      const costly = {
        ...logs(step, clock / 1000),
        get metrics() {
          asked += 1;
          clock += 20;
          return { accuracy: 0.5 };
        },
      };
      await callback.afterStep?.(step, costly);
    }
    assert.ok(asked >= 4 && 20 * asked <= 0.003 * (clock - 1000) + 50, String(asked));
  });

  describe("pictures", () => {
    /** A training of so many steps of 1 ms, each picture done after `cost` ms. @returns when pictures were begun */
    async function picturesOf(steps: number, cost: number): Promise<{ begun: number[]; shown: Bundle[] }> {
      let clock = 1000;
      setClock(() => clock);
      const opened = notebook();
      const display = notebookDisplay();
      assert.ok(display);
      const begun: number[] = [];
      let done = (): void => {};
      const draw = () => {
        const number = begun.push(clock - 1000);
        return new Promise<{ png: string; cost: number }>((resolve) => {
          done = () => resolve({ png: `picture ${number}`, cost });
        });
      };
      const plot = new LivePlot(display, "Training", { prepare: () => {}, draw });
      plot.begin(view);
      for (let step = 1; step <= steps; step++) {
        clock += 1;
        plot.afterStep(step, logs(step, clock / 1000));
        if (clock - 1000 === (begun.at(-1) ?? 0) + cost) {
          done();
          await Promise.resolve();
          await Promise.resolve();
        }
      }
      return { begun, shown: opened.shown };
    }

    it("begin with the first update, and the first is shown at the next one", async () => {
      const { begun, shown } = await picturesOf(1000, 400);
      assert.deepEqual(begun, [250]);
      assert.deepEqual(
        shown.map((bundle) => bundle["image/png"]),
        [undefined, undefined, undefined, "picture 1", "picture 1"],
      );
    });

    it("are drawn one at a time, 5 s apart, and take 1 % of the other thread's time", async () => {
      const cheap = await picturesOf(21_000, 30);
      assert.deepEqual(cheap.begun, [250, 5500, 10_750, 16_000]);
      const dear = await picturesOf(50_000, 200);
      assert.deepEqual(dear.begun, [250, 20_500, 40_750]);
      // Carried along: whatever is saved after Stop has one.
      assert.equal(dear.shown.at(-1)?.["image/png"], "picture 3");
    });
  });

  it("has epochs from before a resume, and metrics by step", async () => {
    let clock = 1000;
    setClock(() => clock);
    const opened = notebook();
    const callback = livePlot();
    const rows = [1, 2].map((epoch) => ({ epoch, loss: 3 / epoch, accuracy: epoch / 4 })) as unknown as EpochLogs[];
    await callback.begin?.({ ...view, rows });
    for (let step = 2001; step <= 2300; step++) {
      clock += 1;
      await callback.afterStep?.(step, logs(step, clock / 1000));
    }
    const last = opened.shown.at(-1);
    assert.ok(last);
    const { data, datasets, vconcat } = last["application/vnd.vegalite.v5+json"] as {
      data: { values: object[] };
      datasets: { steps: string };
      vconcat: { encoding: { x: { scale: { domain: number[] } } }; layer: unknown[] }[];
    };
    assert.deepEqual(data.values, rows);
    const [names, first] = datasets.steps.split("\n");
    assert.deepEqual([names, first], ["epoch,loss,learningRate,accuracy", "2.001,0.0951928,0.001,0.2001"]);
    assert.deepEqual(vconcat[0]?.encoding.x.scale.domain, [1, 3]);
    const [, accuracy] = vconcat;
    assert.match(
      JSON.stringify(accuracy?.layer[0]),
      /"data":{"name":"steps","format":{"type":"csv".*"strokeOpacity":0.35.*"field":"accuracy"/,
    );
  });

  it("ends with the history's loss curve, as chart, picture and text", async () => {
    const opened = notebook();
    const steps: StepRow[] = [];
    const look: Callback = {
      name: "look",
      afterStep(_step, { epoch, batch, batches, loss, learningRate, metrics }) {
        steps.push({ epoch: epoch - 1 + batch / batches, loss, learningRate, ...metrics });
        return undefined;
      },
    };
    const history = await train(mlp({ inputShape: [4], hidden: [8], classes: 3, seed: 3 }), {
      train: blobs({ samples: 90, batchSize: 16 }),
      validation: blobs({ samples: 90, batchSize: 16 }),
      epochs: 3,
      optimizer: adam({ learningRate: 0.02 }),
      callbacks: [livePlot({ title: "Blobs" }), look],
    });
    const last = opened.shown.at(-1);
    assert.deepEqual(Object.keys(last ?? {}), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    const expected = await lossCurve(history, { title: "Blobs", steps }).bundle();
    assert.deepEqual(last, JSON.parse(JSON.stringify(expected)));
    assert.equal(steps.length, 18);
    assert.ok(steps.every(({ accuracy = -1 }) => accuracy >= 0 && accuracy <= 1));
  });

  it("shows how far it came where training fails, and the error is fit's", async () => {
    const opened = notebook();
    const callbacks: Callback[] = [
      livePlot(),
      {
        name: "breaks",
        afterEpoch(epoch) {
          if (epoch === 2) throw new Error("broken on purpose");
          return undefined;
        },
      },
    ];
    const net = mlp({ inputShape: [4], hidden: [8], classes: 3, seed: 3 });
    const options = { train: blobs({ samples: 32, batchSize: 16 }), epochs: 3, callbacks };
    await assert.rejects(train(net, options), { message: "broken on purpose" });
    assert.match(opened.shown.at(-1)?.["text/plain"] ?? "", /^Training\n2 epochs, /);
    assert.equal(typeof opened.shown.at(-1)?.["image/png"], "string");
  });

  it("leaves the last picture alone after Stop", async () => {
    const { shown, callback } = await run(2000, 0);
    globals[signalSymbol] = AbortSignal.abort();
    const before = shown.length;
    await callback.end?.(new History([], "compiled"));
    assert.equal(shown.length, before);
  });

  it("is a line of text where there is no notebook", async () => {
    const written: string[] = [];
    const callback = livePlot();
    const write = mock.method(process.stdout, "write", (text: string) => written.push(text) > 0);
    await callback.begin?.(view);
    await callback.afterStep?.(1, logs(1, 0.001));
    write.mock.restore();
    assert.match(written.join(""), /^\repoch 1\/10 0 % {2}loss 1.980 {2}32000 images\/s/);
  });

  it("knows its options", () => {
    assert.throws(() => livePlot({ name: "x" } as object), /invalid options; expected options among title: "name"/);
  });
});

describe("callbacks: StepRecord", () => {
  it("holds any number of steps in few rows, with their mean, up to the present", () => {
    const record = new StepRecord();
    const count = 102_400;
    for (let i = 1; i <= count; i++) record.add({ epoch: i / 1000, loss: i, learningRate: 2 });
    const { rows } = record;
    assert.ok(rows.length >= 200 && rows.length < 400, String(rows.length));
    assert.equal(rows.reduce((sum, { loss }) => sum + loss, 0) / rows.length, (count + 1) / 2);
    assert.deepEqual([rows.at(-1)?.epoch, rows.at(-1)?.learningRate], [count / 1000, 2]);
  });

  it("keeps a few steps as they are", () => {
    const record = new StepRecord();
    record.add({ epoch: 0.5, loss: 2, learningRate: 1 }, () => ({ accuracy: 0.25 }));
    assert.deepEqual(record.rows, [{ epoch: 0.5, loss: 2, learningRate: 1, accuracy: 0.25 }]);
  });

  it("asks for metrics only where it keeps them: of the last step of many", () => {
    const record = new StepRecord();
    let asked = 0;
    const count = 12_800;
    for (let i = 1; i <= count; i++)
      record.add({ epoch: i / 1000, loss: 1, learningRate: 2 }, () => {
        asked += 1;
        return { accuracy: i / count };
      });
    assert.ok(asked < 2000, String(asked));
    assert.deepEqual(
      record.rows.map(({ accuracy }) => accuracy),
      record.rows.map(({ epoch }) => (epoch * 1000) / count),
    );
  });
});
