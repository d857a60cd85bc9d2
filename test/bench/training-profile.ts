// Where the time of a compiled step goes: onnxruntime's own profile, by operator. Called by training.ts, which starts this file as a process
// of its own (`node training-profile.js NET BATCH`), since profiles are made from the process's environment on.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Tensor } from "@tensorflow/tfjs";
import type { NetName } from "./training-net.js";

const steps = 40;

interface ProfileEvent {
  cat: string;
  name: string;
  /** Microseconds. */
  dur: number;
  args?: { op_name?: string };
}

export async function printProfile(net: NetName, batch: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cellgrad-profile-"));
  try {
    const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), net, String(batch)], {
      env: { ...process.env, CELLGRAD_PROFILE_STEP: join(folder, "step") },
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the profile failed: ${stderr}`);
    // The training step is the session with the most events.
    const profiles = readdirSync(folder).map(
      (name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as ProfileEvent[],
    );
    const events = profiles.toSorted((a, b) => b.length - a.length)[0] ?? [];
    const times = new Map<string, number>();
    for (const { cat, name, dur, args } of events) {
      if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
      const operator = args?.op_name ?? "?";
      times.set(operator, (times.get(operator) ?? 0) + dur / 1000 / steps);
    }
    const total = [...times.values()].reduce((sum, time) => sum + time, 0);
    console.log(`\nWhere the time of that step goes: ${total.toFixed(2)} ms in operators`);
    const sorted = [...times].toSorted(([, a], [, b]) => b - a).slice(0, 12);
    for (const [operator, time] of sorted)
      console.log(
        `  ${operator.padEnd(24)}${time.toFixed(2).padStart(8)} ms${((100 * time) / total).toFixed(0).padStart(5)} %`,
      );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function profile(net: NetName, size: number): Promise<void> {
  const { useBackend } = await import("../../lib/engine/backend.js");
  const { compile } = await import("../../lib/engine/jit/compile.js");
  const { crossEntropy } = await import("../../lib/losses/index.js");
  const { sgd } = await import("../../lib/optimizers/index.js");
  const { batch, nets } = await import("./training-net.js");
  await useBackend({ backend: "wasm", threads: 1 });
  const model = nets[net]();
  const { images, labels } = batch(size);
  const step = compile(
    (xs, ys) => crossEntropy(ys as Tensor, model.apply(xs as Tensor, { training: true }) as Tensor),
    { optimizer: sgd({ learningRate: 0.001, momentum: 0.9 }), mode: "compiled" },
  );
  const xs = { data: images, shape: [size, 32, 32, 3], dtype: "float32" as const };
  const ys = { data: labels, shape: [size], dtype: "int32" as const };
  for (let i = 0; i < steps + 2; i++) await step(xs, ys);
  await step.dispose();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await profile(process.argv[2] as NetName, Number(process.argv[3]));
  process.exit(0);
}
