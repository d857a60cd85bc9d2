// The types of what goes over the wire, for clients in TypeScript. schema.ts says the same to requests, answers and documentation, and does
// not compile where the two differ.

/** Numbers in lists in lists, as deep as the model's input: rows of columns of channels. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/** One input: its numbers, a picture's file in base64, or its numbers as little-endian bytes of the model's type in base64. */
export type InputItem = NestedNumbers | { readonly image: string } | { readonly bytes: string };

/** The body of POST /predict as JSON. */
export interface PredictRequest {
  readonly inputs: readonly InputItem[];
}

/** Which model answered. */
export interface ModelVersion {
  /** The file's name. */
  readonly name: string;
  /** The first 12 hexadecimal digits of the file's SHA-256, or what the server was told. */
  readonly version: string;
}

/** A classifier's answer to one input. */
export interface Classification {
  /** Names this prediction in the log, so that its true label can follow later. */
  readonly id: string;
  /** Index of the largest probability. */
  readonly class: number;
  /** The name of the class; its index where the model has no names. */
  readonly label: string;
  /** One a class. */
  readonly probabilities: readonly number[];
  /** The model's own output where that is no probabilities, before softmax. */
  readonly scores?: readonly number[];
}

/** The answer to one input of a model whose output is no classes. */
export interface Regression {
  readonly id: string;
  /** The model's output. */
  readonly values: readonly number[];
}

export type Prediction = Classification | Regression;

/** The answer of POST /predict. */
export interface PredictResponse {
  /** Names this request in the server's log. */
  readonly id: string;
  readonly model: ModelVersion;
  /** In the order of the inputs. */
  readonly predictions: readonly Prediction[];
}

/** The body of every answer that is an error. */
export interface Failure {
  /** What was wrong: invalid <name>; expected <rule>: <value>. */
  readonly error: string;
  /** The rule alone. */
  readonly expected: string;
}
