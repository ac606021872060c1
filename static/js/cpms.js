// The page names the design system's file, because only the page knows its hashed name.
const { initAll } = await import(document.getElementById("nhsuk-frontend").href);

initAll();
