export default function routes(router, { requireUser }) {
  // public
  router.post("/login", (_, response) => response.send("welcome"));
  router.post("/logout", requireUser, (_, response) => response.send("goodbye"));
}
