for (const box of document.querySelectorAll(".chart")) {
  const figure = JSON.parse(box.previousElementSibling.textContent);
  const draw = (width) => ({ ...figure.layout, width, autosize: false });
  Plotly.newPlot(box, figure.data, draw(Math.min(CHART_WIDTH, box.clientWidth)), { displaylogo: false });
  window.addEventListener("beforeprint", () => Plotly.relayout(box, { width: CHART_WIDTH }));
}
