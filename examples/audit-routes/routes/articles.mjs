export default function routes(router, { requireUser }) {
  // public
  router.get("/articles", (_, response) => response.send("articles"));
  router.post("/articles", requireUser, (_, response) => response.send("written"));
}
