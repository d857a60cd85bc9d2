// The API's description (OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.1), made of the schema that requests are checked with. Called by
// http-app.ts.
import type { ModelRules } from "./model-file.js";
import type { ServeSettings } from "./options.js";
import { failure, health, predictRequest, predictResponse, readiness } from "./schema.js";

export type OpenAPI = ReturnType<typeof openapi>;

const json = (schema: object) => ({ "application/json": { schema } });
const answer = (description: string, schema: object) => ({ description, content: json(schema) });
const failed = (description: string) => answer(description, { $ref: "#/components/schemas/Failure" });

const failures = {
  "400": failed("The body can't be read, or is no request"),
  "401": failed("The token is missing or another"),
  "408": failed("The request took too long to arrive"),
  "413": failed("Too many bytes, pixels or inputs"),
  "415": failed("Another type of body or of picture"),
  "422": failed("An input that the model doesn't take"),
  "503": {
    ...failed("Too much to do at the moment: try again after the seconds that Retry-After says"),
    headers: { "Retry-After": { schema: { type: "integer" } } },
  },
};

export function openapi({ input }: ModelRules, settings: ServeSettings) {
  const shape = `[${input.shape.join(", ")}]`;
  const pictures = settings.formats.map((format) => `image/${format}`);
  const size = settings.fit === "exact" ? "of exactly this size" : "of any size: scaled and cut";
  const image = { type: "string", format: "binary" };
  return {
    openapi: "3.1.0",
    info: {
      title: "Predictions",
      version: "1",
      description: `Inputs are ${input.type} ${shape}${input.isImage ? `, or pictures ${size}` : ""}.`,
    },
    ...(settings.token === undefined ? {} : { security: [{ token: [] }] }),
    paths: {
      "/predict": {
        post: {
          summary: "Answers inputs",
          requestBody: {
            required: true,
            content: {
              ...json({ $ref: "#/components/schemas/PredictRequest" }),
              ...(input.isImage
                ? {
                    "multipart/form-data": {
                      schema: { type: "object", properties: { image: { type: "array", items: image } } },
                      encoding: { image: { contentType: pictures.join(", ") } },
                    },
                    "image/*": { schema: image },
                  }
                : {}),
            },
          },
          responses: { "200": answer("The answers", { $ref: "#/components/schemas/PredictResponse" }), ...failures },
        },
      },
      "/healthz": { get: { summary: "Whether the process answers", responses: { "200": answer("It does", health) } } },
      "/readyz": {
        get: {
          summary: "Whether predictions are answered",
          responses: { "200": answer("They are", readiness), "503": failed("Not yet, or no more") },
        },
      },
      "/metrics": {
        get: {
          summary: "Counts and times for Prometheus",
          responses: { "200": { description: "Metrics", content: { "text/plain": { schema: { type: "string" } } } } },
        },
      },
    },
    components: {
      schemas: { PredictRequest: predictRequest, PredictResponse: predictResponse, Failure: failure },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}
