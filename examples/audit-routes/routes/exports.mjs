export default function routes(router, { requireAdmin }) {
  router.get("/exports/users", (_, response) => response.send("all users"));
  router.use(requireAdmin);
  router.get("/exports/orders", requireAdmin, (_, response) => response.send("all orders"));
}
