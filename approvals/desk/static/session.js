// Looks at the quorum again every few seconds while the page is seen; without it one reloads.
"use strict";
(() => {
  const shown = () => document.getElementById("quorum");
  const moved = document.querySelector("[data-moved]");
  if (!shown() || !moved) return;
  const address = `${window.location.pathname.replace(/\/session.*$/, "/session")}/quorum`;
  const opened = shown().dataset.version;

  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = read.getElementById("quorum");
      if (!fresh || fresh.dataset.version === shown().dataset.version) return;
      shown().replaceWith(document.adoptNode(fresh));
      moved.hidden = fresh.dataset.version === opened;
    } catch { /* the next look may succeed */ }
  };
  window.setInterval(look, 4000);
  document.addEventListener("visibilitychange", look);
})();

// The words of the chosen paragraph are there to be changed.
(() => {
  const words = document.querySelector("[data-amend]");
  const chosen = words && words.form.elements.paragraph;
  if (!chosen) return;
  const language = words.form.elements.language;
  const fill = () => {
    const named = CSS.escape(`${language.value}:${chosen.value}`);
    const said = document.querySelector(`[data-paragraph="${named}"]`);
    if (said) words.value = said.textContent;
    words.lang = language.value;
  };
  chosen.addEventListener("change", fill);
  language.addEventListener("change", fill);
  if (!words.value) fill();
})();
