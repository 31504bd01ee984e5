export default function routes(router, { requireUser }) {
  router.post("/comments", requireUser, (_, response) => response.send("said"));
  router.delete("/comments/:id", requireUser, (_, response) => response.send("deleted"));
}
