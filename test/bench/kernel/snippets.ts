// The cells that are timed, in TypeScript and as near as can be in Python. Used by the measures; every cell says what it
// must print, so that a kernel that fails fast does not count as fast.

export interface TimedCell {
  code: string;
  /** Must be in what the cell shows. Absent: the cell shows nothing that matters. */
  shows?: string;
}

export interface Position {
  code: string;
  /** In code points. */
  cursor: number;
  /** Must be in the answer. */
  answers: string;
}

/** The kinds of cell that Stop has to end. */
export const stopKinds = [
  "synchronous loop",
  "synchronous loop after an await",
  "await that never settles",
  "chain of timers",
  "tfjs loop",
] as const;
export type StopKind = (typeof stopKinds)[number];

export interface Snippets {
  plain(n: number): TimedCell;
  /** Refused by a kernel that checks types. */
  wrongType: string | undefined;
  /** What a user writes before `tf` or `math` can be used; absent where they are there already. */
  load?: string;
  /** Undefined: this language has no tfjs. */
  tf: ((n: number) => TimedCell) | undefined;
  completions: { plain: Position; tf: Position | undefined };
  inspections: { plain: Position; tf: Position | undefined };
  lines(count: number): string;
  endless: string;
  /** Runs once, before any cell that is stopped. */
  stopSetup(withTf: boolean): string;
  /** Sets `kept` to n, prints `started`, and never ends. Undefined: this language has no such cell. */
  stop(kind: StopKind, n: number): string | undefined;
  /** Shows `<kept> <ticks> <answer>`, where `ticks` is what the chain of timers counts and `answer` is 42 from tf. */
  state: TimedCell;
}

function at(code: string, answers: string, cursor = code.length): Position {
  return { code, cursor, answers };
}

/** @param tfSpecifier where `tf` has to be imported from; none where it is preloaded. */
export function typescriptCells(tfSpecifier?: string): Snippets {
  return {
    plain: (n) => ({ code: `const x${n} = ${n}; x${n}`, shows: String(n) }),
    wrongType: 'const wrong: number = "text";',
    ...(tfSpecifier === undefined ? {} : { load: `import * as tf from "${tfSpecifier}"` }),
    tf: (n) => ({ code: `const t${n} = tf.tensor([${n}, 1]); t${n}.dataSync()[0]`, shows: String(n) }),
    completions: { plain: at("Math.", "hypot"), tf: at("tf.", "tensor2d") },
    inspections: { plain: at("Math.hypot", "hypot", 8), tf: at("tf.tensor2d", "tensor2d", 6) },
    lines: (count) => `for (let i = 0; i < ${count}; i++) console.log("line", i);`,
    endless: 'console.log("started"); while (true) {}',
    stopSetup: (withTf) =>
      `let kept = -1; let ticks = 0; ${withTf ? "const six = tf.scalar(6); const wide = tf.ones([64, 64]);" : ""}`,
    stop: (kind, n) => `kept = ${n}; ${typescriptStop(kind, n)}`,
    state: { code: '[kept, ticks, tf.tidy(() => six.mul(7).dataSync()[0])].join(" ")' },
  };
}

function typescriptStop(kind: StopKind, n: number): string {
  switch (kind) {
    case "synchronous loop":
      return 'console.log("started"); while (true) {}';
    case "synchronous loop after an await":
      return 'await new Promise((resolve) => setTimeout(resolve, 1)); console.log("started"); while (true) {}';
    case "await that never settles":
      return 'console.log("started"); await new Promise(() => {});';
    case "chain of timers":
      return 'const tick = () => { ticks += 1; setTimeout(tick, 2); }; tick(); console.log("started"); await new Promise(() => {});';
    case "tfjs loop": {
      // Half of them give the event loop a turn, half never do.
      const step =
        n % 2 === 0
          ? "{ const y = wide.matMul(wide); await y.data(); y.dispose(); }"
          : "tf.tidy(() => { wide.matMul(wide).dataSync(); });";
      return `console.log("started"); while (true) ${step}`;
    }
  }
}

export const pythonCells: Snippets = {
  plain: (n) => ({ code: `x${n} = ${n}\nx${n}`, shows: String(n) }),
  wrongType: undefined,
  load: "import asyncio, math",
  tf: undefined,
  completions: { plain: at("math.", "hypot"), tf: undefined },
  inspections: { plain: at("math.hypot", "hypot", 8), tf: undefined },
  lines: (count) => `for i in range(${count}): print("line", i)`,
  endless: 'print("started", flush=True)\nwhile True: pass',
  stopSetup: () => "kept = -1\nticks = 0\nsix = 6",
  stop: (kind, n) => {
    const body = pythonStop(kind);
    return body && `kept = ${n}\n${body}`;
  },
  state: { code: 'f"{kept} {ticks} {six * 7}"' },
};

function pythonStop(kind: StopKind): string | undefined {
  const started = 'print("started", flush=True)';
  switch (kind) {
    case "synchronous loop":
      return `${started}\nwhile True: pass`;
    case "synchronous loop after an await":
      return `await asyncio.sleep(0.001)\n${started}\nwhile True: pass`;
    case "await that never settles":
      return `${started}\nawait asyncio.Future()`;
    case "chain of timers":
      return [
        "loop = asyncio.get_running_loop()",
        "def tick():",
        "    global ticks",
        "    ticks += 1",
        "    loop.call_later(0.002, tick)",
        "tick()",
        started,
        "await asyncio.Future()",
      ].join("\n");
    case "tfjs loop":
      return undefined;
  }
}
