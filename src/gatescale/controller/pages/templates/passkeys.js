// Fills the forms whose answer an authenticator gives; everything else is plain HTML.
"use strict";

function tell(form, text) {
  let alert = document.querySelector(".alert");
  if (!alert) {
    alert = document.createElement("p");
    alert.className = "alert";
    alert.setAttribute("role", "alert");
    form.before(alert);
  }
  alert.textContent = text;
}

function reason(error) {
  if (error.name === "NotAllowedError") {
    return "The passkey was not used: it was cancelled, or took too long. Try again.";
  }
  if (error.name === "InvalidStateError") {
    return "This authenticator has a passkey for you already.";
  }
  return `The browser could not use a passkey: ${error.message}`;
}

async function make(form) {
  const options = JSON.parse(form.dataset.passkeyMake);
  const email = form.elements.namedItem("email");
  if (email && email.value) {
    options.user.name = email.value;
    options.user.displayName = email.value;
  }
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return navigator.credentials.create({ publicKey });
}

async function use(form) {
  const options = JSON.parse(form.dataset.passkeyUse);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
}

async function answer(form, ceremony) {
  form.setAttribute("aria-busy", "true");
  try {
    const credential = await ceremony(form);
    form.elements.namedItem("credential").value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    tell(form, reason(error));
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function missing(form) {
  for (const field of form.querySelectorAll("input[required]")) {
    if (field.name !== "password" && !field.reportValidity()) return true;
  }
  return false;
}

for (const form of document.querySelectorAll("form[data-passkey-use], form[data-passkey-make]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.passkeyUse) {
      event.preventDefault();
      answer(form, use);
    } else if (event.submitter && event.submitter.hasAttribute("data-passkey")) {
      event.preventDefault();
      if (!missing(form)) answer(form, make);
    } else if (form.elements.namedItem("password") && !form.elements.namedItem("password").value) {
      event.preventDefault();
      tell(form, "Type a password, or create a passkey.");
      form.elements.namedItem("password").focus();
    }
  });
}
