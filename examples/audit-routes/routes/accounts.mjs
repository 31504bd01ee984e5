export default function routes(router, { requireUser }) {
  router.get("/accounts/:id", requireUser, (_, response) => response.send("account"));
  router.delete("/accounts/:id", (_, response) => response.send("deleted"));
}
