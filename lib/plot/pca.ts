// The first two principal components, by subspace iteration: what scikit-learn's PCA gives, for embeddings to be looked at.
import { SplitMix32 } from "../engine/random.js";

export interface Components {
  /** One pair a sample. */
  readonly scores: readonly (readonly [number, number])[];
  /** The share of the variance along each. */
  readonly ratio: readonly [number, number];
}

const mostIterations = 500;
/** More columns than are asked for: the iteration then converges by how the 11th variance compares to the second. */
const columns = 10;

/**
 * Signs as scikit-learn's: the largest loading of a component is positive. Halko, Martinsson and Tropp 2011,
 * https://arxiv.org/abs/0909.4061, section 4.5
 * @param rows at least two samples of at least two finite numbers each
 */
export function principalComponents(rows: readonly ArrayLike<number>[]): Components {
  const [samples, size] = [rows.length, rows[0]?.length ?? 0];
  const centred = centre(rows, size);
  const total = centred.reduce((sum, row) => sum + dot(row, row), 0);
  const random = new SplitMix32(1);
  let basis = orthonormal(
    Array.from({ length: Math.min(columns, size) }, () =>
      Float64Array.from({ length: size }, () => random.unit() - 0.5),
    ),
  );
  let values = [0, 0];
  for (let iteration = 0; iteration < mostIterations && total > 0; iteration++) {
    const images = basis.map((column) => project(centred, column));
    // Within the subspace, the directions of largest variance.
    const turned = eigenvectors(images.map((a) => images.map((b) => dot(a, b))));
    const before = values;
    values = turned.values;
    basis = turned.vectors.map((vector) => combination(basis, vector));
    const change = [0, 1].map((i) => Math.abs((values[i] ?? 0) - (before[i] ?? 0)));
    if (iteration > 2 && Math.max(...change) <= 1e-14 * total) break;
    basis = orthonormal(basis.map((column) => combination(centred, project(centred, column))));
  }
  const [first, second] = [basis[0], basis[1]].map((column) => project(centred, withSign(column, size)));
  return {
    scores: Array.from({ length: samples }, (_, i) => [first?.[i] ?? 0, second?.[i] ?? 0]),
    ratio: [total ? (values[0] ?? 0) / total : 0, total ? (values[1] ?? 0) / total : 0],
  };
}

function centre(rows: readonly ArrayLike<number>[], size: number): Float64Array[] {
  const means = new Float64Array(size);
  for (const row of rows) for (let j = 0; j < size; j++) means[j] = (means[j] ?? 0) + (row[j] ?? 0) / rows.length;
  return rows.map((row) => Float64Array.from({ length: size }, (_, j) => (row[j] ?? 0) - (means[j] ?? 0)));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function project(rows: readonly Float64Array[], direction: ArrayLike<number>): Float64Array {
  return Float64Array.from(rows, (row) => dot(row, direction));
}

/** Σ weight · vector */
function combination(vectors: readonly Float64Array[], weights: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  vectors.forEach((vector, i) => {
    const weight = weights[i] ?? 0;
    for (let j = 0; j < sum.length; j++) sum[j] = (sum[j] ?? 0) + weight * (vector[j] ?? 0);
  });
  return sum;
}

/** Gram and Schmidt's, twice, which is exact enough; a direction that is none becomes 0. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const whole = Math.sqrt(dot(vector, vector));
    let rest = vector;
    for (let pass = 0; pass < 2; pass++) {
      const parts = done.map((other) => -dot(rest, other));
      rest = combination([rest, ...done], [1, ...parts]);
    }
    const length = Math.sqrt(dot(rest, rest));
    done.push(rest.map((value) => (length > 1e-12 * whole ? value / length : 0)));
  }
  return done;
}

/** Of a small symmetric matrix, by Jacobi's rotations; the largest value first. */
function eigenvectors(matrix: number[][]): { values: number[]; vectors: number[][] } {
  const size = matrix.length;
  const at = (i: number, j: number) => matrix[i]?.[j] ?? 0;
  const vectors = matrix.map((_, i) => matrix.map((_, j) => Number(i === j)));
  const whole = matrix.reduce((sum, _, i) => sum + Math.abs(at(i, i)), 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let rest = 0;
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        rest = Math.max(rest, Math.abs(at(p, q)));
        if (Math.abs(at(p, q)) <= 1e-18 * whole) continue;
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const sine = tangent * cosine;
        for (const row of matrix) rotate(row, p, q, cosine, sine);
        rotateRows(matrix, p, q, cosine, sine);
        rotateRows(vectors, p, q, cosine, sine);
      }
    if (rest <= 1e-18 * whole) break;
  }
  const order = matrix.map((_, i) => i).sort((a, b) => at(b, b) - at(a, a));
  return { values: order.map((i) => at(i, i)), vectors: order.map((i) => vectors[i] ?? []) };
}

function rotate(row: number[], p: number, q: number, cosine: number, sine: number): void {
  const [a, b] = [row[p] ?? 0, row[q] ?? 0];
  row[p] = cosine * a - sine * b;
  row[q] = sine * a + cosine * b;
}

function rotateRows(matrix: number[][], p: number, q: number, cosine: number, sine: number): void {
  const [first, second] = [matrix[p] ?? [], matrix[q] ?? []];
  first.forEach((a, j) => {
    const b = second[j] ?? 0;
    first[j] = cosine * a - sine * b;
    second[j] = sine * a + cosine * b;
  });
}

function withSign(column: Float64Array | undefined, size: number): Float64Array {
  if (column === undefined) return new Float64Array(size);
  let largest = 0;
  for (const value of column) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? column.map((value) => -value) : column;
}
