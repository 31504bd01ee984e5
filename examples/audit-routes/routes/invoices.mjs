const list = (_, response) => response.send("invoices");

export default function routes(router, { requireUser }) {
  router.get("/invoices", list, requireUser);
  router.get("/invoices/:id", requireUser, list);
}
