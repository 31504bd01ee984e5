/** To the heading of what is shown, so that who does not see the page hears what it is now. */
export function focusContent(): void {
  const main = document.querySelector<HTMLElement>("main");
  const target = main?.querySelector<HTMLElement>("h1") ?? main;
  if (target === null || target === undefined) return;
  target.tabIndex = -1;
  target.focus();
}
