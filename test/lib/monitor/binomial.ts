// Whether a count is what chance makes of a share: within five standard deviations. Used by tests of rates.

export function isChance(count: number, of: number, share: number): boolean {
  return Math.abs(count - of * share) <= 5 * Math.sqrt(of * share * (1 - share));
}
