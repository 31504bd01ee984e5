/** One step of a path: `pipeline#0[3].stage1` is `{ step: 0, index: 3, stage: 1 }`. */
interface Step {
  step: number;
  index: number | undefined;
  stage: number | undefined;
}

/**
 * Whether what happens at `later` comes after `earlier` in the program, whatever happened first: a later step of the same flow, or a later
 * stage of the same item. Two items, or two functions of one `parallel`, are beside each other.
 */
export function follows(later: string, earlier: string): boolean {
  const a = earlier.split("/").map(parseStep);
  const b = later.split("/").map(parseStep);
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [one, other] = [a[at] as Step, b[at] as Step];
    if (one.step !== other.step) return other.step > one.step;
    if (one.index !== other.index) return false;
    if (one.stage !== other.stage) return (other.stage ?? 0) > (one.stage ?? 0);
  }
  return false;
}

/**
 * Whether the flow that is at `later` has been past `earlier`. Narrower than `follows`: what an async function or a `parallel` does that nobody
 * has awaited yet may well come after a later step of the flow that began it.
 */
export function hasPassed(later: string, earlier: string): boolean {
  const flow = earlier.slice(0, earlier.lastIndexOf("/") + 1);
  const before = flow.replace(/\.stage\d+\/$/, "");
  const isInFlow = later.startsWith(flow) || (before !== flow && later.startsWith(`${before}.stage`));
  return isInFlow && follows(later, earlier);
}

function parseStep(text: string): Step {
  const match = /^[a-z]+#(\d+)(?:\[(\d+)\])?(?:\.stage(\d+))?$/.exec(text);
  const number = (part: string | undefined) => (part === undefined ? undefined : Number(part));
  return { step: number(match?.[1]) ?? 0, index: number(match?.[2]), stage: number(match?.[3]) };
}
