// The cells of the soak: each declares names of its own and uses earlier ones, so that the state grows with every cell.
// Used by test/bench/soak.ts and, in a shorter run, by test/kernel/language/growth.test.ts.

export interface SoakCell {
  kind: "plain" | "class" | "interface" | "import" | "tensor" | "async";
  code: string;
  /** The result's text/plain, where it is the same whenever the cell runs. */
  shows?: string;
}

/** @param i from 0 on; cells must run in order. */
export function soakCell(i: number): SoakCell {
  if (i === 0) return { kind: "plain", code: "let total = 0\nconst v0 = [0]\nfunction f0(x: number) { return x }" };
  // Some cell of the last fifty, another one each time.
  const back = Math.max(0, i - 1 - ((i * 7) % 50));
  switch (i % 20) {
    case 3:
    case 13:
      return {
        kind: "class",
        code: `class C${i} { constructor(readonly n = ${i}) {} twice() { return this.n * 2 } }\nconst v${i} = [new C${i}().twice()]\nfunction f${i}(x: number) { return x + v${i}[0]! }\nv${i}[0]`,
        shows: String(i * 2),
      };
    case 6:
      return {
        kind: "interface",
        code: `interface I${i} { a: number; b: string }\nconst o${i}: I${i} = { a: ${i}, b: 'x' }\nconst v${i} = [o${i}.a]\nfunction f${i}(x: I${i} | number): number { return typeof x === 'number' ? x : x.a }\nf${i}(o${i})`,
        shows: String(i),
      };
    case 9:
      return {
        kind: "import",
        code: `import { join as join${i} } from 'node:path/posix'\nconst v${i} = [join${i}('a', 'b').length]\nfunction f${i}(x: number) { return x }\nv${i}[0]`,
        shows: "3",
      };
    case 15:
      return {
        kind: "tensor",
        code: `const v${i} = tf.tidy(() => Array.from(tf.add(tf.tensor1d([${i}, 1]), 1).dataSync()))\nfunction f${i}(x: number) { return x }\ntf.memory().numTensors`,
        shows: "0",
      };
    case 17:
      return {
        kind: "async",
        code: `async function g${i}(x: number) { await null; return x + v${back}.length }\nconst v${i} = [await g${i}(${i})]\nfunction f${i}(x: number) { return x }`,
      };
    default:
      return {
        kind: "plain",
        code: `const v${i} = [${i}, v${back}[0]!].map((x) => x + 1)\nfunction f${i}(x: number): number { return x < 0 ? f${back}(x + 1) : x + v${i}.length }\ntotal += f${i}(0)\nv${i}[0]`,
        shows: String(i + 1),
      };
  }
}
