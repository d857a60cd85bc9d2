// A planted cost is found, though the machine's speed swings far more.
import assert from "node:assert/strict";
import { unevenness } from "./step-times.js";

/** When the steps of some twelve seconds end, of about 5 ms each, at a speed that swings by 20 % within seconds. */
function stamps(extra: (now: number) => number): number[] {
  const ends = [0];
  let [now, noise] = [0, 1];
  while (now < 12_000) {
    noise = (noise * 16807) % 2147483647;
    const swing = 1 + 0.2 * Math.sin(now / 3000);
    now += 5 * swing * (0.95 + (0.1 * noise) / 2147483647) + extra(now);
    ends.push(now);
  }
  return ends;
}

/** `milliseconds` in the first step of each second. */
function everySecond(milliseconds: number): (now: number) => number {
  let last = 0;
  return (now) => {
    if (Math.floor(now / 1000) === last) return 0;
    last = Math.floor(now / 1000);
    return milliseconds;
  };
}

describe("bench: times of steps", () => {
  const zero = unevenness(stamps(() => 0));

  it("are nearly even where nothing is planted, whatever the swings", () => {
    assert.ok(zero > 0 && zero < 0.1, `${zero}`);
  });

  it("show what single steps take more", () => {
    const found = unevenness(stamps(everySecond(30))) - zero;
    assert.ok(Math.abs(found - 0.03) < 0.004, `${found}`);
  });

  it("show what slows the steps of half a second", () => {
    // A fifth more during half a second in four: a sixth of an eighth of the time, and a third of it passes for usual.
    const found = unevenness(stamps((now) => (now % 4000 < 500 ? 1 : 0))) - zero;
    assert.ok(found > 0.012 && found < 0.025, `${found}`);
  });
});
