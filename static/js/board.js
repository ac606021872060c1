// A tap that cannot be sent is kept in this tab and sent when it can be. The server makes nothing of
// what comes a second time, so a lost answer does no harm.
const status = document.getElementById("board-status");
const list = document.querySelector(".cpms-beds[data-person]");
const { pathname, search } = window.location;
const KEY = list && `unsaved-taps:${list.dataset.person}:${pathname}${search}`;
const SLOW = 500; // milliseconds after which a page says that it is saving
const [SOON, LATEST] = [2000, 60000]; // between attempts, doubled each time
const EVERY = 30_000; // milliseconds after which a page asks for what others changed
const NOT_NOW = [0, 429, 500, 502, 503, 504];

const kept = new Map(list ? JSON.parse(sessionStorage.getItem(KEY) || "[]") : []);
const sending = new Set();
// Of each row whose answer is awaited, the button that was tapped meanwhile.
const awaited = new Map();
// The row that is replaced while something in it has the focus.
let focused = "";
const slow = new Map();
let taps = 0;
let askedAt = Date.now();
let wait = SOON;
let timer;
let confirmation = false;

function store() {
  if (kept.size) sessionStorage.setItem(KEY, JSON.stringify([...kept]));
  else sessionStorage.removeItem(KEY);
}

// What a row says of its own change: a wait, or an error.
function say(row, words, isError) {
  row.querySelector("[data-said]")?.remove();
  const message = document.createElement("p");
  message.className = isError ? "nhsuk-error-message" : "cpms-bed__unsaved";
  message.dataset.said = "";
  message.textContent = words;
  row.querySelector(".cpms-bed__actions, .cpms-session__actions").before(message);
  status.textContent = words;
}

function keep(row, config) {
  const values = Object.fromEntries(config.formData);
  delete values.csrfmiddlewaretoken;
  kept.set(row.id, { path: config.path, values });
  store();
  say(row, status.dataset.unsaved);
  clearTimeout(timer);
  timer = setTimeout(sendAll, wait);
  wait = Math.min(wait * 2, LATEST);
}

function drop(row) {
  if (!kept.delete(row.id)) return;
  store();
  if (!kept.size) wait = SOON;
}

function sendAll() {
  clearTimeout(timer);
  for (const [id, { path, values }] of [...kept]) {
    const row = document.getElementById(id);
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!row) {
      kept.delete(id);
      store();
    } else if (!sending.has(id) && !awaited.has(id)) {
      sending.add(id);
      const all = { ...values, csrfmiddlewaretoken: token.value };
      const how = { source: row, target: row, swap: "outerHTML", values: all };
      // What fails is heard of by its event.
      window.htmx.ajax("POST", path, how).catch(() => {});
    }
  }
}

// What was tapped before goes first: the ward is confirmed as it is then.
function confirmNow() {
  if (!confirmation || kept.size || !navigator.onLine) return;
  document.getElementById("confirm-ward").form.requestSubmit();
}

function sendNow() {
  wait = SOON;
  sendAll();
  confirmNow();
}

// A tap on a row that is about to be replaced would be lost: the last one follows the answer.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest("button.cpms-bed__action");
    const row = button?.closest(".cpms-bed");
    if (!row || !awaited.has(row.id)) return;
    event.preventDefault();
    awaited.set(row.id, button.id);
  },
  true,
);

function tapAgain(row) {
  const tapped = awaited.get(row.id);
  awaited.delete(row.id);
  if (tapped) document.getElementById(tapped)?.click();
}

// The new row, once its buttons work. It may be without the one that had the focus.
document.body.addEventListener("htmx:load", (event) => {
  const row = event.detail.elt;
  if (row.id && row.id === focused && document.activeElement === document.body) {
    row.querySelector(".cpms-bed__action").focus();
  }
  tapAgain(row);
});

const rowOf = (event) => event.detail.elt.closest(".cpms-bed") ?? event.detail.target;

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const row = rowOf(event);
  taps += 1;
  awaited.set(row.id, null);
  clearTimeout(slow.get(row.id));
  const words = () => row.isConnected && say(row, status.dataset.saving);
  if (!kept.has(row.id)) slow.set(row.id, setTimeout(words, SLOW));
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const row = rowOf(event);
  const code = event.detail.xhr.status;
  clearTimeout(slow.get(row.id));
  sending.delete(row.id);
  if (event.detail.requestConfig.verb === "post" && NOT_NOW.includes(code)) {
    keep(row, event.detail.requestConfig);
    tapAgain(row);
    return;
  }
  // Saved, or answered by what the person has to choose again.
  drop(row);
  if (NOT_NOW.includes(code)) say(row, status.dataset.failed, true);
  else if (code >= 400 && ![400, 409].includes(code)) say(row, status.dataset.outOfDate, true);
  if (!code || code >= 400) awaited.delete(row.id);
  confirmNow();
});

// What others changed comes with the answer. A row that was tapped meanwhile waits for its own, and
// one in which the person has to choose stays until then.
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target } = event.detail;
  const isChosen = target.querySelector(".cpms-bed__actions--choice");
  if (isChosen || awaited.has(target.id) || kept.has(target.id)) event.detail.shouldSwap = false;
});

// What others changed, and what time did. A tap brings that itself: what was asked before it is old.
async function ask() {
  const seen = document.getElementById("seen-on-page");
  if (!seen || document.visibilityState !== "visible" || awaited.size || kept.size || confirmation) return;
  askedAt = Date.now();
  const before = taps;
  const address = new URL(window.location);
  address.searchParams.set(seen.name, seen.value);
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true", "X-Background": "1" } });
    // A session that has ended leads to the login page, which the next tap opens.
    if (!response.ok || response.redirected) return;
    const answer = await response.text();
    if (taps === before) window.htmx.swap(document.body, answer, { swapStyle: "none" });
  } catch {
    // No connection: the next time.
  }
}

// A session that has ended leads to the login page: go there as a whole.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  focused = target.contains(document.activeElement) ? target.id : "";
  const answered = new URL(event.detail.xhr.responseURL);
  if (answered.pathname !== event.detail.pathInfo.requestPath) {
    event.detail.shouldSwap = false;
    kept.clear();
    store();
    window.location.assign(answered);
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.dataset.confirms === undefined || navigator.onLine) {
    confirmation = false;
    return;
  }
  event.preventDefault();
  confirmation = true;
  event.target.querySelector("[data-said]").textContent = status.dataset.unsaved;
  status.textContent = status.dataset.unsaved;
});

window.addEventListener("online", sendNow);
window.addEventListener("beforeunload", (event) => {
  if (kept.size || confirmation) event.preventDefault();
});

if (list) {
  for (const [id, { values }] of kept) {
    const row = document.getElementById(id);
    if (row && values) say(row, status.dataset.unsaved);
  }
  sendAll();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (Date.now() - askedAt >= EVERY) ask();
  });
}
