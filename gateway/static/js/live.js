// Says when the board no longer hears of changes, listens again, and loads the page again when the session is over.
"use strict";

const OVER = [401, 403];
const SOON_MS = 1000;
const LATEST_MS = 30000;
let wait = SOON_MS;

function hears(anything) {
  const note = document.getElementById("offline");
  if (note) note.hidden = anything;
}

// The extension goes round again only after a first good answer: until there is one the element is put there anew.
function beginAgain(event) {
  const listens = event.target;
  if (!listens.matches?.("[data-live]")) return;
  hears(false);
  setTimeout(() => {
    if (!listens.isConnected) return;
    const anew = listens.cloneNode();
    listens.replaceWith(anew);
    htmx.process(anew);
  }, wait);
  wait = Math.min(2 * wait, LATEST_MS);
}

document.addEventListener("htmx:response:error", (event) => {
  if (OVER.includes(event.detail.ctx.response.status)) location.reload();
  else beginAgain(event);
});

document.addEventListener("htmx:error", beginAgain);

document.addEventListener("htmx:sse:error", (event) => {
  if (OVER.includes(event.detail.status)) location.reload();
  hears(false);
});

document.addEventListener("htmx:sse:after:connection", (event) => {
  if (OVER.includes(event.detail.connection.status)) location.reload();
  wait = SOON_MS;
  hears(true);
});
