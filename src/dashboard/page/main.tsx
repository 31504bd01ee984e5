import { render } from "preact";
import { App } from "./app.tsx";
import { startLive } from "./live.ts";
import { focusContent } from "./parts/focus.ts";

const place = document.getElementById("app");
if (place !== null) {
  startLive();
  render(<App />, place);
}
// The part of an address behind `#` is the view here, so the link itself would lead elsewhere.
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  focusContent();
});
