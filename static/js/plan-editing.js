// Rows of a plan that save by themselves. What cannot be sent stays as it was typed, and is sent
// when it can be; nobody leaves the page without it unasked.
const AGAIN = 5000; // milliseconds between attempts
const NOT_NOW = [0, 429, 500, 502, 503, 504];
const unsaved = new Set();
let leavingBy;
let timer;

const statusOf = (form) => form.querySelector("[role=status]");

// Beside the row; its hidden revision stays.
function say(form, words) {
  const status = statusOf(form);
  let said = status.querySelector("[data-said]");
  if (!said) {
    said = document.createElement("p");
    said.dataset.said = "";
    status.append(said);
  }
  said.className = "cpms-saved";
  said.textContent = words;
}

function typed(form) {
  const all = new URLSearchParams(new FormData(form));
  for (const own of ["revision", "keep"]) all.delete(own);
  return all.toString();
}

const rowOf = (event) => event.target.closest?.("form[data-autosaves]");

document.addEventListener("input", (event) => {
  const form = rowOf(event);
  if (form) unsaved.add(form);
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const form = rowOf(event);
  if (!form || event.detail.requestConfig.verb !== "post") return;
  form.dataset.sent = typed(form);
  delete form.dataset.refused;
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  // A session that has ended leads to the login page: go there as a whole.
  const answered = new URL(event.detail.xhr.responseURL);
  if (answered.pathname === event.detail.pathInfo.requestPath) return;
  event.detail.shouldSwap = false;
  unsaved.clear();
  window.location.assign(answered);
});

function sendAgain() {
  clearTimeout(timer);
  for (const form of unsaved) form.requestSubmit();
}

document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = rowOf(event);
  if (!form) return;
  const code = event.detail.xhr.status;
  if (event.detail.requestConfig.verb !== "post") {
    if (code === 200) unsaved.delete(form);
    return;
  }
  if (code >= 200 && code < 300) {
    if (form.dataset.sent === typed(form)) unsaved.delete(form);
  } else if (NOT_NOW.includes(code)) {
    unsaved.add(form);
    say(form, code ? statusOf(form).dataset.failed : statusOf(form).dataset.unsaved);
    clearTimeout(timer);
    timer = setTimeout(sendAgain, AGAIN);
  } else {
    form.dataset.refused = form.dataset.sent;
    if (![400, 409].includes(code)) say(form, statusOf(form).dataset.outOfDate);
  }
  if (code >= 300 || !code) {
    if (leavingBy) statusOf(form).scrollIntoView({ block: "center" });
    leavingBy = undefined;
  }
  if (leavingBy && !unsaved.size) leavingBy();
});

// A form that was replaced has nothing to save any more.
document.body.addEventListener("htmx:afterSwap", () => {
  for (const form of unsaved) if (!form.isConnected) unsaved.delete(form);
});

// What was typed is saved before the page is left by a link or a button. Where that was refused
// already, the browser asks whether to leave without it.
function saveFirst(event, leave) {
  if ([...unsaved].every((form) => form.dataset.refused === typed(form))) return;
  event.preventDefault();
  leavingBy = leave;
  sendAgain();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.target;
  if (!link || elsewhere || link.dataset.takes !== undefined) return;
  if (link.getAttribute("href").startsWith("#")) return;
  saveFirst(event, () => window.location.assign(link.href));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.autosaves !== undefined) return;
  const { submitter } = event;
  saveFirst(event, () => form.requestSubmit(submitter));
});

window.addEventListener("online", sendAgain);
window.addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
