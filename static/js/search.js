// Keeps the results true: asks whether they are still so, and shows them anew only if not.
const EVERY = 15_000;
const found = document.getElementById("found");
const status = document.getElementById("found-status");
const at = document.getElementById("found-at");
const CLOCK = { dateStyle: "long", timeStyle: "short", timeZone: "Europe/London" };
const { live } = found.dataset;
let tag = `"${found.dataset.shown}.0.${"0".repeat(20)}"`;
let waiting = "";
let askedAt = Date.now();
let timer;

// Whoever is at something in the list goes on with it: what is new comes afterwards.
const isBusy = () => found.contains(document.activeElement) || !document.getSelection().isCollapsed;

// The first thing in view stays where it is.
function inView() {
  const cards = [...found.querySelectorAll("[id]")];
  return cards.find((card) => card.getBoundingClientRect().bottom > 0);
}

function show() {
  if (!waiting || isBusy()) return;
  const ticked = [...found.querySelectorAll("input:checked")].map(({ id }) => id);
  const anchor = inView();
  const top = anchor?.getBoundingClientRect().top;
  found.innerHTML = waiting;
  waiting = "";
  for (const id of ticked) {
    const box = document.getElementById(id);
    if (box) box.checked = true;
  }
  const same = anchor && document.getElementById(anchor.id);
  if (same && window.scrollY > 0) window.scrollBy(0, same.getBoundingClientRect().top - top);
  const { count } = document.getElementById("results").dataset;
  status.textContent = `${count} ward${count === "1" ? "" : "s"} now`;
}

async function ask() {
  clearTimeout(timer);
  if (document.visibilityState !== "visible") return;
  askedAt = Date.now();
  let goOn = true;
  let isTrue = false;
  try {
    const response = await fetch(live, {
      cache: "no-store",
      headers: { "If-None-Match": tag, "X-Background": "1" },
    });
    // A session that has ended leads to the login page, which is no answer to this.
    goOn = !response.redirected && (response.ok || response.status === 304 || response.status >= 500);
    isTrue = goOn && response.status < 400;
    if (goOn && response.status === 200) waiting = await response.text();
    if (goOn && response.status < 400) tag = response.headers.get("ETag") || tag;
  } catch {
    // No connection: the next time.
  }
  show();
  // What stands there is so as of now, which a print of it says.
  if (isTrue && !waiting) at.textContent = new Date().toLocaleString("en-GB", CLOCK);
  if (goOn) timer = setTimeout(ask, EVERY);
}

// The address says what is asked for, not what is not. Without a postcode it would be one's own.
document.querySelector(".cpms-search__filters form").addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value && name !== "postcode") formData.delete(name);
});
document.addEventListener("visibilitychange", () => {
  if (Date.now() - askedAt >= EVERY) ask();
});
found.addEventListener("focusout", () => setTimeout(show));
timer = setTimeout(ask, EVERY);
