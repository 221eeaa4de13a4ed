// Before anything is drawn: what needs a script has its place from the beginning, so that nothing moves later.

document.documentElement.classList.add("runs");
