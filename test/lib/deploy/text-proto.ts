// Reads protobuf's text format (https://protobuf.dev/reference/protobuf/textformat-spec/) as far as model configurations use it, and holds it to
// a schema: unknown fields, wrong types and repeated single fields are errors, as in Triton. Used by files.test.ts.

export type Field =
  | { readonly kind: "string" | "int" | "enum"; readonly of?: readonly string[]; readonly repeated?: boolean }
  | { readonly kind: "message"; readonly fields: Schema; readonly repeated?: boolean };
export type Schema = Readonly<Record<string, Field>>;

export type Message = { [field: string]: unknown };

export function parseTextProto(text: string, schema: Schema): Message {
  const tokens = text.replaceAll(/#[^\n]*/g, "").match(/"(?:[^"\\]|\\.)*"|[A-Za-z_][\w]*|-?\d+|[{}[\]:,]/g) ?? [];
  if (text.replaceAll(/#[^\n]*/g, "").replaceAll(/"(?:[^"\\]|\\.)*"|[\w{}[\]:,\s-]/g, "") !== "")
    throw new Error("stray characters");
  let at = 0;
  const next = () => tokens[at++] ?? "the end";
  const expect = (token: string) => {
    const found = next();
    if (found !== token) throw new Error(`${token} expected: ${found}`);
  };

  function message(fields: Schema, end: string | undefined): Message {
    const found: Message = {};
    while (tokens[at] !== end) {
      const name = next();
      const field = fields[name];
      if (field === undefined) throw new Error(`no such field: ${name}`);
      if (tokens[at] === ":") at++;
      else if (field.kind !== "message") throw new Error(`: expected after ${name}`);
      const values = tokens[at] === "[" ? list(field) : [value(field)];
      if (field.repeated) found[name] = [...((found[name] as unknown[] | undefined) ?? []), ...values];
      else if (values.length !== 1 || name in found) throw new Error(`${name} has one value`);
      else found[name] = values[0];
    }
    at++;
    return found;
  }

  function list(field: Field): unknown[] {
    expect("[");
    const values: unknown[] = [];
    while (tokens[at] !== "]") {
      values.push(value(field));
      if (tokens[at] !== "]") expect(",");
    }
    at++;
    return values;
  }

  function value(field: Field): unknown {
    if (field.kind === "message") {
      expect("{");
      return message(field.fields, "}");
    }
    const token = next();
    if (field.kind === "string" && token.startsWith('"')) return JSON.parse(token);
    if (field.kind === "int" && /^-?\d+$/.test(token)) return Number(token);
    if (field.kind === "enum" && field.of?.includes(token)) return token;
    throw new Error(`${field.kind} expected: ${token}`);
  }

  return message(schema, undefined);
}

const tensor: Schema = {
  name: { kind: "string" },
  data_type: {
    kind: "enum",
    of: [
      "BOOL",
      "UINT8",
      "UINT16",
      "UINT32",
      "UINT64",
      "INT8",
      "INT16",
      "INT32",
      "INT64",
      "FP16",
      "FP32",
      "FP64",
      "STRING",
    ].map((name) => `TYPE_${name}`),
  },
  dims: { kind: "int", repeated: true },
};

/** https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto: the fields that are used, with their types. */
export const modelConfig: Schema = {
  name: { kind: "string" },
  platform: { kind: "string" },
  max_batch_size: { kind: "int" },
  input: { kind: "message", repeated: true, fields: tensor },
  output: { kind: "message", repeated: true, fields: { ...tensor, label_filename: { kind: "string" } } },
  instance_group: {
    kind: "message",
    repeated: true,
    fields: {
      count: { kind: "int" },
      kind: { kind: "enum", of: ["KIND_AUTO", "KIND_GPU", "KIND_CPU", "KIND_MODEL"] },
    },
  },
  dynamic_batching: { kind: "message", fields: { max_queue_delay_microseconds: { kind: "int" } } },
};
