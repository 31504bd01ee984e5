import { ActForm } from "../actions/act-form.tsx";
import { AgentField, LongField, TextField } from "../actions/fields.tsx";
import { giveWork } from "../actions/give-work.ts";
import { useTitle } from "../parts/title.ts";

/** A form that gives an agent something to do. */
export function GiveView({ agent }: { agent?: string | undefined }) {
  useTitle("Give work");
  return (
    <>
      <h1>Give work</h1>
      <p>It is a message in the agent's inbox, and begins when a host runs that agent.</p>
      <div class="give">
        <ActForm request={giveWork} said="The task was sent." action="Send">
          <AgentField name="agent" label="Agent" value={agent} required />
          <LongField name="text" label="What is to be done" rows={8} required />
          <TextField name="title" label="Title" hint="May be left out: then it is the first line." />
          <details>
            <summary>Limits and approval</summary>
            <TextField name="tasks" label="Tasks at most" hint="This one and all below it." />
            <TextField name="tokens" label="Tokens at most" />
            <TextField name="usd" label="Money at most (usd)" />
            <div class="field">
              <label for="give-approval">Plans wait for a person</label>
              <select id="give-approval" name="approval">
                <option value="">as the team has it</option>
                <option value="always">always</option>
                <option value="first">the first</option>
                <option value="never">never</option>
              </select>
            </div>
          </details>
        </ActForm>
      </div>
    </>
  );
}
