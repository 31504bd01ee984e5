export default function routes(router, { requireUser }) {
  router.get("/orders", requireUser, (_, response) => response.send("orders"));
  router.post("/orders", requireUser, (_, response) => response.send("ordered"));
}
