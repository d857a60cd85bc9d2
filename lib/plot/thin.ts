// Fewer points where there are more than a picture shows: what stays is drawn as it was measured.
import { SplitMix32 } from "../engine/random.js";

/** At most `most` of the items, evenly spread, the first and the last among them. */
export function thinned<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)] as T);
}

/**
 * At most `most` of the places from 0 to `length` - 1, one drawn from each of as many equal stretches, the same every time: unlike
 * every third, say, these don't miss classes that take turns.
 */
export function sampledPlaces(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  const random = new SplitMix32(1);
  return Array.from({ length: most }, (_, i) =>
    Math.min(length - 1, Math.floor(((i + random.unit()) * length) / most)),
  );
}
