// The bell of a page that stays open: asks now and again how many notices are unread, while the page is looked at.
const bell = document.querySelector("[data-unread]");
const EVERY = 60_000;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(bell.dataset.unread, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { unread } = await answer.json();
  const count = bell.querySelector(".count");
  const shown = unread > 99 ? "99+" : String(unread);
  if (count.textContent !== shown) count.textContent = shown;
  count.hidden = unread === 0;
}

if (bell) setInterval(() => look().catch(() => {}), EVERY);
