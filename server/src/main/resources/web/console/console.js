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
  // A chosen file becomes the text of a field, so that a form sends it as it sends any other.
  function fileInto(input) {
    var field = document.getElementById(input.dataset.into);
    input.addEventListener("change", function () {
      var file = input.files[0];
      var tooLarge = file && file.size > Number(input.dataset.bytesMax);
      input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
      input.reportValidity();
      if (file && !tooLarge) {
        file.text().then(function (text) { field.value = text; });
      }
    });
  }
  // The server's time less the browser's count since the page began: the latest that was ever heard is the truest, for
  // a message only ever comes too late. The browser's own clock is never asked.
  var ahead = -Infinity;
  function hear(millis) {
    ahead = Math.max(ahead, millis - performance.now());
  }
  function two(number) {
    return String(number).padStart(2, "0");
  }
  function countDown() {
    document.querySelectorAll("[data-until]").forEach(function (timer) {
      var seconds = Math.max(0, Math.ceil((Date.parse(timer.dataset.until) - ahead - performance.now()) / 1000));
      var days = Math.floor(seconds / 86400);
      var rest = [Math.floor(seconds % 86400 / 3600), Math.floor(seconds % 3600 / 60), seconds % 60].map(two).join(":");
      timer.textContent = (days > 0 ? timer.dataset.days.replace("{0}", days) + " " : "") + rest;
    });
  }
  // Parts of a page that the server sends when they have changed, each in the place of the one with its id.
  function follow(page) {
    var source = new EventSource(page.dataset.stream);
    source.addEventListener("open", function () { stale(false); });
    source.addEventListener("clock", function (event) { hear(Number(event.data)); });
    source.addEventListener("part", function (event) {
      var sent = document.createElement("template");
      sent.innerHTML = event.data;
      var part = sent.content.firstElementChild;
      document.getElementById(part.id).replaceWith(part);
      countDown();
    });
    source.addEventListener("error", function () {
      stale(true);
      if (source.readyState === EventSource.CLOSED) { // an answer that is no stream: the browser gives up
        setTimeout(function () { follow(page); }, 5000);
      }
    });
  }
  // A question is sent from the keyboard, too.
  function sentByKeys(field) {
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        field.form.requestSubmit(field.form.querySelector("button.btn-primary"));
      }
    });
  }
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-sent-by]").forEach(sentByKeys);
    document.querySelectorAll("input[data-into]").forEach(fileInto);
    document.querySelectorAll("[data-stream]").forEach(function (page) {
      hear(Number(page.dataset.now));
      countDown();
      setInterval(countDown, 250);
      follow(page);
    });
    var state = document.getElementById("state");
    if (state && state.form) {
      state.addEventListener("change", function () { state.form.requestSubmit(); });
    }
  });
})();
