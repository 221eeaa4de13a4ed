// Words and figures in the language of the page; server-side the same is done by gateway/pages/speech.py.

export const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";

export function say(zh, en) {
  return language === "en" ? en : zh;
}

export function seconds(length) {
  if (length < 0.1) return `${Math.round(length * 1000)} ${say("毫秒", "ms")}`;
  if (length < 10) return `${Number(length.toFixed(2))} ${say("秒", "s")}`;
  if (length < 120) return `${Math.round(length)} ${say("秒", "s")}`;
  if (length < 7200) return `${Math.round(length / 60)} ${say("分钟", "min")}`;
  return `${Number((length / 3600).toFixed(1))} ${say("小时", "h")}`;
}

export function count(number) {
  return Number(number.toFixed(number < 100 ? 1 : 0)).toLocaleString("en");
}

// China's clocks know no summer time; the reader's machine may stand elsewhere.
const CLOCK = { timeZone: "Asia/Shanghai", hour12: false };
const TIME = new Intl.DateTimeFormat("en-GB", { ...CLOCK, hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { ...CLOCK, month: "2-digit", day: "2-digit" });

export function clock(milliseconds) {
  return TIME.format(milliseconds);
}

export function dayAndClock(milliseconds) {
  const [day, month] = DAY.format(milliseconds).split("/");
  return `${month}-${day} ${TIME.format(milliseconds)}`;
}
