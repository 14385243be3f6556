// Computes a file's digest in the browser and asks for that digest alone. The file itself goes to
// the house with the second button, "full check", which is an ordinary form.
"use strict";
addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("check");
  // Without a secure context there is no WebCrypto: the form works as it does without this file.
  if (!form || !globalThis.crypto?.subtle) return;
  const file = form.elements.file, hash = form.elements.hash;
  const told = document.getElementById("told"), go = document.getElementById("go");
  const label = form.querySelector(".drop");
  let digest = "";

  const full = document.createElement("button");
  full.className = "btn-2";
  full.textContent = form.dataset.full;
  full.hidden = true;
  go.after(" ", full);

  const compute = async () => {
    const chosen = file.files[0];
    digest = "";
    full.hidden = !chosen;
    if (!chosen) { told.textContent = ""; return; }
    if (chosen.size > Number(form.dataset.max) * 1048576) {
      told.textContent = form.dataset.large;
      full.hidden = true;
      return;
    }
    told.textContent = form.dataset.busy;
    const bytes = await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer());
    digest = [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
    hash.value = digest;
    told.textContent = form.dataset.hashed;
    await answer(digest);
  };

  const answer = async (given) => {
    const page = await fetch(`/verify?hash=${encodeURIComponent(given)}`);
    const came = new DOMParser().parseFromString(await page.text(), "text/html");
    const place = document.getElementById("answer"), found = came.getElementById("answer");
    if (!place || !found) return;
    place.replaceWith(document.adoptNode(found));
    document.title = came.title;
    const heading = document.querySelector("#answer h1");
    heading.tabIndex = -1;
    heading.focus();
  };

  form.addEventListener("submit", (event) => {
    if (event.submitter === full) return;
    event.preventDefault();
    event.stopPropagation();
    if (digest && hash.value === digest) answer(digest);
    else if (hash.value) location.assign(`/verify?hash=${encodeURIComponent(hash.value)}`);
    else if (file.files.length) compute();
    else file.focus();
  }, true);
  file.addEventListener("change", compute);

  for (const kind of ["dragover", "dragleave", "drop"]) {
    label.addEventListener(kind, (event) => {
      event.preventDefault();
      label.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
        compute();
      }
    });
  }
});
