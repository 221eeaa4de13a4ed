// Pages for dead spots, and forms that are sent once the network is back, though their page was closed meanwhile.
//
// Kept are: style sheets and scripts; the page on which one reports, of a place that was visited; and a leader's list and
// last cases. Pages are kept encrypted under a key of this browser that no script can read out, each for the session that
// it was made in. They go when that session ends: at signing out, or as soon as a page shows somebody else or nobody
// signed in; and after half a day in any case. With the key gone, what a browser leaves on its disk is no use.
// A library (Workbox) has neither the encryption nor the sessions, and would be several times as long.

const SHELL = `hemei-${new URL(location).searchParams.get("v")}`;
const OWN = [/^\/leader\/?$/, /^\/leader\/cases\/[^/]+$/];
const FILING = /^\/q\/[^/]+\/[^/]+$/;
const LONGEST = 12 * 3600e3;
const LONGEST_FILING = 30 * 24 * 3600e3;
const MOST = 30;
const PATIENCE = 5000;

// -- what is kept

function base(name, stores) {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => stores.forEach((store) => asked.result.createObjectStore(store));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within([name, stores], store, act) {
  const opened = await base(name, stores);
  try {
    return await new Promise((done, failed) => {
      const asked = act(opened.transaction(store, "readwrite").objectStore(store));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
  } finally {
    opened.close();
  }
}

const PAGES = ["hemei-pages", ["pages", "keys"]];
const DRAFTS = ["hemei-drafts", ["forms"]];
const all = async (where, store) => {
  const names = await within(where, store, (kept) => kept.getAllKeys());
  const values = await within(where, store, (kept) => kept.getAll());
  return names.map((name, place) => [name, values[place]]);
};

async function key() {
  const known = await within(PAGES, "keys", (keys) => keys.get("key"));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await within(PAGES, "keys", (keys) => keys.put(made, "key"));
  return made;
}

const wordOf = (page) => (page.match(/<body[^>]* data-csrf="([^"]*)"/) || [])[1] || "";

// Whose a page is: a fingerprint of its session's word, "" where nobody is signed in.
async function ownerOf(word) {
  if (!word) return "";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(word));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Nothing of one session outlives it: neither pages nor what was typed.
async function forgetOthers(owner) {
  const pages = await all(PAGES, "pages");
  if (pages.some(([, page]) => page.owner && page.owner !== owner)) {
    await within(PAGES, "pages", (kept) => kept.clear());
    await within(PAGES, "keys", (keys) => keys.clear());
  }
  for (const [name, draft] of await all(DRAFTS, "forms")) {
    if (draft.owner && draft.owner !== owner) await within(DRAFTS, "forms", (forms) => forms.delete(name));
  }
}

async function keep(path, page, owner) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(page));
  await within(PAGES, "pages", (kept) => kept.put({ owner, iv, sealed, at: Date.now() }, path));
  const others = (await all(PAGES, "pages")).sort(([, one], [, other]) => other.at - one.at);
  for (const [name] of others.slice(MOST)) await within(PAGES, "pages", (kept) => kept.delete(name));
}

async function keptPage(path) {
  const page = await within(PAGES, "pages", (kept) => kept.get(path));
  if (!page) return null;
  if (Date.now() - page.at > (page.owner ? LONGEST : LONGEST_FILING)) {
    await within(PAGES, "pages", (kept) => kept.delete(path));
    return null;
  }
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: page.iv }, await key(), page.sealed);
  const told = marked(new TextDecoder().decode(opened), page.at);
  // As the door answered: the page runs our scripts and nothing else, and no cache keeps it.
  return new Response(told, { headers: HEADERS });
}

const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; img-src 'self' blob:; form-action 'self'; base-uri 'none'; " +
    "frame-ancestors 'none'; object-src 'none'; script-src 'self'; connect-src 'self'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
};

function marked(page, at) {
  const when = new Date(at).toTimeString().slice(0, 5);
  const isEnglish = /<html lang="en"/.test(page);
  const words = isEnglish ? `No network: this is as of ${when}.` : `没有网络：这是 ${when} 的内容。`;
  return page.replace(/(<main[^>]*>)/, `$1<p class="told" id="kept" role="status">${words}</p>`);
}

