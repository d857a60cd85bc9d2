// A process that uploads pictures to a server, one a request, several at a time, and prints what came back: one JSON line for all, in order.
// Run by end-to-end.test.ts as `node uploading-child.js URL FILE…`.
import { readFileSync } from "node:fs";
import { answered, upload } from "../serve/pictures.js";

const [url = "", ...files] = process.argv.slice(2);
const answers: { readonly id: string; readonly class: number }[] = [];
let next = 0;

async function send(): Promise<void> {
  for (let i = next++; i < files.length; i = next++) {
    const { predictions } = await answered(upload(url, [readFileSync(files[i] ?? "")]));
    const [one] = predictions;
    if (!one || !("class" in one)) throw new Error(`${files[i]}: no class in ${JSON.stringify(one)}`);
    answers[i] = { id: one.id, class: one.class };
  }
}

await Promise.all(Array.from({ length: 8 }, send));
process.stdout.write(`${JSON.stringify(answers)}\n`);
