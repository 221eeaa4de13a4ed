// Forms that survive a dead spot: `form[data-draft="name"]` keeps what was typed on this phone, is sent without leaving
// the page, and where there is no network waits and sends itself once it is back. Sending twice does no harm: the form
// carries a key under which the system does it once.
//
// Fields marked `data-unkept` are never written down here; hidden ones marked `data-kept` come back with a draft that
// waits to be sent: they tell what somebody looked at when they wrote it, and nobody reads it over before it goes.
// Where the browser has a worker (worker.js), what waits is sent though its page was closed.
// Words for people come from the form: data-waiting, data-parked, data-sending; an element with role="status" inside it says them.

const STORE = "hemei-drafts";
const AGAIN = 5000;

export function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(STORE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("forms");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within(mode, act) {
  const base = await open();
  return new Promise((done, failed) => {
    const asked = act(base.transaction("forms", mode).objectStore("forms"));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

const kept = (name) => within("readonly", (store) => store.get(name));
const keep = (name, draft) => within("readwrite", (store) => store.put(draft, name));
export const forget = (name) => within("readwrite", (store) => store.delete(name));

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !field.matches("[data-unkept], [type=password], [name=csrf], button"));
}

function written(form) {
  return fieldsOf(form)
    .filter((field) => !/^(radio|checkbox)$/.test(field.type) || field.checked)
    .flatMap((field) => field.type === "file" ? [...field.files].map((file) => [field.name, file]) : [[field.name, field.value]]);
}

function restore(form, pairs, isWaiting) {
  for (const field of fieldsOf(form)) {
    const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "file") {
      const files = new DataTransfer();
      values.filter((value) => value instanceof File).forEach((file) => files.items.add(file));
      if (files.files.length) {
        field.files = files.files;
        field.dispatchEvent(new CustomEvent("restored", { bubbles: true }));
      }
    } else if (/^(radio|checkbox)$/.test(field.type)) {
      field.checked = values.includes(field.value);
    } else if (values.length && (field.type !== "hidden" || field.name === "key" || (isWaiting && field.matches("[data-kept]")))) {
      field.value = values[0];
    }
  }
}

// Whose draft it is: a fingerprint of the session's word, "" where nobody is signed in; as the worker makes it.
async function ownerOf(word) {
  if (!word || !crypto.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(word));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const owner = ownerOf(document.body.dataset.csrf);

// Whether the worker will send what waits, though this page be closed.
async function parked() {
  const worker = navigator.serviceWorker;
  if (!worker || !worker.controller) return false;
  const { sync } = await worker.ready;
  if (sync) await sync.register("forms").catch(() => {});
  return true;
}

class Draft {
  constructor(form) {
    this.form = form;
    this.name = `${location.pathname}#${form.dataset.draft}`;
    this.status = form.querySelector("[role=status]");
    this.isWaiting = false;
    form.addEventListener("input", () => this.save());
    form.addEventListener("change", () => this.save());
    form.addEventListener("submit", (event) => this.submit(event));
    addEventListener("online", () => this.isWaiting && this.send());
  }

  async begin() {
    // A page kept for dead spots is opened more than once: what is written on it each time is something new.
    const key = this.form.elements.namedItem("key");
    if (key && document.querySelector("#kept")) key.value = crypto.randomUUID();
    const draft = await kept(this.name).catch(() => null);
    if (!draft || this.form.querySelector("[aria-invalid=true]")) return;
    restore(this.form, draft.pairs, draft.isWaiting);
    if (draft.isWaiting) this.send();
  }

  // With what the worker needs to send it where this page was closed: as whom, and to where.
  async save() {
    const draft = {
      pairs: written(this.form),
      isWaiting: this.isWaiting,
      at: Date.now(),
      page: location.pathname + location.search,
      action: this.form.action,
      isPlain: this.form.enctype !== "multipart/form-data",
      clicked: this.clicked || null,
      owner: await owner,
    };
    return keep(this.name, draft).catch(() => {});
  }

  say(what) {
    if (this.status) this.status.textContent = this.form.dataset[what] || "";
  }

  submit(event) {
    event.preventDefault();
    this.clicked = event.submitter && event.submitter.name ? [event.submitter.name, event.submitter.value] : null;
    this.send();
  }

  async send() {
    if (this.isSending) return;
    this.isSending = true;
    this.isWaiting = true;
    this.say("sending");
    this.lock(true);
    await this.save();
    const sent = new FormData(this.form);
    if (this.clicked) sent.append(...this.clicked);
    const isPlain = this.form.enctype !== "multipart/form-data";
    try {
      const answer = await fetch(this.form.action, {
        method: "POST",
        body: isPlain ? new URLSearchParams([...sent]) : sent,
        headers: { Accept: "text/html" },
      });
      if (answer.status === 503 || answer.status === 429) throw new Error("later");
      this.isWaiting = false;
      await this.answered(answer);
    } catch {
      this.say(await parked() ? "parked" : "waiting");
      setTimeout(() => this.isWaiting && navigator.onLine && this.send(), AGAIN);
    } finally {
      this.isSending = false;
      this.lock(false);
    }
  }

  async answered(answer) {
    if (answer.ok) {
      await forget(this.name);
      location.assign(answer.url);
      return;
    }
    await this.save();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector("#refused, main").focus();
    begin();
  }

  // While one form is on its way no other of the page is sent: it would speak of what was before.
  lock(isLocked) {
    for (const button of document.querySelectorAll("form[data-draft] button[type=submit]")) button.disabled = isLocked;
  }
}

export function begin() {
  for (const form of document.querySelectorAll("form[data-draft]")) new Draft(form).begin();
  document.dispatchEvent(new CustomEvent("page-begun"));
}

begin();
