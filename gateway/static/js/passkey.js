// Has the device's key sign, or make one, and sends the answer with its form. Without this file a code does the same.
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const makes = form.dataset.passkey === "create";
  const parse = self.PublicKeyCredential?.[makes ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON"];
  // A browser that cannot read the question is not shown a button that would fail.
  if (!parse) {
    form.remove();
    continue;
  }
  const failed = form.querySelector("[data-failed]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.credential.value) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const publicKey = parse.call(PublicKeyCredential, JSON.parse(form.dataset.question));
      const said = await navigator.credentials[makes ? "create" : "get"]({ publicKey });
      form.credential.value = JSON.stringify(said.toJSON());
    } catch {
      failed.hidden = false;
      return;
    }
    // What is ticked beside the code counts here too.
    const trust = document.querySelector("form:not([data-passkey]) [name=trust]");
    if (trust?.checked) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "trust", value: "1" }));
    form.submit();
  });
}
