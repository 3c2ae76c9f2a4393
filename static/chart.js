// A line that arrow keys or the pointer lead over the chart, and what was reported on its day. The
// slider is the browser's own; what it says is read out as its value.

const figure = document.querySelector("figure.chart");
if (figure) begin(figure);

function begin(figure) {
  const label = document.createElement("label");
  const slider = document.createElement("input");
  const said = document.createElement("p");
  slider.type = "range";
  slider.min = slider.max = 0;
  label.className = "reading";
  label.append(figure.dataset.label, slider);
  said.className = "said";
  figure.querySelector(".reader").append(label, said);

  const drawings = [...figure.querySelectorAll(":scope > svg")].map((svg) => ({ svg, line: rule(svg) }));
  let readings;

  // Asked for when somebody begins to read, and not again.
  const load = () => (readings ??= fetch(figure.dataset.readings)
    .then((answer) => answer.json())
    .then(({ readings }) => {
      slider.max = readings.length - 1;
      slider.value = slider.max;
      return readings;
    })
    .catch(() => {
      readings = undefined;
      return [];
    }));

  const show = async () => {
    const found = (await load())[slider.value];
    if (!found) return;
    for (const { svg, line } of drawings) {
      const x = place(svg, found.at);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      line.removeAttribute("visibility");
    }
    said.textContent = found.text;
    slider.setAttribute("aria-valuetext", found.text);
  };

  const follow = async (event) => {
    const svg = event.currentTarget;
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const away = (reading) => Math.abs(place(svg, reading.at) - x);
    const all = await load();
    slider.value = all.reduce((best, each, index) => (away(each) < away(all[best]) ? index : best), 0);
    show();
  };

  slider.addEventListener("focus", show);
  slider.addEventListener("input", show);
  for (const { svg } of drawings) svg.addEventListener("pointermove", follow);
}

function rule(svg) {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  line.setAttribute("class", "rule");
  line.setAttribute("visibility", "hidden");
  line.setAttribute("y1", svg.dataset.top);
  line.setAttribute("y2", svg.dataset.bottom);
  svg.prepend(line);
  return line;
}

// Where the middle of a day stands; each has a strip of its own.
function place(svg, day) {
  const { left, right, days } = svg.dataset;
  return Number(left) + ((day + 0.5) * (right - left)) / days;
}
