// The files of a multipart body that is in memory already. Called by http-app.ts.
import type { IncomingHttpHeaders } from "node:http";
import { Busboy } from "@fastify/busboy";
import { RequestFailure } from "./request-failure.js";

export interface UploadedFile {
  /** The field's name, for messages; the file's own name is not looked at. */
  readonly field: string;
  readonly bytes: Buffer;
}

const rule = "a multipart body with one file or more";

/** @throws RequestFailure when the body is no multipart body, is cut off, or has no file or more than `most` */
export async function multipartFiles(
  headers: IncomingHttpHeaders,
  body: Buffer,
  most: number,
): Promise<readonly UploadedFile[]> {
  const files: UploadedFile[] = [];
  const fail = (reason: unknown) =>
    new RequestFailure(400, "body", rule, reason instanceof Error ? reason.message : reason);
  await new Promise<void>((resolve, reject) => {
    let parser: InstanceType<typeof Busboy>;
    try {
      parser = new Busboy({
        headers: { ...headers, "content-type": headers["content-type"] ?? "" },
        limits: { files: most + 1, fields: 100, parts: most + 101, headerPairs: 100, fieldSize: 1000 },
      });
    } catch (error) {
      reject(fail(error));
      return;
    }
    parser.on("file", (field, stream) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => files.push({ field, bytes: Buffer.concat(parts) }));
      stream.on("error", (error) => reject(fail(error)));
    });
    parser.on("error", (error) => reject(fail(error)));
    // Files end after the parser does where a part is cut off; by then it has said so.
    parser.on("finish", () => setImmediate(resolve));
    parser.end(body);
  });
  if (files.length === 0) throw fail("no file");
  if (files.length > most) throw new RequestFailure(413, "body", `at most ${most} files`, `${files.length} or more`);
  return files;
}
