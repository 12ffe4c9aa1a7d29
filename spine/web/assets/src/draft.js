// Half-filled forms of the desk: <form data-draft="name" data-draft-key="what it is about"> is kept on the server while
// it is being filled, and offered when it is next opened. What may be kept is judged there; here only fields that
// hide their content or bring files are not even sent. Without script nothing is kept.
// @ts-check
(() => {
  const address = "/desk/drafts";
  const forms = /** @type {HTMLFormElement[]} */ (Array.from(document.querySelectorAll("form[data-draft]")));
  const token = document.querySelector('meta[name="csrf"]')?.getAttribute("content");
  if (forms.length === 0 || !token) return;
  const FIRST_MS = 1500, LATER_MS = 15000;
  /** @type {Map<HTMLFormElement, {timer: number, last: number, dirty: boolean, offered: boolean}>} */
  const states = new Map();

  const name = (form) => form.getAttribute("data-draft") || "";
  const key = (form) => form.getAttribute("data-draft-key") || "";
  const request = (form) => form.querySelector('input[name="request_id"]')?.value || "";
  const fields = (form) => Array.from(form.elements).filter((f) =>
    f.name && /^(INPUT|SELECT|TEXTAREA)$/.test(f.tagName) && !/^(password|file|submit|button|image|reset)$/.test(f.type)
    && (f.type !== "hidden" || f.name === "version") && !f.hasAttribute("data-private"));
  const ticked = (f) => f.type === "checkbox" || f.type === "radio";
  const values = (form) => fields(form).filter((f) => !ticked(f) || f.checked).map((f) => [f.name, f.value]);

  function send(form, content, alive) {
    const body = new URLSearchParams({ csrf: token, form: name(form), key: key(form), request: request(form), fields: content });
    // A request that outlives its page may carry 64 KB at most.
    return fetch(address, { method: "POST", body, keepalive: alive && body.toString().length < 60000, credentials: "same-origin" });
  }
  function say(form, text) {
    let place = form.querySelector("[data-draft-says]");
    if (!place) {
      place = document.createElement("p");
      place.className = "field-hint no-print";
      place.setAttribute("data-draft-says", "");
      place.setAttribute("role", "status");
      const feet = form.querySelectorAll(".form-foot");
      (feet.length ? feet[feet.length - 1].parentElement : form).append(place);
    }
    place.textContent = text;
  }
  async function save(form, alive = false) {
    const state = states.get(form);
    window.clearTimeout(state.timer);
    state.timer = 0;
    state.dirty = false;
    state.last = Date.now();
    try {
      const answer = await send(form, JSON.stringify(values(form)), alive);
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      if (told.left_out) {
        say(form, `已自动保存（${told.saved}），证件号、账号等 ${told.left_out} 项不保存，离开后须重新填写。`);
      } else {
        say(form, `已自动保存（${told.saved}）。`);
        if (!state.dirty && !form.querySelector('input[type="file"]')?.value) form.removeAttribute("data-dirty");
      }
    } catch {
      state.dirty = true;
      say(form, "暂时没有自动保存成功，请勿关闭页面；提交不受影响。");
    }
  }
  function later(form) {
    const state = states.get(form);
    state.dirty = true;
    if (!state.timer) {
      const since = Date.now() - state.last;
      state.timer = window.setTimeout(() => save(form), Math.max(FIRST_MS, LATER_MS - since));
    }
  }

  /** Whether the form already shows what was kept, as after a refusal. */
  const shows = (form, kept) => {
    const now = values(form).map((pair) => pair.join("\n"));
    return kept.every((pair) => pair[1] === "" || pair[0] === "version" || now.includes(pair.join("\n")));
  };
  function fill(form, kept) {
    for (const f of fields(form)) {
      const mine = kept.filter((pair) => pair[0] === f.name);
      if (ticked(f)) f.checked = mine.some((pair) => pair[1] === f.value);
      else if (mine.length && (f.tagName !== "SELECT" || Array.from(f.options).some((o) => o.value === mine[0][1]))) {
        // Fields of the same name share the kept values in their order.
        f.value = mine[0][1];
        kept = kept.filter((pair) => pair !== mine[0]);
      }
    }
    form.closest("details")?.setAttribute("open", "");
    form.setAttribute("data-dirty", "");
    save(form);
    const first = fields(form).find((f) => f.type !== "hidden");
    if (first) first.focus();
  }
  function offer(form, draft) {
    const note = document.createElement("div");
    note.className = "note note-info draft-note no-print";
    note.setAttribute("data-draft-offer", "");
    const text = document.createElement("p");
    const title = forms.length > 1 && form.closest(".card")?.querySelector("h2, summary")?.textContent?.trim();
    text.textContent = `${title ? `“${title}”` : ""}您上次填到一半（${draft.saved} 自动保存）。`;
    const button = (label, act) => {
      const b = document.createElement("button");
      b.type = "button";
      b.className = "btn btn-sm";
      b.textContent = label;
      b.addEventListener("click", () => { note.remove(); act(); });
      return b;
    };
    const buttons = document.createElement("p");
    buttons.className = "draft-acts";
    buttons.append(button("接着填", () => fill(form, draft.fields)), button("丢弃", () => {
      send(form, "", false).catch(() => say(form, "没有丢弃成功，请稍后再试。"));
    }));
    note.append(text, buttons);
    const place = form.closest("details") || form;
    place.before(note);
  }

  for (const form of forms) {
    states.set(form, { timer: 0, last: 0, dirty: false, offered: false });
    for (const event of ["input", "change"]) form.addEventListener(event, () => later(form));
    // Kept under the request the form is sent as: when that is carried out, the draft is done with.
    form.addEventListener("submit", () => {
      const state = states.get(form);
      if (state.dirty || state.last || state.offered) save(form, true);
    });
  }
  const flush = () => states.forEach((state, form) => { if (state.dirty) save(form, true); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
  window.addEventListener("pagehide", flush);

  const asked = new URLSearchParams();
  for (const form of forms) asked.append("of", `${name(form)}|${key(form)}`);
  fetch(`${address}?${asked}`, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : []))
    .then((drafts) => {
      for (const draft of drafts) {
        const form = forms.find((f) => name(f) === draft.form && key(f) === draft.key);
        const state = form && states.get(form);
        if (!form || !state || draft.fields.length === 0) continue;
        if (shows(form, draft.fields)) state.offered = true;
        else if (!state.dirty) offer(form, draft);
      }
    })
    .catch(() => {});
})();
