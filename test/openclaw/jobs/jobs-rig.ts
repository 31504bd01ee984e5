import { run } from "../../cli/cli.ts";
import { Gateway } from "../rig/gateway.ts";
import { Job } from "../rig/job.ts";
import type { ModelRequest } from "../rig/model-request.ts";
import { ScriptedModel } from "../rig/scripted-model.ts";
import { hosted } from "../rig/team-files.ts";

/** Those that do pieces. */
export const HANDS = ["reader", "writer", "tester"];

/** One gateway and its model, for jobs that go on side by side. */
export class JobsRig {
  #model: ScriptedModel | undefined;
  #gateway: Gateway | undefined;
  readonly #jobs: Job[] = [];

  get model(): ScriptedModel {
    return this.#model as ScriptedModel;
  }

  get gateway(): Gateway {
    return this.#gateway as Gateway;
  }

  async start(): Promise<void> {
    this.#model = await ScriptedModel.start();
    const hands = [...HANDS, "mute", "moody"];
    const agents = {
      lead: { allowAgents: ["middle", "coder", ...hands] },
      middle: { allowAgents: ["coder"], description: "Splits what is too big" },
      coder: { allowAgents: ["lead"], description: "Writes code" },
      ...Object.fromEntries(hands.map((id) => [id, { description: `The ${id}` }])),
      stranger: { description: "Nobody's peer" },
    };
    const clawflow = { limits: { retries: 2 } };
    this.#gateway = await Gateway.create({ model: this.#model, agents, clawflow });
    await this.#gateway.start();
    await hosted(this.#gateway, ...Object.keys(agents));
  }

  async stop(): Promise<void> {
    await this.#gateway?.remove();
    await this.#model?.close();
  }

  job(name: string, agent = "lead"): Job {
    const job = new Job(this.gateway, this.model, name, agent);
    this.#jobs.push(job);
    return job;
  }

  /** Calls of the model that were made for none of the jobs. */
  strayCalls(): ModelRequest[] {
    const known = new Set(this.#jobs.flatMap((job) => job.requests()));
    return this.model.requests.filter((request) => !known.has(request));
  }

  /** What the command line says of these agents. */
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are held by their own test; here a test reads what it is about
  async clawflow<T = any>(...words: string[]): Promise<T> {
    const root = this.gateway.workspace("");
    const { out, err } = await run([...words, "--root", root, "--json"], { cwd: this.gateway.home });
    if (err !== "") throw new Error(err);
    return JSON.parse(out) as T;
  }
}
