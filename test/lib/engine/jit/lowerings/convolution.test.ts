import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useBackend } from "../../../../../lib/engine/backend.js";
import { blockLength } from "../../../../../lib/engine/jit/block-length.js";
import { assertLowers, randomTensor } from "../against-eager.js";

type Pad = "same" | "valid" | number | [[number, number], [number, number], [number, number], [number, number]];

describe("lowerings of convolutions", () => {
  before(() => useBackend({ backend: "wasm" }));
  const explicit: Pad = [
    [0, 0],
    [2, 1],
    [0, 2],
    [0, 0],
  ];
  const name = (pad: Pad): string => (typeof pad === "object" ? "explicit" : String(pad));

  for (const kernel of [1, 2, 3, 5])
    for (const stride of [1, 2, 3])
      for (const pad of ["same", "valid", 1, explicit] as const)
        it(`conv2d: kernel ${kernel}, stride ${stride}, ${name(pad)} padding`, async () => {
          const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
            tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
          await assertLowers(f, [randomTensor([2, 9, 8, 3], 1, 1), randomTensor([kernel, kernel, 3, 4], 2, 0.5)]);
        });

  for (const [strides, shape] of [
    [
      [1, 2],
      [2, 7, 9, 2],
    ],
    [
      [2, 1],
      [1, 6, 5, 2],
    ],
  ] as const)
    it(`conv2d: strides ${strides.join("×")}, kernel 3×2`, async () => {
      const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
        tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [...strides] as [number, number], "same");
      await assertLowers(f, [randomTensor(shape, 1, 1), randomTensor([3, 2, 2, 3], 2, 0.5)]);
    });

  for (const dilation of [2, 3, [1, 2], [3, 1]] as const)
    for (const pad of ["same", "valid", 1, explicit] as const)
      it(`conv2d: dilation ${dilation}, ${name(pad)} padding`, async () => {
        const dilations = typeof dilation === "number" ? dilation : ([...dilation] as [number, number]);
        const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
          tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad, "NHWC", dilations);
        await assertLowers(f, [randomTensor([2, 9, 8, 3], 1, 1), randomTensor([3, 3, 3, 4], 2, 0.5)]);
      });

  for (const multiplier of [1, 2])
    for (const stride of [1, 2, 3, [1, 3], [2, 1]] as const)
      for (const pad of ["same", "valid", explicit] as const)
        it(`depthwise: multiplier ${multiplier}, stride ${stride}, ${name(pad)}`, async () => {
          const strides = typeof stride === "number" ? stride : ([...stride] as [number, number]);
          const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
            tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad as "same");
          await assertLowers(f, [randomTensor([2, 7, 8, 3], 1, 1), randomTensor([3, 3, 3, multiplier], 2, 0.5)]);
        });

  for (const pad of ["same", "valid", explicit] as const)
    it(`depthwise: dilation 2, ${name(pad)}`, async () => {
      const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
        tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad as "same", "NHWC", 2);
      await assertLowers(f, [randomTensor([2, 7, 8, 3], 1, 1), randomTensor([3, 3, 3, 2], 2, 0.5)]);
    });

  for (const [stride, dilation] of [
    [1, 1],
    [2, 1],
    [3, 1],
    [1, 2],
    [1, 3],
  ] as const)
    for (const pad of ["same", "valid"] as const)
      it(`separable: stride ${stride}, dilation ${dilation}, ${pad}`, async () => {
        const f = (x: tf.Tensor, d: tf.Tensor, p: tf.Tensor): tf.Tensor =>
          tf.separableConv2d(x as tf.Tensor4D, d as tf.Tensor4D, p as tf.Tensor4D, stride, pad, dilation);
        await assertLowers(f, [
          randomTensor([2, 7, 8, 3], 1, 1),
          randomTensor([3, 2, 3, 2], 2, 0.5),
          randomTensor([1, 1, 6, 4], 3, 0.5),
        ]);
      });

  for (const kernel of [1, 2, 3, 4, 5])
    for (const stride of [1, 2, 3])
      for (const pad of ["same", "valid"] as const)
        it(`conv2dTranspose: kernel ${kernel}, stride ${stride}, ${pad}`, async () => {
          const size = pad === "same" ? 4 * stride : 3 * stride + kernel;
          const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
            tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, size, size, 3], stride, pad);
          await assertLowers(f, [randomTensor([2, 4, 4, 5], 1, 1), randomTensor([kernel, kernel, 3, 5], 2, 0.5)]);
        });

  for (const [stride, dilation] of [
    [1, 1],
    [2, 1],
    [3, 1],
    [1, 2],
    [1, 3],
  ] as const)
    for (const pad of ["same", "valid"] as const)
      it(`conv1d: stride ${stride}, dilation ${dilation}, ${pad}`, async () => {
        const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
          tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, stride, pad, "NWC", dilation);
        await assertLowers(f, [randomTensor([2, 9, 3], 1, 1), randomTensor([3, 3, 4], 2, 0.5)]);
      });

  for (const [stride, dilation] of [
    [1, 1],
    [2, 1],
    [3, 1],
    [1, 2],
  ] as const)
    for (const pad of ["same", "valid"] as const)
      it(`conv3d: stride ${stride}, dilation ${dilation}, ${pad}`, async () => {
        const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
          tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, stride, pad, "NDHWC", dilation);
        await assertLowers(f, [randomTensor([1, 4, 5, 4, 2], 1, 1), randomTensor([2, 3, 2, 2, 3], 2, 0.5)]);
      });

  it("without a gradient tfjs fuses bias and activation", async () => {
    for (const activation of ["relu", "relu6", "elu", "sigmoid", "leakyrelu", "linear"] as const) {
      const f = (x: tf.Tensor, w: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: w as tf.Tensor4D,
          strides: 1,
          pad: "same",
          bias: bias as tf.Tensor1D,
          activation,
          leakyreluAlpha: 0.1,
        });
      const inputs = [randomTensor([1, 5, 5, 2], 1, 1), randomTensor([3, 3, 2, 3], 2), randomTensor([3], 3)];
      await assertLowers(f, inputs, { gradients: [] });
    }
  });

  // Where this machine's onnxruntime has blocked convolutions, they are checked too; elsewhere the plain ones are checked once more.
  for (const stride of [1, 2])
    for (const pad of ["same", "valid"] as const)
      for (const [batch, channels, filters] of [
        [4, 16, 16],
        [16, 3, 16],
        [12, 16, 32],
        [20, 5, 12],
        [12, 1, 12],
      ] as const)
        it(`in blocks: batch ${batch}, ${channels} → ${filters} channels, stride ${stride}, ${pad}`, async () => {
          const f = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
            tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
          const inputs = [randomTensor([batch, 6, 7, channels], 1, 1), randomTensor([3, 3, channels, filters], 2, 0.5)];
          const block = await blockLength();
          const operators = await assertLowers(f, inputs, { block });
          // The blocked filter gradient finds its padding written out.
          if (block !== undefined && pad === "same") assert.ok(operators.includes("Pad"));
        });

  for (const [channels, filters, kernel] of [
    [3, 6, 5],
    [6, 16, 5],
    [4, 12, 3],
    [16, 16, 3],
    [32, 16, 1],
  ] as const)
    it(`in blocks with bias and ReLU: ${channels} → ${filters} channels, kernel ${kernel}`, async () => {
      const block = await blockLength();
      const f = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
        tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"), b));
      const inputs = [
        randomTensor([4, 6, 7, channels], 1, 1),
        randomTensor([kernel, kernel, channels, filters], 2, 0.5),
        randomTensor([filters], 3),
      ];
      await assertLowers(f, inputs, { block });
      const operators = await assertLowers(f, inputs, { block, gradients: [] });
      // Where blocks would be mostly zeros, they are not used.
      if (block === undefined || Math.ceil(filters / block) * block > 2 * filters) return;
      // Both are part of the convolution.
      assert.ok(operators.includes("ReorderOutput"), operators.join());
      assert.ok(!operators.includes("Relu") && !operators.includes("Add"), operators.join());
    });
});
