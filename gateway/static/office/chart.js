// Draws the numbers of the table beside it: what was filed, and what is open of it.

const box = document.querySelector("#chart");

function figures() {
  return [...document.querySelectorAll(`#${box.dataset.table} tbody tr`)]
    .map((row) => ({
      name: row.querySelector("th").textContent.trim(),
      filed: Number(row.querySelector("[data-filed]").dataset.filed),
      open: Number(row.querySelector("[data-open]").dataset.open),
    }))
    .filter((row) => row.filed);
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw() {
  const rows = figures();
  if (!rows.length || !window.echarts) return;
  box.hidden = false;
  document.querySelector(".legend").hidden = false;
  const text = { color: colour("--ink"), fontSize: parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.85 };
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: text,
    grid: { left: 50, right: 20, top: 20, bottom: 90 },
    xAxis: { type: "category", data: rows.map((row) => row.name), axisLabel: { ...text, rotate: rows.length * 110 > box.clientWidth ? 40 : 0, interval: 0 } },
    yAxis: { type: "value", minInterval: 1, axisLabel: text },
    series: [
      { type: "bar", barMaxWidth: 48, data: rows.map((row) => row.filed), itemStyle: { color: colour("--new") } },
      { type: "bar", barMaxWidth: 48, data: rows.map((row) => row.open), itemStyle: { color: colour("--late") } },
    ],
  });
  addEventListener("resize", () => chart.resize());
}

addEventListener("load", draw);
