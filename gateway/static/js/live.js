// Says when the board no longer hears of changes, and loads the page again when the session is over.
"use strict";

const OVER = [401, 403];

document.addEventListener("htmx:response:error", (event) => {
  if (OVER.includes(event.detail.ctx.response.status)) location.reload();
});

document.addEventListener("htmx:sse:error", (event) => {
  if (OVER.includes(event.detail.status)) location.reload();
  const note = document.getElementById("offline");
  if (note) note.hidden = false;
});

document.addEventListener("htmx:sse:after:connection", (event) => {
  if (OVER.includes(event.detail.connection.status)) location.reload();
  const note = document.getElementById("offline");
  if (note) note.hidden = true;
});
