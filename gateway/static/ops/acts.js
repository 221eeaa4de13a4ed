// What an operator does: asked for a name and a reason, told in words what will happen, then sent to the API.

import { refresh } from "./live.js";
import { language, say } from "./speech.js";

const TOLD_FOR = 8000; // milliseconds that the outcome stays on the page

const part = (name) => document.getElementById(`act-${name}`);
let asked;
let toldUntil;

export function takeActions() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.act");
    if (button) open(button);
  });
  part("cancel").addEventListener("click", close);
  form().addEventListener("submit", send);
  form().addEventListener("input", allow);
}

function dialog() {
  return document.getElementById("act");
}

function form() {
  return dialog().querySelector("form");
}

function words(list) {
  return list.split(" ").filter(Boolean);
}

function open(button) {
  asked = { ...button.dataset };
  form().reset();
  form().elements.by.value = document.body.dataset.who ?? "";
  part("title").textContent = asked.title;
  part("sentence").textContent = asked.sentence;
  part("name").textContent = asked.confirm;
  part("go").textContent = button.textContent.replace("…", "").trim();
  part("refused").hidden = true;
  dialog().classList.toggle("danger", button.classList.contains("danger"));
  for (const label of form().querySelectorAll("[data-part]")) {
    const isAsked = words(asked.asks).includes(label.dataset.part);
    const field = label.querySelector("input, textarea");
    label.hidden = field.disabled = !isAsked;
    field.required = words(asked.needs).includes(label.dataset.part);
    const optional = label.querySelector(".optional");
    if (optional) optional.hidden = field.required;
  }
  allow();
  dialog().showModal();
}

// The button waits for the queue's name; everything else the browser asks for itself.
function allow() {
  part("go").disabled = Boolean(asked.confirm) && form().elements.confirm.value !== asked.confirm;
}

function close() {
  dialog().close();
}

async function send(event) {
  event.preventDefault();
  const given = new FormData(form());
  const body = { ...JSON.parse(asked.body), ...Object.fromEntries(given) };
  if (given.has("even_if_forgotten")) body.even_if_forgotten = true;
  part("go").disabled = true;
  try {
    await post(asked.address, body);
  } catch {
    // The answer may be what was lost, and not the question.
    refuse(say("没有收到答复，不知道办成没有；请看页面现状再决定。", "No answer came, so it is not known whether it was done. Look at how things stand before you try again."));
  } finally {
    allow();
  }
}

async function post(address, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": language };
  headers["X-CSRF-Token"] = document.body.dataset.csrf || "";
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) {
    refuse([said.message, ...Object.values(said.fields).flat()].join(" "));
    return;
  }
  close();
  tell(asked.done || chosen(said));
  refresh();
}

function refuse(sentence) {
  part("refused").textContent = sentence;
  part("refused").hidden = false;
}

function chosen(said) {
  const left = said.left
    ? say(`；${said.left} 条未动（已在处理、早于收件箱保留期，或一次装不下）`, `; ${said.left} were left alone (under way already, forgotten by inboxes, or too many at once)`)
    : "";
  return say(`选中 ${said.chosen} 条`, `${said.chosen} were taken`) + left;
}

function tell(sentence) {
  const told = document.getElementById("told");
  told.textContent = sentence;
  told.hidden = false;
  clearTimeout(toldUntil);
  toldUntil = setTimeout(() => (told.hidden = true), TOLD_FOR);
}
