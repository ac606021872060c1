document.body.dataset.enhanced = "";

// The page names the design system's file, because only the page knows its hashed name.
const designSystem = import(document.getElementById("nhsuk-frontend").href);

// The design system gives radios aria-expanded, which WAI-ARIA does not allow for them.
function dropExpanded() {
  for (const radio of document.querySelectorAll("[type=radio][aria-expanded]")) {
    radio.removeAttribute("aria-expanded");
  }
}

designSystem.then(
  ({ initAll }) => {
    initAll();
    dropExpanded();
    window.addEventListener("pageshow", dropExpanded);
    document.addEventListener("click", dropExpanded);
  },
  // Without it the page works as it does without JavaScript: nothing may stay hidden.
  () => document.body.classList.remove("js-enabled", "nhsuk-frontend-supported"),
);
