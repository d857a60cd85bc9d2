// Whether a request may: the bearer token, compared in a time that says nothing about it. Used by http-app.ts.
import { createHash, timingSafeEqual } from "node:crypto";

/** https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  const expected = hash(token);
  return (authorization) => {
    const given = /^bearer +([^ ]+) *$/i.exec(authorization ?? "")?.[1];
    // Hashes have one length, whatever was sent.
    return timingSafeEqual(hash(given ?? ""), expected) && given !== undefined;
  };
}
