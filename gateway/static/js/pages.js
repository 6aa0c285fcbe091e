// Makes forms quicker. Everything here is an extra: each page works without it.
"use strict";

const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// What is wrong is read first.
document.querySelector("[data-focus]")?.focus();

// Pressed twice is done once; the button says at once that it was pressed.
each("form[data-once]", (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.querySelector("button:not([type=button])")?.setAttribute("aria-disabled", "true");
    document.documentElement.dataset.waiting = "yes";
  });
});
addEventListener("pageshow", () => {
  delete document.documentElement.dataset.waiting;
  each("form[data-sent]", (form) => {
    delete form.dataset.sent;
    form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
  });
});

// A password may be looked at while it is typed.
each("button[data-reveal]", (button) => {
  const input = document.getElementById(button.dataset.reveal);
  const shown = button.dataset.hide;
  const hidden = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.textContent = show ? shown : hidden;
    button.setAttribute("aria-pressed", String(show));
  });
  input.form.addEventListener("submit", () => { input.type = "password"; });
});

// Six digits send themselves, also when pasted with spaces or typed in full width.
each("input[data-code]", (input) => {
  const look = (event) => {
    if (event.isComposing) return;
    const digits = input.value.normalize("NFKC").replace(/\D/g, "");
    if (digits.length === 6 && input.dataset.tried !== digits) {
      input.value = digits;
      input.dataset.tried = digits;
      input.form.requestSubmit();
    }
  };
  input.addEventListener("input", look);
  input.addEventListener("compositionend", look);
  if (input.dataset.code === "first" && !document.querySelector("[data-focus]")) input.focus();
});

// Time left, counted from what the server said when it sent the page: the clock here may be wrong.
each("[data-seconds]", (span) => {
  const end = performance.now() + Number(span.dataset.seconds) * 1000;
  const tell = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    span.textContent = left ? span.dataset.words.replace("{time}", time) : span.dataset.over;
    if (left) setTimeout(tell, 1000);
  };
  span.hidden = false;
  tell();
});

// An open menu shuts when the person turns elsewhere.
each("details[data-shuts]", (menu) => {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// What is shown once can be put on paper at once.
each("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
