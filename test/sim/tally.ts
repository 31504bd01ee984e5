/** How often what happened. */
export type Tally = Record<string, number>;

export function addTally(sum: Tally, more: Tally): void {
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count;
}