// -- pages

const isKept = (path) => FILING.test(path) || OWN.some((each) => each.test(path));

async function visited(path, answer) {
  if (!(answer.headers.get("Content-Type") || "").startsWith("text/html")) return;
  const page = await answer.text();
  const owner = await ownerOf(wordOf(page));
  await forgetOthers(owner);
  // Of a person's own pages only those of somebody signed in: all others are not theirs.
  if (answer.ok && !answer.redirected && isKept(path) && (owner || FILING.test(path))) await keep(path, page, owner);
}

async function opened(event) {
  const path = new URL(event.request.url).pathname;
  const fresh = fetch(event.request).then((answer) => {
    const read = answer.clone();
    event.waitUntil(visited(path, read).catch(() => {}));
    return answer;
  });
  if (!isKept(path)) return fresh.catch(away);
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const first = await Promise.race([fresh.catch(() => null), late]).catch(() => null);
  return first || (await keptPage(path).catch(() => null)) || fresh.catch(away);
}

// What is not kept is not there; whoever looks is told so in words of ours.
function away() {
  const page = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>没有网络</title><h1>没有网络</h1><p>这个页面没有存在手机上，有网时再打开。</p><p lang="en">No network, and this page is not kept on the phone.</p><p><a href="">再试一次 Try again</a></p></html>`;
  return new Response(page, { status: 503, headers: HEADERS });
}

async function shell(request) {
  const kept = await caches.open(SHELL);
  const known = await kept.match(request);
  if (known) return known;
  // One script imports another without its version: this cache has one of its own, of all files together.
  const answer = await fetch(request, { cache: "no-cache" });
  if (answer.ok) await kept.put(request, answer.clone());
  return answer;
}

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin) return;
  if (method === "POST" && pathname === "/sign-out") event.waitUntil(forgetOthers("nobody"));
  if (method !== "GET") return;
  if (mode === "navigate") event.respondWith(opened(event));
  else if (pathname.startsWith("/static/")) event.respondWith(shell(event.request));
});

// -- forms that wait

async function isOpen(path) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.some((page) => new URL(page.url).pathname === path);
}

// Send what waits, each as whoever wrote it and under its own key; raises where the network is away still.
async function send() {
  for (const [name, draft] of await all(DRAFTS, "forms")) {
    if (!draft.isWaiting || !draft.action || (await isOpen(new URL(draft.page, location).pathname))) continue;
    const page = await fetch(draft.page, { headers: { Accept: "text/html" } });
    const word = wordOf(await page.text());
    if (!page.ok || (await ownerOf(word)) !== draft.owner) continue;
    const pairs = [...draft.pairs, ...(draft.clicked ? [draft.clicked] : []), ...(word ? [["csrf", word]] : [])];
    const form = new FormData();
    for (const [field, value] of pairs) form.append(field, value);
    const body = draft.isPlain ? new URLSearchParams(pairs) : form;
    const answer = await fetch(draft.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (answer.status === 503 || answer.status === 429) throw new Error("later");
    if (answer.ok) await within(DRAFTS, "forms", (forms) => forms.delete(name));
    else await within(DRAFTS, "forms", (forms) => forms.put({ ...draft, isWaiting: false }, name));
  }
}

let sending = Promise.resolve();
const sendOnce = () => (sending = sending.catch(() => {}).then(() => navigator.locks.request("hemei-send", send)));

addEventListener("sync", (event) => event.tag === "forms" && event.waitUntil(sendOnce()));

addEventListener("message", (event) => {
  const { word, begun, online } = event.data;
  event.waitUntil((async () => {
    await forgetOthers(await ownerOf(word));
    if (begun) await begin(begun);
    if (online) await sendOnce();
  })().catch(() => {}));
});

// The page on which the worker began was answered before it: it is asked for again, once.
async function begin({ page, files }) {
  await Promise.all(files.map((file) => shell(file).catch(() => {})));
  const path = new URL(page).pathname;
  await visited(path, await fetch(page, { headers: { Accept: "text/html" } }));
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("hemei-") && name !== SHELL).map((name) => caches.delete(name)));
  await clients.claim();
})()));
