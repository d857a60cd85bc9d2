// Models that end in softmax or sigmoid, as Keras's do: trained, validated and evaluated as the same model that ends in scores.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { Dataset } from "../../../lib/data/index.js";
import { useBackend } from "../../../lib/engine/backend.js";
import { withScores } from "../../../lib/engine/model-scores.js";
import { binaryCrossEntropy, crossEntropy } from "../../../lib/losses/index.js";
import { sgd } from "../../../lib/optimizers/index.js";
import { crossValidate } from "../../../lib/training/cross-validate.js";
import { evaluate } from "../../../lib/training/evaluate.js";
import { findLearningRate } from "../../../lib/training/find-learning-rate.js";
import { type FitOptions, fit as train } from "../../../lib/training/fit.js";
import { predict } from "../../../lib/training/predict.js";
import { blobs } from "./blobs.js";

type End = "linear" | "softmax" | "sigmoid";
const l = tf.layers;

/** The same weights at each call. */
function head(units: number, input: tf.SymbolicTensor): tf.SymbolicTensor {
  const start = (seed: number) => tf.initializers.randomUniform({ minval: -0.7, maxval: 0.7, seed });
  const hidden = l.dense({ units: 5, activation: "tanh", kernelInitializer: start(1) }).apply(input);
  return l.dense({ units, kernelInitializer: start(2) }).apply(hidden) as tf.SymbolicTensor;
}

/** The ways in which a model can end in an activation. */
const ends: Record<string, (units: number, end: End) => tf.LayersModel> = {
  "a dense layer": (units, end) => {
    const start = (seed: number) => tf.initializers.randomUniform({ minval: -0.7, maxval: 0.7, seed });
    return tf.sequential({
      layers: [
        l.dense({ inputShape: [4], units: 5, activation: "tanh", kernelInitializer: start(1) }),
        l.dense({ units, kernelInitializer: start(2), activation: end }),
      ],
    });
  },
  "a layer of its own": (units, end) => {
    const input = tf.input({ shape: [4] });
    const scores = head(units, input);
    const last = end === "softmax" ? l.softmax() : l.activation({ activation: end });
    return tf.model({ inputs: input, outputs: last.apply(scores) as tf.SymbolicTensor });
  },
  "a model that is its layer": (units, end) => {
    const inner = tf.input({ shape: [4] });
    const last = l.activation({ activation: end });
    const model = tf.model({ inputs: inner, outputs: last.apply(head(units, inner)) as tf.SymbolicTensor });
    const input = tf.input({ shape: [4] });
    return tf.model({ inputs: input, outputs: model.apply(input) as tf.SymbolicTensor });
  },
};

const weightsOf = (model: tf.LayersModel): number[] => model.getWeights().flatMap((weight) => [...weight.dataSync()]);

function assertClose(found: readonly number[], expected: readonly number[], what: string, tolerance = 1e-5): void {
  assert.equal(found.length, expected.length, what);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(value - (found[i] ?? Number.NaN)) <= tolerance, `${what}[${i}]: ${found[i]}, expected ${value}`);
}

const classes = blobs({ samples: 45, batchSize: 15 });
const yesAndNo = blobs({ samples: 40, batchSize: 10, classes: 2 });

