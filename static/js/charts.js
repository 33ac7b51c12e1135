// Fills every [data-chart-url] with the Plotly figure that its address serves as JSON {data, layout}.
// The drawing library is large, so it is loaded only where a page has a chart; the data table beside the chart never waits for it.

const PLOTLY_STYLE = { id: "plotly.js-style-global", href: new URL("../css/plotly-global.css", import.meta.url).href };

function loaded(node) {
  return new Promise((resolve, reject) => {
    node.addEventListener("load", resolve, { once: true });
    node.addEventListener("error", () => reject(new Error("The drawing library did not load.")), { once: true });
    document.head.append(node);
  });
}

async function loadPlotly() {
  // Plotly adds its rules to the style sheet with this id instead of writing a <style> element, which the page's policy would refuse.
  await loaded(Object.assign(document.createElement("link"), { rel: "stylesheet", ...PLOTLY_STYLE }));
  await loaded(Object.assign(document.createElement("script"), { src: document.querySelector("[data-plotly-url]").dataset.plotlyUrl }));
  return window.Plotly;
}

// The picture takes its type and ground from the page, so that the wall, the office and the dark room need one figure only.
function dressed(layout, canvas) {
  const style = getComputedStyle(canvas);
  const size = Math.round(parseFloat(style.fontSize) * 0.84);
  return {
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    ...layout,
    title: undefined,
    font: { ...layout.font, family: style.fontFamily, size, color: style.color },
  };
}

function fileName(title) {
  return title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "chart";
}

const TITLE_HEIGHT = 56;

function wrapped(title) {
  return title.replace(/(.{1,80})(\s|$)/g, "$1<br>").replace(/(<br>)+$/, "");
}

function enableDownloads(Plotly, figure, canvas, layout) {
  const tools = figure.querySelector(".chart-tools");
  tools.hidden = false;
  for (const button of tools.querySelectorAll("[data-chart-download]")) {
    button.addEventListener("click", () => {
      // A picture travels without its page: it carries its title, above the room that the key already takes.
      const title = { text: wrapped(canvas.dataset.chartTitle), x: 0.02, y: 0.98, yref: "container", yanchor: "top" };
      const margin = { ...layout.margin, t: (layout.margin?.t ?? 36) + TITLE_HEIGHT };
      const picture = { data: canvas.data, layout: { ...layout, margin, title, paper_bgcolor: "#ffffff" } };
      const format = button.dataset.chartDownload;
      Plotly.downloadImage(picture, {
        format,
        filename: fileName(canvas.dataset.chartTitle),
        width: Math.max(canvas.clientWidth, 960),
        height: Math.max(canvas.clientHeight, 540) + TITLE_HEIGHT,
        scale: format === "png" ? 2 : 1,
      });
    });
  }
}

async function draw(plotly, figure) {
  const canvas = figure.querySelector("[data-chart-url]");
  const outcome = figure.querySelector(".chart-outcome");
  canvas.replaceChildren();
  canvas.classList.add("is-waiting");
  try {
    const response = await fetch(canvas.dataset.chartUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const [Plotly, { data, layout = {} }] = await Promise.all([plotly, response.json()]);
    const worn = dressed(layout, canvas);
    canvas.classList.remove("is-waiting");
    await Plotly.newPlot(canvas, data, worn, { displayModeBar: false, responsive: true });
    enableDownloads(Plotly, figure, canvas, worn);
  } catch (problem) {
    canvas.classList.remove("is-waiting");
    canvas.classList.add("is-failed");
    outcome.textContent = `The chart could not be drawn. ${problem.message} Reload the page to draw it; its numbers are in the table below.`;
    figure.querySelector(".chart-table")?.setAttribute("open", "");
  }
}

// A printed page is narrower than the screen; with a view box the drawn picture shrinks to it instead of being cut.
window.addEventListener("beforeprint", () => {
  for (const svg of document.querySelectorAll(".chart-canvas svg.main-svg")) {
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
  }
});

window.addEventListener("afterprint", () => {
  for (const svg of document.querySelectorAll(".chart-canvas svg.main-svg")) svg.removeAttribute("viewBox");
});

const plotly = loadPlotly();
plotly.catch(() => {}); // Each chart below says it in words.
for (const figure of document.querySelectorAll("figure.chart")) draw(plotly, figure);
