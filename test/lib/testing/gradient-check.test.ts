// gradientCheck agrees with right gradients, finds wrong ones, and leaves everything as it was.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { ready } from "../../../lib/engine/backend.js";
import { gradientCheck } from "../../../lib/testing/index.js";

const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, "float32", seed);

function withVariable(values: number[], test: (variable: tf.Variable) => void): void {
  const initial = tf.tensor1d(values);
  const variable = tf.variable(initial);
  initial.dispose();
  try {
    test(variable);
  } finally {
    variable.dispose();
  }
}

/** The square, with a gradient of our choosing. */
function squareWithGradient(gradient: (x: tf.Tensor, dy: tf.Tensor) => tf.Tensor) {
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(saved[0] as tf.Tensor, dy);
    return { value: tf.square(x as tf.Tensor), gradFunc };
  });
}

describe("gradientCheck", () => {
  before(async () => {
    await ready();
  });

  it("agrees on a small convolutional net, and leaves its weights and no tensor behind", () => {
    const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 2], filters: 3, kernelSize: 3, activation: "relu", ...seeded(1) }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 4, ...seeded(2) }),
      ],
    });
    const xs = normal([4, 8, 8, 2], 3);
    const ys = tf.oneHot(tf.tensor1d([0, 1, 2, 3], "int32"), 4);
    const before = model.getWeights().map((weight) => weight.arraySync());
    const { numTensors } = tf.memory();
    const check = gradientCheck(
      () => tf.losses.softmaxCrossEntropy(ys, model.apply(xs) as tf.Tensor),
      model.trainableWeights,
      { samples: 12 },
    );
    assert.equal(tf.memory().numTensors, numTensors);
    assert.deepEqual(
      model.getWeights().map((weight) => weight.arraySync()),
      before,
    );
    assert.equal(check.passed, true);
    assert.deepEqual(
      check.variables.map(({ shape }) => shape),
      [[3, 3, 2, 3], [3], [27, 4], [4]],
    );
    for (const { checked, largestError } of check.variables) assert.ok(checked >= 2 && largestError < 0.02);
    model.dispose();
    tf.dispose([xs, ys]);
  });

  it("knows slopes of smooth functions to 1e-4 and better", () => {
    const losses: ((x: tf.Tensor) => tf.Tensor)[] = [
      (x) => tf.sum(tf.square(x)),
      (x) => tf.sum(tf.exp(x)),
      (x) => tf.sum(tf.tanh(tf.mul(x, 3))),
      (x) => tf.mean(tf.sigmoid(x)),
      (x) => tf.logSumExp(x),
    ];
    withVariable([-1.5, -0.2, 0, 0.7, 2], (variable) => {
      for (const loss of losses) {
        const [result] = gradientCheck(() => loss(variable) as tf.Scalar, [variable]).variables;
        assert.equal(result?.checked, 5);
        assert.ok((result?.largestError ?? 1) < 5e-4, `${result?.largestError}`);
      }
    });
  });

  it("finds a gradient that is wrong in sign, in scale by 3 %, in one element, or missing", () => {
    const wrong = [
      squareWithGradient((x, dy) => tf.mul(dy, tf.mul(x, -2))),
      squareWithGradient((x, dy) => tf.mul(dy, tf.mul(x, 2.06))),
      squareWithGradient((x, dy) => tf.mul(dy, tf.mul(x, tf.tensor1d([2, 2, 2.2])))),
      squareWithGradient((x) => tf.zerosLike(x)),
    ];
    withVariable([0.5, -1, 2], (variable) => {
      for (const square of wrong) {
        const loss = () => tf.sum(square(variable)) as tf.Scalar;
        const { numTensors } = tf.memory();
        assert.throws(() => gradientCheck(loss, [variable]), {
          message:
            /^invalid gradient; expected that of finite differences: .*: element \d is -?[\d.e-]+, by differences -?[\d.e-]+$/,
        });
        const check = gradientCheck(loss, [variable], { throws: false });
        assert.equal(check.passed, false);
        assert.match(check.variables[0]?.failure ?? "", /^element/);
        assert.equal(tf.memory().numTensors, numTensors);
        assert.deepEqual(Array.from(variable.dataSync()), [0.5, -1, 2]);
      }
      gradientCheck(
        () => tf.sum(squareWithGradient((x, dy) => tf.mul(dy, tf.mul(x, 2)))(variable)) as tf.Scalar,
        [variable],
      );
    });
  });

  it("does not blame a rectifier for its kink, but does not call that agreement either", () => {
    withVariable([0, 1, -1, 2], (variable) => {
      const { passed, variables } = gradientCheck(() => tf.sum(tf.relu(variable)) as tf.Scalar, [variable]);
      assert.equal(passed, true);
      assert.deepEqual([variables[0]?.checked, variables[0]?.unsure], [3, 1]);
    });
    withVariable([0, 0, 0], (variable) => {
      const { passed, variables } = gradientCheck(() => tf.sum(tf.relu(variable)) as tf.Scalar, [variable], {
        throws: false,
      });
      assert.equal(passed, false);
      assert.match(variables[0]?.failure ?? "", /^too rough to judge \(3 of 3/);
    });
  });

  it("knows that a variable without influence has the gradient 0", () => {
    withVariable([1, 2], (used) => {
      withVariable([3, 4], (unused) => {
        const check = gradientCheck(() => tf.sum(tf.square(used)) as tf.Scalar, [used, unused]);
        assert.deepEqual(
          check.variables.map(({ largestError }) => largestError < 1e-3),
          [true, true],
        );
      });
    });
  });

  it("checks as many elements as asked", () => {
    withVariable(
      Array.from({ length: 50 }, (_, i) => i / 50),
      (variable) => {
        const count = (samples?: number) =>
          gradientCheck(
            () => tf.sum(tf.square(variable)) as tf.Scalar,
            [variable],
            samples === undefined ? {} : { samples },
          ).variables[0]?.checked;
        assert.deepEqual([count(), count(7), count(Number.POSITIVE_INFINITY)], [20, 7, 50]);
      },
    );
  });

  it("shows itself as a table", () => {
    withVariable([1], (variable) => {
      const check = gradientCheck(() => tf.sum(tf.square(variable)) as tf.Scalar, [variable]);
      const show = (check as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")];
      const bundle = show?.() ?? {};
      assert.match(
        bundle["text/plain"] ?? "",
        /^variable +shape +checked +unsure +largest error +verdict\n.* \[1\] +1 +0 +\S+ +agrees$/,
      );
      assert.match(bundle["text/html"] ?? "", /^<table>.*<td>agrees<\/td><\/tr><\/tbody><\/table>$/);
    });
  });

  it("refuses what it cannot check, by name, and leaks nothing", () => {
    const chance = () => tf.sum(tf.randomNormal([3])) as tf.Scalar;
    withVariable([1, 2], (variable) => {
      const loss = () => tf.sum(variable) as tf.Scalar;
      const fixed = tf.variable(tf.tensor1d([1]), false);
      const whole = tf.variable(tf.tensor1d([1], "int32"));
      const { numTensors } = tf.memory();
      const wrong: [() => unknown, RegExp][] = [
        [() => gradientCheck(chance, [variable]), /^invalid loss; expected the same value at each call \(no dropout/],
        [
          () => gradientCheck(() => tf.square(variable) as tf.Scalar, [variable]),
          /^invalid loss; .* scalar tensor: a float32 tensor \[2\]$/,
        ],
        [() => gradientCheck((() => 5) as unknown as () => tf.Scalar, [variable]), /^invalid loss; .*: 5$/],
        [
          () => gradientCheck(() => tf.log(tf.mul(loss(), -1)) as tf.Scalar, [variable]),
          /^invalid loss; expected a finite value: NaN$/,
        ],
        [() => gradientCheck(loss, []), /^invalid variables; expected a list/],
        [() => gradientCheck(loss, [null as unknown as tf.Variable]), /^invalid variables\[0\]; expected a trainable/],
        [() => gradientCheck(loss, [fixed]), /^invalid variables\[0\]; .*\(not trainable\)$/],
        [() => gradientCheck(loss, [whole]), /^invalid variables\[0\]; .*\(int32\)$/],
        [() => gradientCheck(loss, [variable], { samples: 0 }), /^invalid samples; /],
        [() => gradientCheck(loss, [variable], { relativeTolerance: Number.NaN }), /^invalid relativeTolerance; /],
      ];
      for (const [call, message] of wrong) assert.throws(call, { message });
      assert.equal(tf.memory().numTensors, numTensors);
      tf.dispose([fixed, whole]);
    });
  });
});
