export default function routes(router) {
  // public
  router.get("/health", (_, response) => response.send("well"));
}
