// Saves what is typed, inserts suggestions and knows a few keys. Everything works without it.
"use strict";
(() => {
  const form = document.getElementById("hand");
  const status = document.getElementById("saved");
  let timer = 0, running = null;
  const rest = () => { clearTimeout(timer); timer = 0; };

  async function save() {
    rest();
    if (running) running.abort();
    running = new AbortController();
    try {
      const answer = await fetch(form.action + "/typed", { method: "POST", body: new FormData(form), signal: running.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (!fresh) { status.textContent = form.dataset.lost; timer = setTimeout(save, 15000); return; }
      document.getElementById("live").replaceWith(fresh);
      status.textContent = fresh.dataset.saved;
    } catch (fault) {
      if (fault.name === "AbortError") return;
      status.textContent = form.dataset.waiting;
      timer = setTimeout(save, 5000);
    }
  }

  if (form) {
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 800); });
    form.addEventListener("submit", () => { rest(); if (running) running.abort(); });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && timer) {
        rest();
        navigator.sendBeacon(form.action + "/typed", new FormData(form));
      }
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    const field = button && document.getElementById(button.dataset.to);
    if (!field) return;
    event.preventDefault();
    field.value = button.dataset.text;
    field.focus();
    save();
  });

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const wanted = digit ? `[data-insert="${digit[1]}"]`
      : { ArrowDown: "a[rel=next]", ArrowUp: "a[rel=prev]", KeyP: "[data-key=p]", KeyC: "[data-key=c]" }[event.code];
    const found = wanted && document.querySelector(wanted);
    if (!found || found.disabled) return;
    event.preventDefault();
    found.click();
  });
})();
