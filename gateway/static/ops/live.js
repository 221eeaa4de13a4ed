// Keeps the page fresh: whenever the stream tells of something new, the page is asked for again and changed in place,
// so that figures are put into words in one place only, on the server. Where the stream is silent, it asks by itself.

import { morph } from "./morph.js";
import { language, say } from "./speech.js";

const SILENCE = 7000; // milliseconds without a word after which the stream counts as lost; it speaks every 2 s
const AGAIN = 5000; // milliseconds after which an end of the stream is followed by a new beginning

const REST = 10; // times as long as it took, a page rests: one that is heavy is asked for less often

let heardAt = Date.now();
let isRefreshing = false;
let restUntil = 0;
let stream;

export function keepFresh() {
  listen();
  setInterval(lookAfter, AGAIN);
  document.addEventListener("visibilitychange", restOrWake);
}

// A page that nobody looks at takes up no stream.
function restOrWake() {
  if (document.hidden) {
    stream.close();
    return;
  }
  heardAt = Date.now();
  listen();
}

function listen() {
  stream?.close();
  stream = new EventSource(document.body.dataset.stream);
  stream.addEventListener("overview", () => {
    heardAt = Date.now();
    show("live", say("实时", "live"));
    if (Date.now() >= restUntil) refresh();
  });
  stream.addEventListener("failure", (event) => {
    heardAt = Date.now();
    show("broken", say("没有答复，重试中", "no answer, trying again"));
    tell(JSON.parse(event.data)[language]);
  });
  stream.addEventListener("error", () => show("broken", say("断开，重试中", "lost, trying again")));
}

function lookAfter() {
  if (document.hidden) return;
  if (stream.readyState === EventSource.CLOSED) listen();
  if (Date.now() - heardAt < SILENCE) return;
  show("broken", say("断开，重试中", "lost, trying again"));
  refresh();
}

function show(state, word) {
  document.getElementById("stream").className = `stream scripted ${state}`;
  const said = document.getElementById("stream-word");
  if (said.textContent !== word) said.textContent = word;
}

export async function refresh() {
  if (isRefreshing) return;
  isRefreshing = true;
  const begun = Date.now();
  try {
    await renew();
  } catch {
    tell(say("连不上服务器", "The server cannot be reached"));
  } finally {
    isRefreshing = false;
    restUntil = Date.now() + REST * (Date.now() - begun);
  }
}

async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "Accept-Language": language } });
  if (answer.status >= 500) {
    tell(say("运维服务没有答复", "The operations service does not answer"));
    return;
  }
  if (isRefusal() && answer.ok) {
    location.reload(); // what was refused lacks more than its figures
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("[data-live]")) morph(document.getElementById(part.id), part);
  document.title = fresh.title;
  tell("");
}

function isRefusal() {
  return document.querySelector(".refusal") !== null;
}

// A page that could not be shown at all says so itself; one that was shown is not taken away.
function tell(trouble) {
  if (isRefusal()) return;
  const lost = document.getElementById("lost");
  const asOf = document.getElementById("asof")?.textContent;
  const since = asOf ? say(`以下是 ${asOf} 的样子，仍在重试。`, `This is how it stood at ${asOf}; still trying.`) : say("仍在重试。", "Still trying.");
  const said = trouble && `${trouble}${say("。", ". ")}${since}`;
  if (lost.textContent !== said) lost.textContent = said;
  lost.hidden = !trouble;
}
