// Looks again how far the house is, and shows what came of it; without this file one reloads.
"use strict";
(() => {
  const shown = document.getElementById("work");
  if (!shown) return;
  const [again, over] = ["[data-again]", "[data-over]"].map((one) => shown.querySelector(one));
  again.hidden = true;

  const look = async () => {
    if (document.hidden) return;
    let fresh;
    try {
      const answer = await fetch(shown.dataset.look, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      fresh = read.getElementById("work");
    } catch { return; /* the next look may succeed */ }
    if (!fresh) {
      window.clearInterval(clock);
      if (document.activeElement.matches("input, textarea, select")) over.hidden = false;
      else window.location.replace(window.location.href.split("#")[0]);
      return;
    }
    for (const part of ["[role=status]", "progress", "progress + span"]) {
      const [old, now] = [shown, fresh].map((one) => one.querySelector(part));
      if (old.outerHTML !== now.outerHTML) old.replaceWith(document.importNode(now, true));
    }
  };
  const clock = window.setInterval(look, 1000);
})();
