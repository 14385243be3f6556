// Shows how far an upload is. Without it the browser sends the form by itself.
"use strict";
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]") || !window.FormData) return;
  event.preventDefault();
  const bar = form.querySelector("progress");
  const status = form.querySelector("[role=status]");
  const request = new XMLHttpRequest();
  bar.hidden = false;
  status.textContent = status.dataset.sending;
  request.upload.addEventListener("progress", (step) => {
    if (step.lengthComputable) bar.value = Math.round(100 * step.loaded / step.total);
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    status.textContent = status.dataset.checking;
    if (form.dataset.work) looking = window.setInterval(look, 1000);
  });
  // The house says how far it is with a file that takes long.
  let looking;
  const look = async () => {
    try {
      const answer = await fetch(form.dataset.work, { credentials: "same-origin" });
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      const far = read.querySelector("#work progress[value]");
      if (!far || request.readyState === XMLHttpRequest.DONE) return;
      bar.max = far.max;
      bar.value = far.value;
      status.textContent = far.nextElementSibling.textContent;
    } catch { /* the next look may succeed */ }
  };
  request.addEventListener("loadend", () => window.clearInterval(looking));
  request.addEventListener("load", () => {
    if (request.status < 400) { window.location = request.responseURL; return; }
    const main = request.responseXML && request.responseXML.querySelector("main");
    if (!main) { delete form.dataset.upload; form.submit(); return; }
    document.querySelector("main").replaceWith(document.adoptNode(main));
    document.title = request.responseXML.title;
    window.scrollTo(0, 0);
  });
  request.addEventListener("error", () => {
    bar.hidden = true;
    status.textContent = "";
    delete form.dataset.sent;
  });
  request.open("POST", form.action);
  request.responseType = "document";
  request.send(new FormData(form));
});
