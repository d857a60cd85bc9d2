// POST /predict: from a body that was read to an answer by one version of the model. Called by http-app.ts.
import type { Ticket } from "./admission.js";
import type { InputItem, PredictRequest, PredictResponse } from "./messages.js";
import type { UploadedFile } from "./multipart.js";
import type { ServeSettings } from "./options.js";
import type { PredictionRecord } from "./prediction-log.js";
import { predictionOf } from "./predictions.js";
import { type ReadInput, readFile, readItem } from "./read-inputs.js";
import { Overload, RequestFailure } from "./request-failure.js";
import type { ServedModel } from "./served-model.js";

/** A body: files, or what JSON held. */
export type PredictBody = readonly UploadedFile[] | PredictRequest;

export interface PredictCall {
  readonly id: string;
  readonly body: PredictBody;
  readonly ticket: Ticket;
  /** When the request came, as Date.now() and as performance.now(). */
  readonly time: number;
  readonly started: number;
  /** Whether the client has gone. */
  isGone(): boolean;
}

export interface Predicted {
  readonly answer: PredictResponse;
  /** To be told to the store once the answer is sent. */
  records(): PredictionRecord[];
}

/** @throws RequestFailure, whose status and message are the answer */
export async function predict(call: PredictCall, model: ServedModel, settings: ServeSettings): Promise<Predicted> {
  const { body, ticket, id } = call;
  const { input: rule } = model.rules;
  const pictures = { ...settings, shape: rule.shape };
  const isFiles = Array.isArray(body);
  if (!isFiles && typeof (body as Partial<PredictRequest> | null)?.inputs !== "object")
    throw new RequestFailure(400, "body", "a picture or JSON", "nothing");
  const items = isFiles ? (body as readonly UploadedFile[]) : (body as PredictRequest).inputs;
  ticket.take(items.length);
  // All end before an error is told, so that nothing of this request goes on after its room is given back.
  const read = await Promise.allSettled(
    items.map((item, i) =>
      isFiles ? readFile(item as UploadedFile, i, rule, pictures) : readItem(item as InputItem, i, rule, pictures),
    ),
  );
  const inputs = read.map(inputOf);
  // Nobody would read the answer.
  if (call.isGone()) throw new RequestFailure(499, "request", "a client that waits", "none");
  ticket.arrive();
  const numbers = await withinTime(Promise.all(inputs.map(({ values }) => model.predict(values))), settings.timeout);
  const predictions = numbers.map((values, i) => predictionOf(`${id}-${i}`, values, model.rules));
  const answer: PredictResponse = { id, model: model.version, predictions };
  return { answer, records: () => recordsOf(call, inputs, answer, rule.shape) };
}

function inputOf(result: PromiseSettledResult<ReadInput>): ReadInput {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

async function withinTime<Value>(work: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Overload("timeout", "request", `an answer within ${milliseconds} ms`, "none")),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function recordsOf(
  { time, started }: PredictCall,
  inputs: readonly ReadInput[],
  { model, predictions }: PredictResponse,
  shape: readonly number[],
): PredictionRecord[] {
  const milliseconds = performance.now() - started;
  return predictions.map((prediction, i) => ({
    id: prediction.id,
    time,
    model: model.name,
    version: model.version,
    input: { values: inputs[i]?.given ?? new Uint8Array(), shape },
    prediction,
    milliseconds,
  }));
}
