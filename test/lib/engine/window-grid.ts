// The grid over which everything that slides a window is checked, in one to three dimensions: strides, paddings, dilations, kernel sizes,
// odd sizes, batches. Used by window-gradients.test.ts.

export interface Geometry {
  readonly name: string;
  readonly kernel: number[];
  readonly stride: number[];
  readonly dilation: number;
  /** "same", "valid", or how many zeros (or nothings, for a pool) come before and after each axis. */
  readonly pad: "same" | "valid" | [number, number][];
  readonly size: number[];
  readonly batch: number;
}

/** Lengths of the axes, where the window does not need more. */
const lengths: Readonly<Record<number, readonly number[]>> = { 1: [11], 2: [7, 6], 3: [5, 4, 5] };

/**
 * @param rank how many axes the window has, 1 to 3
 * @param dilations the largest dilation; dilated windows have stride 1
 */
export function* geometries(rank: number, dilations: number): Generator<Geometry> {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  let i = 0;
  for (const padding of ["same", "valid", "explicit"] as const)
    for (let k = 1; k <= 5; k++)
      for (let s = 1; s <= 3; s++)
        for (let dilation = 1; dilation <= (s === 1 && k > 1 ? dilations : 1); dilation++) {
          i++;
          const last = rank - 1;
          const kernel = axes.map((axis) => (axis === last && rank > 1 && i % 3 === 0 ? Math.max(1, k - 1) : k));
          const stride = axes.map((axis) => (axis === last && rank > 1 && i % 4 === 0 ? 1 : s));
          const reach = (k - 1) * dilation + 1;
          const size = axes.map((axis) => Math.max((lengths[rank]?.[axis] ?? 5) - (i % 2), reach));
          // Narrower than the window: one that holds nothing else has no maximum.
          const pairs = kernel.map((length, axis): [number, number] =>
            axis % 2 === 0 ? [length >> 1, length - 1] : [0, length >> 1],
          );
          const batch = 1 + (i % 2);
          yield {
            name: `${padding} kernel ${kernel} stride ${stride} dilation ${dilation} size ${size} batch ${batch}`,
            kernel,
            stride,
            dilation,
            pad: padding === "explicit" ? pairs : padding,
            size,
            batch,
          };
        }
}