describe("models that end in probabilities", () => {
  before(() => useBackend({ backend: "wasm" }));

  const problems = {
    softmax: { units: 3, data: classes, loss: "crossEntropy", metrics: ["accuracy", "logLoss"] },
    sigmoid: { units: 1, data: yesAndNo, loss: "binaryCrossEntropy", metrics: ["accuracy", "logLoss", "rocAuc"] },
  } as const;
  for (const end of ["softmax", "sigmoid"] as const)
    for (const [where, make] of Object.entries(ends))
      for (const mode of ["auto", "eager"] as const)
        it(`${end} in ${where} is trained as the model without it, ${mode}`, async () => {
          const { units, data, loss, metrics } = problems[end];
          const options: FitOptions = { train: data, validation: data, epochs: 4, loss, metrics, mode, seed: 1 };
          const [own, plain] = [make(units, end), make(units, "linear")];
          assert.deepEqual(weightsOf(own), weightsOf(plain));
          const optimizer = sgd({ learningRate: 0.3, momentum: 0.9 });
          const histories = [
            await train(own, { ...options, optimizer }),
            await train(plain, { ...options, optimizer }),
          ];
          for (const name of [
            "loss",
            "valLoss",
            ...metrics,
            ...metrics.map((it) => `val${it[0]?.toUpperCase()}${it.slice(1)}`),
          ]) {
            const [found = [], expected = []] = histories.map((history) => history.column(name));
            assert.equal(found.length, 4, name);
            assertClose(found, expected, name);
          }
          assertClose(weightsOf(own), weightsOf(plain), "weights");
          const [evaluation, other] = [await evaluate(own, data, { mode }), await evaluate(plain, data, { mode })];
          assert.deepEqual(evaluation.yPred, other.yPred);
          assertClose(evaluation.probabilities.flat(), other.probabilities.flat(), "probabilities");
          // Not applied a second time: the evaluation's probabilities are what the model says.
          const said = await predict(own, data, { mode });
          const rows = evaluation.probabilities.map((row) => (units === 1 ? row.slice(1) : row));
          assertClose(rows.flat(), [...said.dataSync()], "probabilities of the model");
          assert.ok(new Set(evaluation.yPred).size > 1 && evaluation.accuracy > 0.8);
          said.dispose();
          own.dispose();
          plain.dispose();
        });

  it("the functions of the losses do the same as their names; another loss gets what the model says", async () => {
    const make = ends["a dense layer"] as (typeof ends)[string];
    for (const [units, end, loss, data] of [
      [3, "softmax", crossEntropy, classes],
      [1, "sigmoid", "binaryCrossEntropy", yesAndNo],
    ] as const) {
      const [own, plain] = [make(units, end), make(units, "linear")];
      const options = { train: data, epochs: 2, optimizer: sgd({ learningRate: 0.1 }) };
      await train(own, { ...options, loss });
      await train(plain, { ...options, loss });
      assertClose(weightsOf(own), weightsOf(plain), "weights");
      own.dispose();
      plain.dispose();
    }
    const model = make(3, "softmax");
    const sums: number[] = [];
    const loss = (ys: tf.Tensor, outputs: tf.Tensor): tf.Scalar => {
      sums.push(...outputs.sum(1).dataSync());
      return tf.losses.meanSquaredError(tf.oneHot(ys as tf.Tensor1D, 3), outputs) as tf.Scalar;
    };
    await train(model, { train: classes, epochs: 1, loss, mode: "eager" });
    assert.ok(sums.length >= 45 && sums.every((sum) => Math.abs(sum - 1) < 1e-5));
    model.dispose();
  });

  it("a last layer that also runs inside the model is left in its place", async () => {
    const shared = l.dense({ units: 4, activation: "softmax" });
    const input = tf.input({ shape: [4] });
    const inside = shared.apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: shared.apply(inside) as tf.SymbolicTensor });
    const before = await predict(model, classes, { mode: "eager" });
    const evaluation = await evaluate(model, classes, { mode: "eager" });
    assertClose(evaluation.probabilities.flat(), [...before.dataSync()], "probabilities");
    const history = await train(model, { train: classes, epochs: 10, optimizer: sgd({ learningRate: 1 }) });
    const [first = 0, last = 0] = [history.column("loss")[0], history.column("loss").at(-1)];
    assert.ok(last < first, `${first} → ${last}`);
    before.dispose();
    model.dispose();
  });

  it("a model is as it was after its scores were asked for, also when that failed", () => {
    for (const make of Object.values(ends)) {
      const model = make(3, "softmax");
      const x = tf.ones([2, 4]);
      const ask = (): number[] => tf.tidy(() => [...(model.predict(x) as tf.Tensor).dataSync()]);
      const said = ask();
      assert.notDeepEqual(withScores(model, ask), said);
      assert.throws(() => withScores(model, () => assert.fail("on purpose")), /on purpose/);
      assert.deepEqual(ask(), said);
      x.dispose();
      model.dispose();
    }
  });

  it("a loss that doesn't fit is told with the one that does, before anything is trained", async () => {
    const make = ends["a dense layer"] as (typeof ends)[string];
    const wrong = [
      [
        make(1, "linear"),
        "crossEntropy",
        yesAndNo,
        /invalid loss; expected "binaryCrossEntropy", as the model has one output: "crossEntropy"/,
      ],
      [
        make(1, "sigmoid"),
        crossEntropy,
        yesAndNo,
        /expected "binaryCrossEntropy", as the model has one output: "crossEntropy"/,
      ],
      [
        make(3, "sigmoid"),
        { name: "crossEntropy", labelSmoothing: 0.1 },
        classes,
        /expected "binaryCrossEntropy", as the model ends in sigmoid: "crossEntropy"/,
      ],
      [
        make(2, "softmax"),
        binaryCrossEntropy,
        yesAndNo,
        /expected "crossEntropy", as the model ends in softmax: "binaryCrossEntropy"/,
      ],
    ] as const;
    for (const [model, loss, data, message] of wrong) {
      const before = weightsOf(model);
      await assert.rejects(train(model, { train: data, epochs: 1, loss }), message);
      await assert.rejects(findLearningRate(model, { train: data, loss, steps: 10 }), message);
      assert.deepEqual(weightsOf(model), before);
      model.dispose();
    }
    // The default is crossEntropy.
    const model = make(1, "linear");
    await assert.rejects(train(model, { train: yesAndNo, epochs: 1 }), /invalid loss; expected "binaryCrossEntropy"/);
    model.dispose();
  });

  it("the learning rate finder and cross-validation look at scores too", async () => {
    const make = ends["a dense layer"] as (typeof ends)[string];
    const [own, plain] = [make(3, "softmax"), make(3, "linear")];
    const options = { train: classes, steps: 12, optimizer: sgd({ learningRate: 0.1 }) };
    const [found, expected] = [await findLearningRate(own, options), await findLearningRate(plain, options)];
    assertClose(found.losses, expected.losses, "losses", 1e-4);
    own.dispose();
    plain.dispose();
    const values = new Float32Array(60 * 4).map((_, i) => Math.sin(i * i));
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % 3);
    const data = new Dataset({ values, shape: [4], labels, classNames: ["a", "b", "c"] });
    const runs = [];
    for (const end of ["softmax", "linear"] as const) {
      const { folds } = await crossValidate(() => make(3, end), data, {
        folds: 3,
        epochs: 1,
        seed: 1,
        optimizer: sgd({ learningRate: 0.1 }),
      });
      runs.push(
        folds.flatMap(({ scores, evaluation }) => [
          scores.loss ?? Number.NaN,
          ...(evaluation?.probabilities.flat() ?? []),
        ]),
      );
    }
    assertClose(runs[0] ?? [], runs[1] ?? [], "folds");
  });
});
