// The jobs of the pictures: who there is, what each task comes to, and how long it takes. A task is found by its title.

export const AGENTS = {
  editor: {
    description: "Plans what is published and puts it together.",
    peers: ["surveyor", "inspector", "writer", "translator", "press"],
  },
  surveyor: {
    description: "Looks at one part of the code and has its files inspected.",
    peers: ["inspector"],
  },
  inspector: { description: "Reads files and says what is wrong in them.", peers: [] },
  writer: { description: "Writes and rewrites pages.", peers: ["inspector"] },
  translator: { description: "Translates pages.", peers: [] },
  press: { description: "Speaks for the company.", person: "Robin", peers: [] },
};

const say = (results, seconds = 20, tokens = 4000) => ({ results, seconds, tokens });
const plan = (subtasks, more = {}) => ({ plan: subtasks, seconds: 8, tokens: 2500, ...more });
const to = (agent, description, ...depends_on) => ({ agent, description, depends_on });

/** In the order in which they are given; `pause`: seconds before the next. */
export const GIVEN = [
  {
    id: "audit-permission-checks-k3f9x2",
    title: "Audit permission checks",
    instructions:
      "Audit every route of the service for a missing permission check. Say which, and how bad it is.",
    pause: 240,
  },
  {
    id: "fetch-the-figures-of-may-9dvzv8",
    title: "Fetch the figures of May",
    instructions: "Fetch last month's figures and draw them by week.",
    pause: 35,
  },
  {
    id: "solar-lamps-compared-w2m7ha",
    title: "Solar lamps, compared",
    instructions: "Compare the three solar lamps that sell best, for a page of buyers' advice.",
    pause: 20,
  },
  {
    id: "press-release-lantern-jzzyzd",
    title: "Press release for Lantern",
    instructions: "Write a press release about Lantern, our solar lamp, for the launch on Monday.",
    pause: 45,
  },
  {
    id: "docs-for-version-3-5hq8tn",
    title: "Docs for version 3",
    instructions:
      "Bring all pages of the documentation to version 3 of the interface, in English, French and German.",
    pause: 60,
  },
];

/** What a brain answers to a task of that title; `hold`: it works on it when the picture is taken. */
export const ANSWERS = {
  "Audit permission checks": plan({
    routes: to("surveyor", "Survey src/routes"),
    admin: to("surveyor", "Survey src/admin"),
    report: to("writer", "Write the report", "routes", "admin"),
  }),
  "Survey src/routes": plan({
    users: to("inspector", "Inspect users.ts, teams.ts"),
    billing: to("inspector", "Inspect billing.ts"),
    files: to("inspector", "Inspect files.ts, shares.ts"),
  }),
  "Survey src/admin": plan({
    roles: to("inspector", "Inspect roles.ts"),
    export: to("inspector", "Inspect export.ts"),
  }),
  "Inspect users.ts, teams.ts": say("14 routes, all of them checked.", 31),
  "Inspect billing.ts": say(
    "9 routes. `GET /invoices/:id` looks up the invoice before it asks whose it is.",
    44,
  ),
  "Inspect files.ts, shares.ts": say("11 routes, all of them checked.", 26),
  "Inspect roles.ts": say("6 routes, all of them checked.", 18),
  "Inspect export.ts": say(
    "**`POST /admin/export` has no check at all.** Anybody who is logged in gets every row.",
    37,
  ),
  "Write the report": say(
    "One route is open to everybody, one tells whether an invoice exists.\n\n| route | how bad |\n| --- | --- |\n| `POST /admin/export` | critical |\n| `GET /invoices/:id` | low |",
    22,
  ),
  "Fetch the figures of May": { error: "the figures server answered 503 three times", seconds: 12 },
  "Solar lamps, compared": {
    ask: "For which market: the EU or the US? Prices and the charging standard differ.",
  },
  "Press release for Lantern": plan(
    {
      facts: to("inspector", "Pick the facts for the press release"),
      quote: to("press", "Why does it matter? Two sentences"),
      draft: to("writer", "Write the release, tone: sober", "facts", "quote"),
      german: to("translator", "Translate it into German", "draft"),
    },
    { policy: { approval: "always" } },
  ),
  "Docs for version 3": plan({
    inventory: to("inspector", "List what changed since version 2"),
    guide: to("writer", "Rewrite the guide", "inventory"),
    reference: to("writer", "Rewrite the reference", "inventory"),
    examples: to("writer", "Run and mend the examples", "inventory"),
    "guide-fr": to("translator", "The guide in French", "guide"),
    "guide-de": to("translator", "The guide in German", "guide"),
    links: to("inspector", "Check every link", "guide", "reference", "examples"),
    notes: to("writer", "Write the release notes", "links"),
  }),
  "List what changed since version 2": say("41 functions renamed, 6 removed, 12 new.", 52),
  "Rewrite the guide": say("Eleven pages, three of them new.", 95),
  "Rewrite the reference": { hold: true },
  "Run and mend the examples": plan({
    run: to("inspector", "Run all examples"),
    mend: to("inspector", "Mend those that fail", "run"),
  }),
  "Run all examples": say("23 run, 4 fail: they use removed functions.", 40),
  "Mend those that fail": { hold: true },
  "The guide in French": { hold: true },
  "The guide in German": say("Elf Seiten.", 61),
};
