export default function routes(router, { requireAdmin }) {
  router.get("/billing", requireAdmin, (_, response) => response.send("billing"));
  router.put("/billing/plan", requireAdmin, (_, response) => response.send("changed"));
}
