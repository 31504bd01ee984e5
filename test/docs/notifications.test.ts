import { expect, test } from "vitest";
import { factsOf } from "../../src/notify/run-command.ts";
import { signatureOf } from "../../src/notify/webhook.ts";
import { readPluginConfig } from "../../src/openclaw/plugin-config.ts";
import { NOTICE_KINDS, notificationSchema, notifyRuleSchema } from "../../src/protocol/notify.ts";
import { parseTeam } from "../../src/protocol/parse-team.ts";
import { codeWords, fences, readDoc, sectionOf, tableRows } from "./docs.ts";

const page = readDoc("docs/notifications.md");

test("the rules there are rules, and the message is one", () => {
  const [rules] = fences(page).filter(({ info }) => info === "yaml");
  expect(parseTeam(`agents: {writer: {brain: {text: claude}}}\n${rules?.text}`).notify).toHaveLength(3);
  const [config, message] = fences(page).filter(({ info }) => info === "json");
  expect(readPluginConfig(JSON.parse(config?.text ?? "")).notify).toHaveLength(1);
  const value: unknown = JSON.parse(message?.text ?? "");
  expect(notificationSchema.parse(value)).toEqual(value);
});

test("every key of a rule and every event stands in its table", () => {
  const [rules = [], events = []] = [["`on`"], ["`needs-you`"]].map(([first]) => {
    const rows = tableRows(sectionOf(page, "## Rules"));
    const from = rows.findIndex(([cell]) => cell === first);
    return rows.slice(from).map(([cell = ""]) => codeWords(cell)[0]?.split(":")[0]);
  });
  expect(rules.slice(0, 5).sort()).toEqual(Object.keys(notifyRuleSchema.shape).sort());
  expect(events.sort()).toEqual([...NOTICE_KINDS].sort());
});

test("the environment of a command is as the table says", () => {
  const { text = "{}" } = fences(page).filter(({ info }) => info === "json")[1] ?? {};
  const names = Object.keys(factsOf(notificationSchema.parse(JSON.parse(text))));
  const documented = tableRows(sectionOf(page, "### A command")).flatMap(([cell = ""]) =>
    codeWords(cell).map((word) => (word.startsWith("_") ? `CLAWFLOW_NOTIFY${word}` : word)),
  );
  expect(documented.sort()).toEqual(names.sort());
});

test("the receiver there knows what is signed", async () => {
  const [receiver] = fences(page).filter(({ info }) => info === "js");
  const code = `data:text/javascript,${encodeURIComponent(receiver?.text ?? "")}`;
  const { isOurs } = (await import(/* @vite-ignore */ code)) as {
    isOurs(headers: Record<string, string>, body: string, key: string): boolean;
  };
  const at = String(Math.floor(Date.now() / 1000));
  const headers = (time: string) => ({
    "clawflow-timestamp": time,
    "clawflow-signature": `sha256=${signatureOf("k3y", time, "{}")}`,
  });
  expect([
    isOurs(headers(at), "{}", "k3y"),
    isOurs(headers(at), "{ }", "k3y"),
    isOurs(headers("1"), "{}", "k3y"),
  ]).toEqual([true, false, false]);
  expect(isOurs({}, "{}", "k3y")).toBe(false);
});
