// What the board says when an answer does not come, or is not the bed's row.
const status = document.getElementById("board-status");

function say(event) {
  const outOfDate = event.detail.xhr && event.detail.xhr.status === 403;
  const words = outOfDate ? status.dataset.outOfDate : status.dataset.failed;
  const row = event.detail.elt.closest(".cpms-bed");
  const old = row.querySelector("[data-failed-message]");
  if (old) old.remove();
  const message = document.createElement("p");
  message.className = "nhsuk-error-message";
  message.dataset.failedMessage = "";
  message.textContent = words;
  row.querySelector(".cpms-bed__actions").before(message);
  status.textContent = words;
}

document.body.addEventListener("htmx:sendError", say);
document.body.addEventListener("htmx:responseError", say);

// A session that has ended leads to the login page: go there as a whole.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL);
  if (answered.pathname !== event.detail.pathInfo.requestPath) {
    event.detail.shouldSwap = false;
    window.location.assign(answered);
  }
});
