const save = (_, response) => response.send("saved");

export default function routes(router, { requireUser }) {
  router.get("/uploads", requireUser, (_, response) => response.send("uploads"));
  router.post("/uploads", /* requireUser, */ save);
}
