/**
 * Runs `jobs` jobs, `atOnce` at a time; or, with `forSeconds`, begins new ones until that time is over.
 *
 * @returns seconds until the last one's answer, and how many there were
 */
export async function inFlight({ jobs, atOnce, forSeconds }, runJob) {
  const begun = performance.now();
  const passed = () => (performance.now() - begun) / 1000;
  let given = 0;
  const hasMore = () => (forSeconds === undefined ? given < jobs : passed() < forSeconds);
  const line = async () => {
    while (hasMore()) await runJob(given++);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  return { seconds: passed(), jobs: given };
}
