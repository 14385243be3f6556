// Passkeys: the one thing at the desk that browsers do with scripts only.
// [data-passkey="sign-in"|"create"] is shown where the browser can; form[data-signoff] gets the
// person's signature over what the form is about (data-signoff is the address that says so).
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = async (address, body) => {
    const form = body instanceof FormData;
    const answer = await fetch(address, {
      method: "POST", credentials: "same-origin",
      headers: form ? {} : { "content-type": "application/json" },
      body: form ? new URLSearchParams(body) : JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error("refused"), { said: said.detail || "" });
    return said;
  };

  const get = async (options) => {
    const made = await navigator.credentials.get({ publicKey: {
      ...options, challenge: bytes(options.challenge), allowCredentials: keys(options.allowCredentials),
    } });
    const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
    return { id: made.id, rawId: text(made.rawId), type: made.type, response: {
      clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData),
      signature: text(signature), userHandle: userHandle ? text(userHandle) : null,
    } };
  };

  const create = async (options) => {
    const made = await navigator.credentials.create({ publicKey: {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: keys(options.excludeCredentials),
    } });
    const { clientDataJSON, attestationObject } = made.response;
    return { id: made.id, rawId: text(made.rawId), type: made.type, response: {
      clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject),
    } };
  };

  const say = (place, words) => {
    const said = place.querySelector("[data-said]");
    if (!said) return;
    said.textContent = words;
    said.hidden = !words;
  };

  for (const place of document.querySelectorAll("[data-passkey]")) {
    place.hidden = false;
    const button = place.querySelector("button");
    button.addEventListener("click", async () => {
      button.disabled = true;
      say(place, "");
      try {
        const options = await ask(place.dataset.begin, {});
        const answer = place.dataset.passkey === "create" ? await create(options) : await get(options);
        const name = place.querySelector("[name='passkey-name']");
        const end = await ask(place.dataset.finish, {
          answer, next: place.dataset.next || "/", name: name ? name.value : "",
        });
        window.location.assign(end.next);
      } catch (fault) {
        say(place, fault.said || place.dataset.failed);
      } finally {
        button.disabled = false;
      }
    });
  }

  for (const form of document.querySelectorAll("form[data-signoff]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say(form, "");
      const put = (name, value) => {
        const field = form.querySelector(`input[type="hidden"][name="${name}"]`) || document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        form.append(field);
      };
      if (event.submitter && event.submitter.name) put(event.submitter.name, event.submitter.value);
      try {
        put("signoff", JSON.stringify(await get(await ask(form.dataset.signoff, new FormData(form)))));
        form.submit();
      } catch (fault) {
        delete form.dataset.sent;
        say(form, fault.said || form.dataset.failed);
      }
    });
  }
})();
