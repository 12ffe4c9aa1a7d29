// Script of the management and supervision layers: htmx and our own behaviours.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./page.js";
import "./draft.js";

// htmx must run under `default-src 'self'`: no injected style, no evaluated text, and nothing from other hosts.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages hold personal records: none stays in the browser's storage
// An error page is shown where the fragment would have been, so that a failure is never silent.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "[45]..", swap: true, error: true },
];

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf"]');
  if (token && token.content) event.detail.headers["X-CSRF-Token"] = token.content;
});

function say(text) {
  const place = document.getElementById("announce");
  if (place) place.textContent = text;
}
document.addEventListener("htmx:sendError", () => say("网络中断，内容没有更新，请稍后重试。"));
document.addEventListener("htmx:timeout", () => say("服务器没有及时回应，请稍后重试。"));
