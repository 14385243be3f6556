// What the pages do besides working without this file: nothing formal happens here.
"use strict";
// A formal act is sent once: a second press of the same button waits for the first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  window.addEventListener("pageshow", () => { delete form.dataset.sent; }, { once: true });
});
// What is selected in the text goes into the field for words.
document.addEventListener("toggle", (event) => {
  const field = event.target.querySelector?.("[data-selection]");
  const words = String(getSelection()).trim();
  if (field && event.target.open && words && !field.value) field.value = words;
}, true);
// What is typed outlives a change of language, in this tab alone; choices of an act are made anew.
(() => {
  const typed = () => [...document.querySelectorAll("main form")].flatMap((form) => {
    const told = [...form.elements].filter((one) => one.name
      && (one.matches("textarea, select") || /^(text|search|email|url|date|time|number)$/.test(one.type)));
    return told.map((one, at) => [`${form.getAttribute("action")} ${at} ${one.name}`, one]);
  });
  const own = (one) => one.options
    ? one.selectedIndex > 0 && !one.options[one.selectedIndex].defaultSelected
    : one.value !== one.defaultValue;
  for (const link of document.querySelectorAll(".lang a")) {
    link.addEventListener("click", () => {
      const kept = typed().filter(([, one]) => own(one)).map(([name, one]) => [name, one.value]);
      if (kept.length) sessionStorage.setItem(`typed ${link.pathname}`, JSON.stringify(kept));
    });
  }
  const place = `typed ${location.pathname}`;
  const kept = new Map(JSON.parse(sessionStorage.getItem(place) || "[]"));
  sessionStorage.removeItem(place);
  for (const [name, one] of typed()) {
    if (!kept.has(name)) continue;
    one.value = kept.get(name);
    for (let at = one.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  }
})();
