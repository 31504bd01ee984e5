import { Hono } from "hono";
import { expect, test } from "vitest";
import { ownOnly } from "../../src/dashboard/guards.ts";

test.each([
  [80, "127.0.0.1", 200],
  [80, "localhost", 200],
  [80, "127.0.0.1:7433", 421],
  [7433, "127.0.0.1:7433", 200],
  [7433, "127.0.0.1", 421],
])("at port %i a request to %s is answered with %i", async (port, host, status) => {
  const app = new Hono();
  app.use(ownOnly(() => port));
  app.get("/", (c) => c.text("here"));
  const response = await app.request(`http://${host}/`, { headers: { host } });
  expect(response.status).toBe(status);
});
