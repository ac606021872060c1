// Runs before the page is drawn, so that what a choice reveals is hidden from the start.
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
}
