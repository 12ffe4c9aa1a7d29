// Behaviours of every page. Each one only adds comfort: without script the same forms and links work.
// @ts-check
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const typing = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  // Ask before an act that is hard to undo: <form data-confirm="…"> or <button data-confirm="…">.
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = /** @type {SubmitEvent} */ (event).submitter;
    const question = (button && button.getAttribute("data-confirm")) || form.getAttribute("data-confirm");
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.removeAttribute("data-dirty");
    // One press, one request. The button is disabled after the form data are collected.
    if (form.method === "post" && !form.hasAttribute("data-keep") && !form.hasAttribute("hx-post")) {
      setTimeout(() => all('button[type="submit"], button:not([type])', form).forEach((b) => b.setAttribute("disabled", "")), 0);
    }
  }, true);
  // Coming back by the browser's arrow must find a usable form.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("form button[disabled]").forEach((b) => b.removeAttribute("disabled"));
  });

  // Unsaved input: <form data-guard>.
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form[data-guard]") : null;
    if (form) form.setAttribute("data-dirty", "");
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-dirty]")) event.preventDefault();
  });

  // <button data-print>, <button data-back>; a select with data-submit sends its form when changed.
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest("[data-print]")) window.print();
    if (target.closest("[data-back]")) history.back();
    const pick = target.closest("input[data-pick-all]");
    if (pick instanceof HTMLInputElement) {
      const table = pick.closest("table");
      if (table) all("tbody input[data-pick]", table).forEach((box) => { box.checked = pick.checked; });
    }
    if (target.closest("input[data-pick-all], input[data-pick]")) countPicked(target.closest("table"));
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field instanceof HTMLSelectElement && field.hasAttribute("data-submit") && field.form) field.form.requestSubmit();
    if (field instanceof HTMLInputElement && field.type === "file") {
      const place = field.closest(".field")?.querySelector("[data-upload-name]");
      const file = field.files && field.files[0];
      if (place) place.textContent = file ? `${file.name}（${size(file.size)}）` : "";
    }
  });
  function countPicked(table) {
    const place = document.querySelector("[data-picked]");
    if (table && place) place.textContent = String(all("tbody input[data-pick]:checked", table).length);
  }
  function size(bytes) {
    return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  }

  // Keyboard: "/" to the search field; j, k or the arrows along the rows of a list, Enter opens.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-search], input[type=search]");
      if (field instanceof HTMLElement) { event.preventDefault(); field.focus(); }
      return;
    }
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    const rows = all("table[data-rows] tbody tr").filter((row) => row.querySelector("a[href]"));
    if (!step || rows.length === 0) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    // The arrows keep scrolling the page until the reader has entered the list.
    if (here < 0 && event.key.startsWith("Arrow")) return;
    const next = rows[Math.min(rows.length - 1, Math.max(0, here + step))];
    event.preventDefault();
    const link = next.querySelector("a[href]");
    if (link instanceof HTMLElement) link.focus();
  });

  // A long row of tabs or a wide table opens where the reader is.
  all("[aria-current=page]").forEach((item) => {
    const list = item.closest(".tabs, .side");
    if (list && list.scrollWidth > list.clientWidth) item.scrollIntoView({ block: "nearest", inline: "center" });
  });
})();
