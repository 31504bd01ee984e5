const MOST = 12;
/** Of the whole; below that nobody asks. */
const LEAST = 0.01;

/** The longest steps in their order, and how much the others come to. */
export function longestSteps<T extends { duration: number }>(
  all: readonly T[],
): { steps: T[]; others: { count: number; duration: number } } {
  const whole = all.reduce((sum, { duration }) => sum + duration, 0);
  const long = [...all].sort((a, b) => b.duration - a.duration).slice(0, MOST);
  const kept = new Set(long.filter(({ duration }) => duration >= whole * LEAST));
  const rest = all.filter((one) => !kept.has(one));
  const duration = rest.reduce((sum, one) => sum + one.duration, 0);
  return { steps: all.filter((one) => kept.has(one)), others: { count: rest.length, duration } };
}
