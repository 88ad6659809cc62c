// @ts-check
/** The pictures of a report, drawn by Chart.js from the description that files are drawn from too. */

/**
 * @typedef {{name: string, values: (number|null)[], texts: string[], urls: string[]}} Series
 * @typedef {{kind: string, title: string, labels: string[], unit: string, series: Series[]}} Picture
 */

const OPACITY_OF_AREA = "29";
/** Chart.js is a classic script, which is there before this module runs. */
const Chart = /** @type {any} */ (window).Chart;

/**
 * @param {HTMLElement} report
 * @param {Record<string, Picture>} pictures by dataset
 * @param {{light: string[], dark: string[]}} palette colours of the series, from the brand
 */
export function drawCharts(report, pictures, palette) {
  if (!Chart) return;
  Chart.defaults.font.family = getComputedStyle(report).fontFamily;
  /** @type {(() => void)[]} */
  const redraw = [];
  for (const [key, picture] of Object.entries(pictures)) {
    const figure = report.querySelector(`[data-dataset="${CSS.escape(key)}"] .report-chart`);
    if (figure) redraw.push(draw(figure, picture, palette));
  }
  // The theme is a class of the document: pictures take their colours from it whenever it changes.
  new MutationObserver(() => redraw.forEach((again) => again())).observe(document.documentElement, {
    attributeFilter: ["class"],
  });
}

/**
 * @param {Element} figure
 * @param {Picture} picture
 * @param {{light: string[], dark: string[]}} palette
 * @returns {() => void} draws again, in the colours of the moment
 */
function draw(figure, picture, palette) {
  const frame = document.createElement("div");
  const canvas = document.createElement("canvas");
  frame.className = "report-canvas";
  frame.append(canvas);
  figure.replaceChildren(frame);
  const colours = () => (document.documentElement.classList.contains("dark") ? palette.dark : palette.light);
  let chart = new Chart(canvas, described(picture, colours()));
  return () => {
    chart.destroy();
    chart = new Chart(canvas, described(picture, colours()));
  };
}

/** @param {Picture} picture @param {string[]} colours */
function described(picture, colours) {
  const isRing = picture.kind === "donut";
  return {
    type: isRing ? "doughnut" : ["line", "area"].includes(picture.kind) ? "line" : "bar",
    data: {
      labels: picture.labels,
      datasets: picture.series.map((series, place) => dataset(picture, series, place, colours)),
    },
    options: options(picture),
  };
}

/** @param {Picture} picture @param {Series} series @param {number} place @param {string[]} colours */
function dataset(picture, series, place, colours) {
  const colour = colours[place % colours.length];
  const common = { label: series.name, data: series.values, texts: series.texts, urls: series.urls };
  if (picture.kind === "donut") {
    const each = series.values.map((_value, point) => colours[point % colours.length]);
    return { ...common, backgroundColor: each, borderColor: token("--mz-surface"), borderWidth: 2 };
  }
  if (picture.kind === "funnel") {
    // A bar around the middle: as long to the left as to the right.
    const data = series.values.map((value) => [-(value ?? 0) / 2, (value ?? 0) / 2]);
    return { ...common, data, backgroundColor: colour, borderRadius: 4, borderSkipped: false, barPercentage: 0.95 };
  }
  if (picture.kind === "line" || picture.kind === "area") {
    const fill = picture.kind === "area" ? { fill: true, backgroundColor: colour + OPACITY_OF_AREA } : {};
    const point = { pointRadius: series.values.length > 40 ? 0 : 3, pointHitRadius: 12, pointHoverRadius: 5 };
    return { backgroundColor: colour, ...common, ...fill, ...point, borderColor: colour, borderWidth: 2, tension: 0.15 };
  }
  return { ...common, backgroundColor: colour, borderRadius: 3, maxBarThickness: 46 };
}

/** @param {Picture} picture */
function options(picture) {
  const lying = ["bar", "funnel"].includes(picture.kind);
  const text = token("--mz-text");
  const legend = picture.series.length > 1 || picture.kind === "donut";
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 250 },
    indexAxis: lying ? "y" : "x",
    interaction: { mode: "nearest", intersect: false, axis: lying ? "y" : "x" },
    onClick: open,
    onHover: point,
    scales: picture.kind === "donut" ? {} : scales(picture, lying, text),
    plugins: {
      legend: { display: legend, position: picture.kind === "donut" ? "right" : "top", labels: { color: text, boxWidth: 12, boxHeight: 12 } },
      tooltip: { callbacks: { label: reading } },
    },
  };
}

/** @param {Picture} picture @param {boolean} lying @param {string} text */
function scales(picture, lying, text) {
  const unit = { display: Boolean(picture.unit) && picture.kind !== "funnel", text: picture.unit, color: text };
  const values = {
    beginAtZero: true,
    title: unit,
    display: picture.kind !== "funnel",
    grid: { color: token("--mz-line") },
    ticks: { color: text, maxTicksLimit: 6 },
  };
  const names = { grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkipPadding: 12 } };
  return lying ? { x: values, y: { ...names, ticks: { color: text, autoSkip: false } } } : { x: names, y: values };
}

/** @param {any} item the point under the pointer, in the words of the server */
function reading(item) {
  const name = item.dataset.label;
  return `${name}: ${item.dataset.texts[item.dataIndex]}`;
}

/** A click on a point opens the rows behind it. @param {any} _event @param {any[]} items @param {any} chart */
function open(_event, items, chart) {
  const url = behind(items, chart);
  if (url) window.location.assign(url);
}

/** @param {any} event @param {any[]} items @param {any} chart */
function point(event, items, chart) {
  event.native.target.style.cursor = behind(items, chart) ? "pointer" : "default";
}

/** @param {any[]} items @param {any} chart @returns {string} */
function behind(items, chart) {
  if (!items.length) return "";
  const { datasetIndex, index } = items[0];
  return chart.data.datasets[datasetIndex].urls[index] ?? "";
}

/** @param {string} name of a custom property of the theme */
function token(name) {
  const page = document.querySelector(".mz-page") ?? document.documentElement;
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  page.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
