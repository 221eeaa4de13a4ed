// The chart of one measure over the last hour or day: all together as the strong line, what it is made of beside it.

import { clock, count, dayAndClock, language, say, seconds } from "./speech.js";

const EVERY = 15000; // milliseconds after which the chart is asked for again
const LENGTHS = new Set(["critical_p50", "critical_p99", "outbox_age"]);
const MOST = 8; // lines beside the total; more cannot be told apart
const DASHES = ["solid", [6, 3], [2, 3], [10, 3, 2, 3]];
const COLOURS = {
  light: ["#1a56a8", "#b35900", "#0b6e4f", "#8e3fa8", "#a8324a", "#5c6b00", "#00758a", "#6b4f3a"],
  dark: ["#8ab8ff", "#f2a65a", "#6fd6ae", "#d8a0ee", "#ff9fb0", "#cbd66a", "#6fd3e6", "#d3b79d"],
};

const isDark = matchMedia("(prefers-color-scheme: dark)");
const hidden = new Set();
let place, chart, lines, pointedAt;

export function drawCharts(section) {
  if (!section) return;
  place = section;
  chart = globalThis.echarts.init(plot(), null, { renderer: "canvas" });
  place.addEventListener("change", ask);
  isDark.addEventListener("change", draw);
  new ResizeObserver(() => chart.resize()).observe(plot());
  plot().addEventListener("mousemove", (event) => pointAt(chart.convertFromPixel({ xAxisIndex: 0 }, event.offsetX)));
  plot().addEventListener("mouseleave", () => pointAt(undefined));
  plot().addEventListener("keydown", walk);
  setInterval(() => document.hidden || ask(), EVERY);
  ask();
}

function plot() {
  return document.getElementById("plot");
}

function chosen(name) {
  return place.querySelector(`input[name="${name}"]:checked`).value;
}

async function ask() {
  const measure = chosen("measure");
  const span = chosen("span");
  const address = `${place.dataset.history}?measure=${measure}&span=${span}`;
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json", "Accept-Language": language } });
    if (!answer.ok || measure !== chosen("measure") || span !== chosen("span")) return;
    lines = arranged((await answer.json()).series);
    draw();
  } catch {
    // The page itself says that the server cannot be reached.
  }
}

function arranged(series) {
  const parts = series.filter((line) => line.about && highest(line) > 0).sort((a, b) => highest(b) - highest(a));
  const total = series.filter((line) => !line.about);
  return [...total, ...parts.slice(0, MOST)].map((line, n) => ({ ...line, look: look(line, total.length ? n - 1 : n) }));
}

function highest(line) {
  return line.points.reduce((most, [, figure]) => Math.max(most, figure ?? 0), 0);
}

function look(line, n) {
  if (!line.about) return { width: 2.5, dash: "solid", n: -1 };
  return { width: 1.5, dash: DASHES[n % DASHES.length], n };
}

function colour(line) {
  return line.look.n < 0 ? variable("--total") : COLOURS[isDark.matches ? "dark" : "light"][line.look.n];
}

function variable(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw() {
  if (!lines) return;
  const axis = { axisLine: { lineStyle: { color: variable("--line") } }, axisTick: { show: false } };
  const label = { color: variable("--soft"), fontSize: 12 };
  chart.setOption(
    {
      animation: false,
      aria: { enabled: false },
      grid: { left: 12, right: 18, top: 18, bottom: 8, containLabel: true },
      xAxis: { type: "time", ...axis, splitLine: { show: false }, axisLabel: { ...label, formatter: clock, hideOverlap: true } },
      yAxis: { type: "value", min: 0, ...axis, splitLine: { lineStyle: { color: variable("--line") } }, axisLabel: { ...label, formatter: written }, splitNumber: 4 },
      series: lines.map(drawn),
    },
    true,
  );
  plot().setAttribute("aria-label", summary());
  readOut();
}

function drawn(line) {
  return {
    type: "line",
    name: nameOf(line),
    data: hidden.has(line.about) ? [] : line.points,
    showSymbol: false,
    silent: true,
    z: line.look.n < 0 ? 3 : 2,
    lineStyle: { width: line.look.width, type: line.look.dash },
    itemStyle: { color: colour(line) },
  };
}

function nameOf(line) {
  return line.about || say("合计", "all together");
}

function written(figure) {
  if (figure === null || figure === undefined) return "—";
  return LENGTHS.has(chosen("measure")) ? seconds(figure) : count(figure);
}

function summary() {
  const [first] = lines;
  if (!first?.points.length) return say("还没有数据", "No figures yet");
  return say(
    `${nameOf(first)}：现在 ${written(first.points.at(-1)[1])}，最高 ${written(highest(first))}`,
    `${nameOf(first)}: now ${written(first.points.at(-1)[1])}, at most ${written(highest(first))}`,
  );
}

// -- the figures at the moment pointed at, or the newest: in place of a floating box, it moves nothing and can be read out

function pointAt(moment) {
  pointedAt = moment;
  if (lines) readOut();
}

function walk(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const points = lines?.[0]?.points;
  if (!step || !points?.length) return;
  event.preventDefault();
  const now = nearest(points, pointedAt ?? Infinity);
  pointAt(points[Math.min(points.length - 1, Math.max(0, now + step))][0]);
}

function nearest(points, moment) {
  let best = points.length - 1;
  points.forEach(([at], n) => {
    if (Math.abs(at - moment) < Math.abs(points[best][0] - moment)) best = n;
  });
  return best;
}

function readOut() {
  const list = document.getElementById("readout");
  const [first] = lines;
  const at = first?.points.length ? first.points[nearest(first.points, pointedAt ?? Infinity)][0] : undefined;
  const head = document.createElement("li");
  head.className = "at";
  head.textContent = at === undefined ? say("还没有数据", "No figures yet") : dayAndClock(at);
  const focused = document.activeElement?.dataset?.about;
  list.replaceChildren(head, ...lines.map((line) => entry(line, at)));
  if (focused !== undefined) list.querySelector(`[data-about="${CSS.escape(focused)}"]`)?.focus();
}

function entry(line, at) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.about = line.about;
  button.setAttribute("aria-pressed", String(!hidden.has(line.about)));
  const figure = document.createElement("b");
  figure.textContent = at === undefined || !line.points.length ? "—" : written(line.points[nearest(line.points, at)][1]);
  button.append(sample(line), nameOf(line), figure);
  button.addEventListener("click", () => toggle(line.about));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function sample(line) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const stroke = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const drawnAs = { width: 26, height: 8, "aria-hidden": "true" };
  const strokedAs = { x1: 0, x2: 26, y1: 4, y2: 4, stroke: colour(line), "stroke-width": line.look.width + 0.5 };
  if (line.look.dash !== "solid") strokedAs["stroke-dasharray"] = line.look.dash.join(" ");
  for (const [name, value] of Object.entries(drawnAs)) svg.setAttribute(name, value);
  for (const [name, value] of Object.entries(strokedAs)) stroke.setAttribute(name, value);
  svg.append(stroke);
  return svg;
}

function toggle(about) {
  if (!hidden.delete(about)) hidden.add(about);
  draw();
}
