// The job sheet on a phone whose connection comes and goes.
// Forms with data-offline and data-offline-files are put into this browser's own store (IndexedDB) first and sent from
// there, in order, each with a key of its own: what was sent twice is taken once. Nothing leaves the store before the
// platform has answered for it. What is being typed into a form with data-draft is kept, too.
// Without this script (or without IndexedDB) the same forms are sent by the browser itself.
(function () {
  "use strict";

  const root = document.querySelector("[data-jobsheet]");
  if (!root || !window.indexedDB) return;

  const words = root.dataset;
  const user = words.user;
  const box = document.querySelector("[data-unsent]");
  const PIECE = 512 * 1024;
  const PATIENCE = 30000;
  const LONGEST_WAIT = 60000;
  let database = null;
  let sending = false;
  let again = false;
  let wait = 2000;
  let timer = 0;

  // ---- the store -----------------------------------------------------------------------------------------------------

  function open() {
    return new Promise(function (resolve, reject) {
      const asked = indexedDB.open("otasuke-jobsheet", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("queue", { keyPath: "order", autoIncrement: true });
        asked.result.createObjectStore("drafts", { keyPath: "id" });
      };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { reject(asked.error); };
    });
  }

  // One request on a store; resolves once it is safely written, not before.
  function store(name, mode, act) {
    return new Promise(function (resolve, reject) {
      const transaction = database.transaction(name, mode);
      const asked = act(transaction.objectStore(name));
      transaction.oncomplete = function () { resolve(asked.result); };
      transaction.onabort = transaction.onerror = function () { reject(transaction.error); };
    });
  }

  function queued() {
    return store("queue", "readonly", function (queue) { return queue.getAll(); });
  }

  function keep(item) {
    return store("queue", "readwrite", function (queue) { return queue.put(item); });
  }

  function forget(item) {
    return store("queue", "readwrite", function (queue) { return queue.delete(item.order); });
  }

  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // ---- what is typed -------------------------------------------------------------------------------------------------

  function takeForm(form, submitter) {
    const fields = [];
    new FormData(form).forEach(function (value, name) {
      if (name !== "csrfmiddlewaretoken" && typeof value === "string") fields.push([name, value]);
    });
    if (submitter && submitter.name) fields.push([submitter.name, submitter.value]);
    const own = { key: newKey() };
    if ("stamp" in form.dataset) own.said = new Date().toISOString();
    const sent = fields.filter(function (field) { return !(field[0] in own); });
    Object.keys(own).forEach(function (name) { sent.push([name, own[name]]); });
    return { user: user, kind: "form", url: form.action, label: form.dataset.label || "", fields: sent, refused: "" };
  }

  function takeFiles(form) {
    const caption = form.elements.caption.value;
    return Array.from(form.elements.files.files, function (file) {
      const label = caption ? caption + " (" + file.name + ")" : file.name;
      return {
        user: user, kind: "file", url: words.filesUrl, label: label, key: newKey(), name: file.name, caption: caption,
        blob: file, refused: "",
      };
    });
  }

  async function submitted(event) {
    const form = event.target;
    const files = form.matches("[data-offline-files]");
    if (!files && !form.matches("[data-offline]")) return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    const items = files ? takeFiles(form) : [takeForm(form, event.submitter)];
    for (const item of items) await keep(item);
    if (files && navigator.storage && navigator.storage.persist) navigator.storage.persist();
    form.reset();
    await dropDraft(form);
    send();
  }

  function draftId(form) {
    return user + ":" + form.dataset.draft;
  }

  function keepDraft(event) {
    const form = event.target.form;
    if (!form || !form.dataset.draft) return;
    const values = [];
    new FormData(form).forEach(function (value, name) {
      const field = form.elements[name];
      if (typeof value === "string" && field && field.type !== "hidden") values.push([name, value]);
    });
    store("drafts", "readwrite", function (drafts) { return drafts.put({ id: draftId(form), values: values }); });
  }

  function dropDraft(form) {
    if (!form.dataset.draft) return Promise.resolve();
    return store("drafts", "readwrite", function (drafts) { return drafts.delete(draftId(form)); });
  }

  async function restoreDrafts() {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      const draft = await store("drafts", "readonly", function (drafts) { return drafts.get(draftId(form)); });
      if (!draft) continue;
      draft.values.forEach(function (value) {
        if (form.elements[value[0]]) form.elements[value[0]].value = value[1];
      });
      const folded = form.closest("details");
      if (folded) folded.open = true;
    }
  }

  // ---- sending -------------------------------------------------------------------------------------------------------

  function token() {
    return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  }

  async function ask(url, method, body) {
    const late = new AbortController();
    const alarm = setTimeout(function () { late.abort(); }, PATIENCE);
    try {
      return await fetch(url, {
        method: method, body: body, redirect: "manual", credentials: "same-origin", signal: late.signal,
        headers: { Accept: "application/json", "X-CSRFToken": token() },
      });
    } finally {
      clearTimeout(alarm);
    }
  }

  // → "sent", "refused", "login", "busy", "checking" (arrived, not judged yet), "failed" (this one only); throws when
  // there is no connection.
  function meaning(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "login";
    if (answer.status === 429 || answer.status === 503) return "busy";
    if (answer.status === 202) return "checking";
    if (answer.status >= 500) return "failed";
    return answer.ok ? "sent" : "refused";
  }

  async function told(answer) {
    try {
      return await answer.json();
    } catch (_unreadable) {
      return {};
    }
  }

  async function sendForm(item) {
    const answer = await ask(item.url, "POST", new URLSearchParams(item.fields));
    const result = meaning(answer);
    if (result === "refused") item.refused = (await told(answer)).told || words.wordRefused;
    return result;
  }

  async function sendFile(item) {
    let offset = item.arrived ? item.blob.size : 0;
    for (;;) {
      const about = new URLSearchParams({
        offset: offset, size: item.blob.size, name: item.name, caption: item.caption,
      });
      const answer = await ask(item.url + item.key + "/?" + about, "PUT", item.blob.slice(offset, offset + PIECE));
      const said = await told(answer);
      if (answer.status === 409 && "received" in said) {
        offset = said.received;
        continue;
      }
      const result = meaning(answer);
      if (result === "sent" && said.state === "receiving") {
        offset = said.received;
        continue;
      }
      if (result === "refused") item.refused = said.told || words.wordRefused;
      if (result === "checking" && !item.arrived) {
        item.arrived = true;
        await keep(item);
      }
      return result;
    }
  }

  // Forms in the order they were pressed, then files. What the platform is still checking, or fails at, stays here and
  // is asked for again; it holds up nothing behind it.
  async function sendAll() {
    const mine = (await queued()).filter(function (item) { return item.user === user && !item.refused; });
    const ordered = mine.filter(function (item) { return item.kind === "form"; })
      .concat(mine.filter(function (item) { return item.kind === "file"; }));
    let left = "";
    for (const item of ordered) {
      const result = await (item.kind === "form" ? sendForm(item) : sendFile(item));
      if (result === "sent") await forget(item);
      else if (result === "refused") await keep(item);
      else if (result === "checking" || result === "failed") left = left === "failed" ? left : result;
      else return result;
      await show(words.wordSending);
    }
    return left || (ordered.length ? "sent" : "");
  }

  async function send() {
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    clearTimeout(timer);
    let result = "";
    try {
      await show(words.wordSending);
      result = await sendAll();
    } catch (_noConnection) {
      result = "offline";
    }
    sending = false;
    if (again) {
      again = false;
      send();
      return;
    }
    const reasons = {
      offline: words.wordOffline, login: words.wordLogin, busy: words.wordWaiting, failed: words.wordWaiting,
      checking: words.wordChecking,
    };
    const left = await show(reasons[result] || "");
    if (result in reasons && result !== "login") {
      timer = setTimeout(send, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    } else if (result === "sent" && !left) {
      location.reload();
    } else {
      wait = 2000;
    }
  }

  function sendNow() {
    wait = 2000;
    send();
  }

  // ---- what is shown -------------------------------------------------------------------------------------------------

  function line(item) {
    const entry = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = item.label;
    entry.append(name);
    if (item.refused) {
      const why = document.createElement("p");
      why.className = "field__error";
      why.textContent = item.refused;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "button button--tertiary";
      drop.textContent = words.wordDrop;
      drop.addEventListener("click", async function () {
        if (!window.confirm(words.wordSure)) return;
        await forget(item);
        show("");
      });
      entry.append(why, drop);
    }
    return entry;
  }

  // → how many are left.
  async function show(why) {
    const all = await queued();
    const mine = all.filter(function (item) { return item.user === user; });
    const others = all.length - mine.length;
    const refused = mine.some(function (item) { return item.refused; });
    box.hidden = !all.length;
    box.querySelector("[data-unsent-count]").textContent =
      mine.length ? words.wordUnsent.replace("{n}", mine.length) : "";
    box.querySelector("[data-unsent-why]").textContent =
      [why, refused ? words.wordRefused : "", others ? words.wordOthers : ""].filter(Boolean).join(" ");
    box.querySelector("[data-unsent-list]").replaceChildren(...mine.map(line));
    return mine.length;
  }

  function tick() {
    document.querySelectorAll("[data-since]").forEach(function (place) {
      const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.since)) / 60000));
      place.textContent = words.wordMinutes.replace("{n}", minutes);
    });
  }

  tick();
  setInterval(tick, 15000);
  open().then(async function (opened) {
    database = opened;
    document.addEventListener("submit", submitted);
    document.addEventListener("input", keepDraft);
    window.addEventListener("online", sendNow);
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "visible") sendNow();
    });
    root.dataset.ready = "";
    await restoreDrafts();
    if (await show("")) sendNow();
  }, function () {
    // No store in this browser: forms are sent as they are.
  });
})();
