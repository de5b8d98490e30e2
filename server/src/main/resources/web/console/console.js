// Tells when live parts can't be refreshed, and takes it back when they can.
(function () {
  "use strict";
  function stale(is) {
    var note = document.querySelector("[data-stale]");
    if (note) {
      note.hidden = !is;
    }
    document.documentElement.toggleAttribute("data-stale-page", is);
  }
  document.addEventListener("htmx:sendError", function () { stale(true); });
  document.addEventListener("htmx:timeout", function () { stale(true); });
  document.addEventListener("htmx:responseError", function () { stale(true); });
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    if (event.detail.xhr.status < 400) {
      stale(false);
    }
  });
  document.addEventListener("DOMContentLoaded", function () {
    var state = document.getElementById("state");
    if (state && state.form) {
      state.addEventListener("change", function () { state.form.requestSubmit(); });
    }
  });
})();
