// Which predictions are kept where not all are: the same ones in every program, since the id alone decides. Used by store.ts.

/** @param share in [0, 1]: of all ids so many are kept */
export function isSampled(id: string, share: number): boolean {
  if (share >= 1) return true;
  // FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), then MurmurHash3's mixing, since ids may differ in their last letter only.
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < share;
}
