// Suggests what fits while somebody types; without it, the page's own button finds the same.
//
// <input data-lookup-url="/find/"             answers ?q=... with {"matches": [{"value": "ward:5",
//                                             "label": "...", "detail": "..."}], "more": false}
//        data-lookup-target="id of a hidden input, which gets the value that is chosen"
//        data-lookup-found="id of a hidden input, which gets the text that the choice is for"
//        data-lookup-button="id of a button, which has another text while the target has a value"
//        data-lookup-button-text="that text, such as Add">
//
// All but the address are optional. When the text changes, both targets are emptied and the button
// has its own text again. What was chosen also sends the event "lookup:chosen" from the input, with
// the match as its detail.

const PAUSE = 200; // milliseconds without a key before the server is asked
const SHORTEST = 2;
const NOTHING = "Nothing found. Check the spelling, or type a shorter part.";

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function enhance(input) {
  const list = element("ul", "cpms-lookup__list");
  const more = element("p", "cpms-lookup__more", "There are more. Type more to find yours.");
  const nothing = element("p", "cpms-lookup__nothing", NOTHING);
  const popup = element("div", "cpms-lookup__popup");
  const status = element("div", "nhsuk-u-visually-hidden");
  const around = element("div", "cpms-lookup");
  const targets = [input.dataset.lookupTarget, input.dataset.lookupFound].map((id) =>
    id ? document.getElementById(id) : null,
  );
  const button = document.getElementById(input.dataset.lookupButton || "");
  const buttonText = button && button.textContent;
  let matches = [];
  let active = -1;
  let timer;
  let request;

  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  // The status says the same.
  more.setAttribute("aria-hidden", "true");
  nothing.setAttribute("aria-hidden", "true");
  status.setAttribute("role", "status");
  popup.hidden = true;
  nothing.hidden = true;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.autocomplete = "off";
  popup.append(list, more);
  input.before(around);
  around.append(input, popup, nothing, status);

  function nameButton() {
    if (!button) return;
    const isChosen = targets[0] && targets[0].value;
    button.textContent = isChosen ? input.dataset.lookupButtonText : buttonText;
  }

  function activate(number) {
    active = number;
    for (const [position, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(position === number));
    }
    if (number < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", list.children[number].id);
      list.children[number].scrollIntoView({ block: "nearest" });
    }
  }

  function close() {
    clearTimeout(timer);
    if (request) request.abort();
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  function show(answer) {
    matches = answer.matches;
    list.replaceChildren(
      ...matches.map((match, number) => {
        const option = element("li", "cpms-lookup__option", match.label);
        option.id = `${list.id}-${number}`;
        option.setAttribute("role", "option");
        if (match.detail) option.append(" ", element("span", "cpms-lookup__detail", match.detail));
        option.addEventListener("click", () => choose(number));
        return option;
      }),
    );
    const isAny = matches.length > 0;
    more.hidden = !answer.more;
    nothing.hidden = isAny;
    popup.hidden = !isAny;
    input.setAttribute("aria-expanded", String(isAny));
    activate(-1);
    const count = matches.length === 1 ? "1 suggestion." : `${matches.length} suggestions.`;
    const rest = answer.more ? more.textContent : "";
    status.textContent = isAny
      ? `${count} ${rest} Use the up and down arrow keys to review them, and Enter to choose.`
      : NOTHING;
  }

  async function look() {
    if (request) request.abort();
    request = new AbortController();
    const { signal } = request;
    const text = input.value.trim();
    try {
      const url = `${input.dataset.lookupUrl}?q=${encodeURIComponent(text)}`;
      const headers = { Accept: "application/json" };
      const response = await fetch(url, { headers, signal, credentials: "same-origin" });
      const answer = await response.json();
      if (response.ok && !signal.aborted && document.activeElement === input) show(answer);
    } catch {
      // Without an answer it is the plain input that it was.
      if (!signal.aborted) close();
    }
  }

  function choose(number) {
    const match = matches[number];
    const [target, found] = targets;
    input.value = match.label;
    if (target) target.value = match.value;
    if (found) found.value = match.label;
    // Radios that an earlier text had found would be sent beside the choice.
    for (const radio of document.getElementsByName(target ? target.name : "")) {
      if (radio.type === "radio") radio.checked = false;
    }
    close();
    nameButton();
    status.textContent = `${match.label} is chosen.`;
    input.focus();
    input.dispatchEvent(new CustomEvent("lookup:chosen", { bubbles: true, detail: match }));
  }

  input.addEventListener("input", () => {
    for (const target of targets) if (target) target.value = "";
    nameButton();
    close();
    nothing.hidden = true;
    status.textContent = "";
    if (input.value.trim().length >= SHORTEST) timer = setTimeout(look, PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    const isOpen = input.getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) {
        if (input.value.trim().length >= SHORTEST) look();
        return;
      }
      // One place more than there are options: the text itself.
      const places = matches.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      activate(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && isOpen && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape") {
      if (isOpen) event.preventDefault();
      close();
    }
  });

  // A press on the popup leaves the focus where it is, so that it does not close under the finger.
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", close);
  nameButton();
  // Going back, a browser may fill the target after scripts have run.
  window.addEventListener("pageshow", nameButton);
}

for (const input of document.querySelectorAll("input[data-lookup-url]")) enhance(input);
