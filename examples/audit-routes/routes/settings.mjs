export default function routes(router, { requireAdmin }) {
  router.get("/settings", requireAdmin, (_, response) => response.send("settings"));
}
