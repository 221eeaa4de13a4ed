// What makes reporting easier where scripts run: speaking, smaller pictures, finding a category; the draft is kept.

import "../draft.js";

const LONGEST = 1600;

function speech() {
  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  for (const button of document.querySelectorAll("[data-dictate]")) {
    if (!Recognition) continue;
    button.hidden = false;
    const target = document.querySelector(button.dataset.dictate);
    button.onclick = () => {
      const heard = new Recognition();
      heard.lang = document.documentElement.lang === "en" ? "en-US" : "zh-CN";
      heard.onresult = (event) => {
        target.value += [...event.results].map((result) => result[0].transcript).join("");
        target.dispatchEvent(new Event("input", { bubbles: true }));
      };
      heard.onstart = () => button.setAttribute("aria-pressed", "true");
      heard.onend = () => button.setAttribute("aria-pressed", "false");
      heard.onerror = () => target.focus();
      heard.start();
    };
  }
}

async function smaller(file) {
  if (!file.type.startsWith("image/")) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}

function show(field) {
  const list = field.parentElement.querySelector(".thumbs");
  if (!list) return;
  list.replaceChildren(...[...field.files].map((file) => {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.onload = () => URL.revokeObjectURL(picture.src);
    const item = document.createElement("li");
    item.append(picture);
    return item;
  }));
}

function pictures() {
  for (const field of document.querySelectorAll("[data-shrink]")) {
    field.addEventListener("restored", () => show(field));
    field.onchange = async () => {
      const files = new DataTransfer();
      for (const file of [...field.files].slice(0, 5)) files.items.add(await smaller(file));
      field.files = files.files;
      show(field);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
  }
}

function seeking() {
  for (const field of document.querySelectorAll("[data-seek]")) {
    field.parentElement.hidden = false;
    field.oninput = () => {
      const wanted = field.value.trim().toLowerCase();
      for (const each of document.querySelectorAll(field.dataset.seek)) {
        each.hidden = !each.dataset.words.toLowerCase().includes(wanted);
      }
    };
  }
}

function begin() {
  speech();
  pictures();
  seeking();
}

document.addEventListener("page-begun", begin);
begin();
