// Reads a page aloud where the browser has a voice for its language.

const voice = window.speechSynthesis;

for (const button of document.querySelectorAll("[data-speak]")) {
  if (!voice) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (voice.speaking) {
      voice.cancel();
      return;
    }
    const told = new SpeechSynthesisUtterance(document.querySelector(button.dataset.speak).innerText);
    told.lang = document.documentElement.lang;
    told.rate = 0.9;
    voice.speak(told);
  });
}
