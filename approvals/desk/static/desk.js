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
