// Joins our buttons to allauth's WebAuthn code and says in plain words when it does not work.
// <button data-passkey="addForm|authenticateForm|loginForm" data-credential="id of the hidden field"> inside or
// belonging to its form; options stand in the JSON block "js_data".
(function () {
  const ROLE = { addForm: "add", authenticateForm: "authenticate", loginForm: "login" };
  function say() {
    document.querySelectorAll("[data-passkey-error]").forEach(function (place) { place.hidden = false; });
  }
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    say();
  });
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-passkey]").forEach(function (button) {
      if (!window.PublicKeyCredential || !window.allauth) {
        button.disabled = true;
        say();
        return;
      }
      const ids = { credential: button.dataset.credential, data: "js_data", passwordless: "passwordless" };
      ids[ROLE[button.dataset.passkey]] = button.id;
      window.allauth.webauthn.forms[button.dataset.passkey]({ ids: ids });
    });
  });
})();
