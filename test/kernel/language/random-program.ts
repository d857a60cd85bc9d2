// Random programs of top-level statements that use each other's variables in every way that the compiler rewrites:
// closures, patterns, shadowing, shorthands, classes, generators, loops. Used by cut-programs.test.ts.

export interface RandomProgram {
  statements: string[];
  /** Its variables, all numbers. */
  variables: string[];
}

/** The same program for the same seed. */
export function randomProgram(seed: number, length: number): RandomProgram {
  const random = mulberry32(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(items: readonly [T, ...T[]]): T => items[below(items.length)] ?? items[0];
  const variables: string[] = [];
  const functions: string[] = [];
  let names = 0;

  const variable = (): string => variables[below(variables.length)] ?? "0";
  const assignable = (): string => variables[below(variables.length)] as string;
  /** An expression that is a number, of variables and the given local names. */
  const number = (depth: number, locals: readonly string[] = []): string => {
    const local = locals[below(locals.length)];
    if (depth <= 0 || random() < 0.2) return local && random() < 0.5 ? local : pick([variable(), String(below(10))]);
    const next = (more: readonly string[] = []): string => number(depth - 1, [...locals, ...more]);
    const callee = functions[below(functions.length)];
    const v = variable();
    return pick([
      () => `((${next()} + ${next()}) | 0)`,
      () => `((${next()} * 3 - ${next()}) | 0)`,
      () => `(${next()} > ${next()} ? ${next()} : ${next()})`,
      () => (callee ? `${callee}(${next()})` : next()),
      () => `((x) => (x ^ ${next(["x"])}))(${next()})`,
      // A parameter hides the variable of its name.
      () => `(function (${v === "0" ? "z" : v} = ${next()}) { return ${v} & 255 })()`,
      () => (v === "0" ? next() : `({ ${v} }).${v}`),
      () =>
        v === "0" ? next() : `(({ ${v}: y = 1, ...rest }) => y + Object.keys(rest).length)({ ${v}, k: ${next()} })`,
      () => `[${next()}, ...[${next()}, ${next()}]].reduce((s, x) => (s + x) | 0, 0)`,
      () => `Number(\`\${${next()}}\`)`,
      () => `(typeof ${v} === "number" ? ${next()} : -1)`,
      () => `[...(function* () { yield ${next()}; yield* [${next()}] })()].length`,
      () => `(new (class { #n = ${next()}; get n() { return this.#n } static s = ${next()} })().n | 0)`,
      () => `((${next()}, ${next()}))`,
      () => (v === "0" ? next() : `((${v} = ((${v} + 1) | 0)) & 15)`),
      () => `((o) => o?.p ?? ${next()})({ p: ${next()} })`,
    ])();
  };
  const fresh = (): string => `n${names++}`;

  const declaration = (): string => {
    const [a, b, c] = [fresh(), fresh(), fresh()];
    // The text, then the names that it declares; the text cannot use them yet.
    const [text, ...declared] = pick<() => [string, ...string[]]>([
      () => [`let ${a} = ${number(3)}`, a],
      () => [`var ${a} = ${number(3)}`, a],
      () => [`let ${a} = ${number(2)}, ${b} = ${number(2)}`, a, b],
      () => [
        `let { ${a}, k: ${b} = ${number(1)}, ...${c}$ } = { ${a}: ${number(2)}, z: ${number(1)} }, ${c} = Object.keys(${c}$).length`,
        ...[a, b, c],
      ],
      () => [
        `let [${a}, [${b}] = [${number(1)}], ...${c}$] = [${number(2)}, undefined, 1, 2], ${c} = ${c}$.length`,
        ...[a, b, c],
      ],
      () => [
        `for (var ${a} = 0, ${b} = 1; ${a} < ${below(4)}; ${a}++) ${b} = (${b} * 2 + ${number(1)}) | 0`,
        ...[a, b],
      ],
      () => [`for (var ${a} of [${number(1)}, ${number(1)}]);`, a],
      () => [`{ var ${a} = ${number(2)}; let ${a}$ = ${a}; ${a} = ${a}$ + 1 }`, a],
    ])();
    variables.push(...declared);
    return text;
  };

  const functionDeclaration = (): string => {
    const f = fresh();
    const v = variables.length ? assignable() : "0";
    const text = pick([
      () => `function ${f}(x) { return (x + ${number(2, ["x"])}) | 0 }`,
      () => `const ${f} = (x) => (${number(2, ["x"])}) | 0`,
      () => `function ${f}(x, y = ${number(1)}) { ${v === "0" ? "" : `${v} = (${v} + y) | 0;`} return x }`,
      () => `const ${f} = ({ f(x) { return ${number(2, ["x"])} } }).f`,
      () =>
        `class ${f}$ { constructor(n) { this.n = n } get() { return (this.n + ${number(1)}) | 0 } static of(n) { return new ${f}$(n) } }\nconst ${f} = (x) => ${f}$.of(x).get()`,
      () =>
        `function ${f}(x) { let s = 0; for (const ${v === "0" ? "q" : v} of [x, 1]) s = (s + ${v === "0" ? "q" : v}) | 0; return s }`,
    ])();
    functions.push(f);
    return text;
  };

  const effect = (): string => {
    const v = assignable();
    const w = assignable();
    return pick([
      () => `${v} = ${number(3)}`,
      () => `${v} ${pick(["+=", "-=", "^=", "|=", "&="])} ${number(2)}`,
      () => `${pick(["++", "--"])}${v}`,
      () => `;[${v}, ${w}] = [${number(2)}, ${number(2)}]`,
      () => `;({ ${v}, k: ${w} = ${number(1)} } = { ${v}: ${number(1)} })`,
      () => `for (${v} of [${number(1)}, ${number(1)}]) ${w} = (${w} + 1) | 0`,
      () => `for (const [${v}, x] of [[1, ${number(1)}]]) { if (x > ${v}) continue; ${w === v ? "x" : `${w} = x`} }`,
      () =>
        `try { if (${number(1)} > 5) throw ${number(1)}; ${v} = 1 } catch (${w}) { ${v === w ? "" : `${v} = ${w}`} } finally { ${v} = (${v} + 1) | 0 }`,
      () =>
        `outer: for (let i = 0; i < 3; i++) { for (let ${w} = 0; ; ${w}++) { if (${w} > i) continue outer; ${v === w ? "" : `${v} = (${v} + ${w}) | 0`} } }`,
      () =>
        `switch (${v} & 1) { case 0: { let ${v} = 5; ${w === v ? "" : `${w} = ${v}`}; break } default: ${w} = (${number(1)}) | 0 }`,
      () => `if (${number(1)} > ${number(1)}) ${v} = 1; else ${w} = (${number(2)}) | 0`,
      () => `{ const ${v} = ${below(9)}; { ${w === v ? "" : `${w} = ${v}`} } }`,
      () => `${v} = await Promise.resolve(${number(1)})`,
      () => `for await (const x of [${number(1)}]) ${v} = (x + ${w}) | 0`,
      () => `do { ${v} = (${v} - 7) | 0 } while (${v} > 20)`,
      () => `${v} ||= ${number(1)}; ${w} &&= ${number(1)}; ${v} ??= 3`,
    ])();
  };

  const statements = [declaration(), declaration()];
  while (statements.length < length) {
    const kind = random();
    statements.push(kind < 0.25 ? declaration() : kind < 0.45 ? functionDeclaration() : effect());
  }
  return { statements, variables };
}

/** A small generator of random numbers: the same everywhere, unlike Math.random. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
