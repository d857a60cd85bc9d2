// What goes over the wire, said once: requests are checked against it and the API's description is made of it. The types of clients
// (messages.ts) are held to it by the compiler: TypeBox's own would bring the whole package into every cell's types.
import Type, { type Static } from "typebox";
import type { Failure, NestedNumbers, PredictRequest, PredictResponse } from "./messages.js";

const nestedNumbers = Type.Unsafe<NestedNumbers>(
  Type.Array(Type.Unknown(), {
    description: "nested lists of numbers in the shape of the model's input, without the batch",
  }),
);

const base64 = { contentEncoding: "base64" } as const;

const inputItem = Type.Union(
  [
    nestedNumbers,
    Type.Object(
      { image: Type.String({ ...base64, description: "a picture's file (PNG, JPEG, WebP)" }) },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        bytes: Type.String({
          ...base64,
          description: "the input's numbers row by row, channels last, little-endian, of the model's type",
        }),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'nested lists of numbers, { "image": base64 of a picture\'s file } or { "bytes": base64 of the numbers }',
  },
);

export const predictRequest = Type.Object(
  { inputs: Type.Array(inputItem, { minItems: 1, description: "a list of inputs, at least one" }) },
  { additionalProperties: false, description: 'an object { "inputs": [ … ] }' },
);

const id = Type.String({ description: "names this prediction in the log, so that its true label can follow later" });

const classification = Type.Object({
  id,
  class: Type.Integer({ minimum: 0, description: "index of the largest probability" }),
  label: Type.String({ description: "the name of the class; its index where the model has no names" }),
  probabilities: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { description: "one a class" }),
  scores: Type.Optional(
    Type.Array(Type.Number(), { description: "the model's own output where that is no probabilities, before softmax" }),
  ),
});

const regression = Type.Object({ id, values: Type.Array(Type.Number(), { description: "the model's output" }) });

const modelVersion = Type.Object({
  name: Type.String({ description: "the file's name" }),
  version: Type.String({
    description: "the first 12 hexadecimal digits of the file's SHA-256, or what swap() was given",
  }),
});

export const predictResponse = Type.Object({
  id: Type.String({ description: "names this request in the server's log" }),
  model: modelVersion,
  predictions: Type.Array(Type.Union([classification, regression]), { description: "in the order of the inputs" }),
});

export const failure = Type.Object({
  error: Type.String({ description: "what was wrong: invalid <name>; expected <rule>: <value>" }),
  expected: Type.String({ description: "the rule alone" }),
});

export const readiness = Type.Object({ status: Type.Literal("ready"), model: modelVersion });

export const health = Type.Object({ status: Type.Literal("ok") });

type Frozen<Value> = Value extends readonly (infer Item)[]
  ? NestedNumbers extends Value
    ? Value
    : readonly Frozen<Item>[]
  : { readonly [Key in keyof Value]: Frozen<Value[Key]> };

/** Compiles only where each of the two is the other. */
type Same<One, Other> = [Frozen<One>, Other] extends [Other, Frozen<One>] ? true : never;

/** No type of a client's that is not the schema's. */
export const areOne: [
  Same<Static<typeof predictRequest>, PredictRequest>,
  Same<Static<typeof predictResponse>, PredictResponse>,
  Same<Static<typeof failure>, Failure>,
] = [true, true, true];
