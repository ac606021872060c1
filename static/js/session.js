// Warns two minutes before the login ends, covers the page when it has ended, in all tabs alike.
// The server knows the time; what is counted here only says when to ask it.

const WARN = 120;
const STEPS = [10, 30, 60, WARN]; // seconds left at which the words change
const warning = document.getElementById("session-warning");
const tabs = new BroadcastChannel("session");
// A page for nobody: whoever was logged in, in other tabs, may be so no more.
if (!warning) tabs.postMessage({ remaining: 0 });

function watch() {
  const cover = document.getElementById("session-over");
  const left = document.getElementById("session-left");
  const stay = document.getElementById("session-stay");
  const { status, extend, person, remaining } = warning.dataset;
  let ends = Date.now() + remaining * 1000;
  let fixed = !("extendable" in warning.dataset);
  let over = false;
  let timer;

  const token = () => warning.querySelector("[name=csrfmiddlewaretoken]").value;
  const seconds = () => Math.ceil((ends - Date.now()) / 1000);

  async function ask(url, options) {
    try {
      const response = await fetch(url, { cache: "no-store", ...options });
      if (response.ok) return await response.json();
    } catch {
      // Without an answer our own clock counts.
    }
    return null;
  }

  // Called with what the server says.
  function know(answer) {
    ends = Date.now() + answer.remaining * 1000;
    if (!answer.remaining || String(answer.person) !== person) return end();
    fixed = !answer.extendable;
    over = false;
    for (const input of document.getElementsByName("csrfmiddlewaretoken")) {
      input.value = answer.token;
    }
    cover.close();
    return look();
  }

  function end() {
    clearTimeout(timer);
    over = true;
    warning.close();
    if (!cover.open) cover.showModal();
  }

  const check = async () => {
    const answer = await ask(status);
    if (answer) know(answer);
    else if (seconds() <= 0) end();
    else look();
  };

  function warn() {
    const step = STEPS.find((one) => seconds() <= one) || WARN;
    const words = step < 60 ? `${step} seconds` : `${step / 60} minute${step > 60 ? "s" : ""}`;
    if (left.textContent !== words) left.textContent = words;
    document.getElementById("session-fixed").hidden = !fixed;
    if (fixed) stay.textContent = stay.dataset.fixed;
    if (!warning.open && !warning.dataset.closed) warning.showModal();
  }

  function look() {
    clearTimeout(timer);
    const time = seconds();
    if (time > WARN) {
      warning.close();
      timer = setTimeout(check, Math.min(time - WARN, 3600) * 1000);
    } else {
      warn();
      const next = STEPS.filter((one) => one < time).pop() || 0;
      timer = setTimeout(next ? look : check, Math.max(time - next, 1) * 1000);
    }
  }

  async function extendIt() {
    if (fixed) {
      warning.dataset.closed = "";
      warning.close();
      return;
    }
    const headers = { "X-CSRFToken": token() };
    const answer = await ask(extend, { method: "POST", headers });
    if (!answer) return check();
    know(answer);
    tabs.postMessage(answer);
  }

  stay.addEventListener("click", extendIt);
  warning.addEventListener("cancel", (event) => {
    event.preventDefault();
    extendIt();
  });
  // Escape twice closes any dialog.
  cover.addEventListener("close", () => over && cover.showModal());
  tabs.addEventListener("message", ({ data }) => {
    if (over || !data.remaining || String(data.person) !== person) check();
    else know(data);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && seconds() <= WARN) check();
  });
  tabs.postMessage({ remaining: Number(remaining), person, token: token(), extendable: !fixed });
  look();
}

if (warning && warning.showModal) watch();
