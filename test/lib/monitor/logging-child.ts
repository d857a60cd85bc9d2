// A program that logs until it is killed: store-kill.test.ts starts it. It prints how many predictions are acknowledged.
import { open } from "../../../lib/monitor/index.js";

const store = await open(process.argv[2] ?? "", { batchDelay: "1ms", batchSize: 50 });
for (let i = 0; ; i++) {
  store.append({ id: `k${i}`, prediction: { label: "a", probabilities: [0.25, 0.75] }, features: { i } });
  if (i % 37 !== 36) continue;
  await store.flush();
  await store.label(`k${i}`, "a");
  process.stdout.write(`${i + 1}\n`);
}
