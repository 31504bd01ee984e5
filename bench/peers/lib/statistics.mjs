export function median(values) {
  return percentile(values, 0.5);
}

/** @param part from 0 to 1 */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** The median of what the rounds have under that name. */
export function middle(rounds, key) {
  return median(rounds.map((round) => round[key]));
}

/** The median of rounds, and from where to where they went. */
export function spreadOf(values) {
  return { median: median(values), from: Math.min(...values), to: Math.max(...values) };
}
