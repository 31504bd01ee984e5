export default function routes(router, { requireUser }) {
  router.use(requireUser);
  router.get("/reports", (_, response) => response.send("reports"));
  router.get("/reports/:id", (_, response) => response.send("report"));
}
