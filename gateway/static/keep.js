// Lets the worker keep pages for dead spots and send what waits; nothing where a browser has no workers.
const worker = document.querySelector("link[rel=worker]");

async function begin() {
  const isNew = !navigator.serviceWorker.controller;
  if (navigator.onLine) await navigator.serviceWorker.register(worker.getAttribute("href"), { scope: "/", updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  // A browser asks for a page's icon when it likes, and tells of it nowhere.
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => new URL(name).pathname.startsWith("/static/"));
  const files = [...new Set([...loaded, document.querySelector("link[rel=icon]").href])];
  const word = document.body.dataset.csrf || "";
  active.postMessage({ word, begun: isNew && { page: location.href, files }, online: navigator.onLine });
  addEventListener("online", () => active.postMessage({ word, online: true }));
}

if (worker && "serviceWorker" in navigator && window.isSecureContext) begin().catch(() => {});
