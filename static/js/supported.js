// Runs before the page is drawn, so that what a choice reveals is hidden from the start.
if ("noModule" in HTMLScriptElement.prototype) {
  const classes = ["js-enabled", "nhsuk-frontend-supported"];
  document.body.classList.add(...classes);
  // A browser that cannot read cpms.js, or did not get it, must not keep anything hidden.
  window.addEventListener("load", () => {
    if (!("enhanced" in document.body.dataset)) document.body.classList.remove(...classes);
  });
}
