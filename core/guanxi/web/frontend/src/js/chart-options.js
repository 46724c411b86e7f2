// From our small chart description to the options of the chart library.

const language = document.documentElement.lang;
const family = getComputedStyle(document.body).fontFamily;

function formats(unit) {
  if (unit === "%") return [(value) => `${number(value)} %`, (value) => `${number(value)} %`];
  if (!unit) return [number, compact];
  const style = { style: "currency", currency: unit, currencyDisplay: "narrowSymbol" };
  const exact = new Intl.NumberFormat(language, { ...style, maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(language, { ...style, notation: "compact", maximumFractionDigits: 1 });
  return [exact.format, short.format];
}

function number(value) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
}

function compact(value) {
  return new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

function tooltip(colours, exact, trigger) {
  return {
    trigger,
    renderMode: "richText",
    confine: true,
    backgroundColor: colours.surface,
    borderColor: colours.line,
    textStyle: { color: colours.ink, fontSize: 13, fontFamily: family },
    axisPointer: { type: "line", lineStyle: { color: colours["ink-2"], opacity: 0.4 } },
    valueFormatter: (value) => (value == null ? "–" : exact(value)),
  };
}

function legend(colours, shown) {
  return {
    show: shown,
    bottom: 0,
    left: 0,
    type: "scroll",
    icon: "circle",
    itemWidth: 9,
    itemHeight: 9,
    itemGap: 16,
    textStyle: { color: colours["ink-2"], fontSize: 12, fontFamily: family },
  };
}

function axes(spec, colours, short) {
  const label = { color: colours["ink-2"], fontSize: 12, fontFamily: family };
  return {
    xAxis: {
      type: "category",
      data: spec.labels,
      boundaryGap: spec.kind === "bar",
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...label, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      axisLabel: { ...label, formatter: short },
      splitLine: { lineStyle: { color: colours.line } },
    },
  };
}

const shapes = {
  bar: (stacked) => ({ type: "bar", barMaxWidth: 28, barCategoryGap: "38%", itemStyle: { borderRadius: stacked ? 0 : [3, 3, 0, 0] } }),
  line: () => ({ type: "line", showSymbol: false, symbolSize: 7, lineStyle: { width: 2 } }),
  area: () => ({ type: "line", showSymbol: false, symbolSize: 7, lineStyle: { width: 2 }, areaStyle: { opacity: 0.14 } }),
};

function cartesian(spec, colours) {
  const [exact, short] = formats(spec.unit);
  const many = spec.series.length > 1;
  return {
    color: palette(colours),
    animation: false,
    grid: { top: 12, right: 8, bottom: many ? 32 : 4, left: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: tooltip(colours, exact, "axis"),
    legend: legend(colours, many),
    ...axes(spec, colours, short),
    series: spec.series.map(({ name, data }) => ({
      ...shapes[spec.kind](spec.stacked),
      name,
      data,
      stack: spec.stacked ? "all" : undefined,
    })),
  };
}

const aside = { orient: "vertical", top: "middle", bottom: "auto", left: "56%" };

function donut(spec, colours, width) {
  const [exact] = formats(spec.unit);
  const wide = width > 420;
  const values = new Map(spec.labels.map((name, position) => [name, spec.series[0].data[position]]));
  const named = (name) => `${name}  ${exact(values.get(name))}`;
  return {
    color: palette(colours),
    animation: false,
    tooltip: tooltip(colours, exact, "item"),
    legend: { ...legend(colours, true), type: "plain", itemGap: 12, formatter: named, ...(wide && aside) },
    series: [
      {
        type: "pie",
        radius: wide ? ["54%", "84%"] : ["38%", "60%"],
        center: wide ? ["28%", "50%"] : ["50%", "36%"],
        label: { show: false },
        itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 3 },
        data: [...values].map(([name, value]) => ({ name, value })),
      },
    ],
  };
}

function palette(colours) {
  return ["1", "2", "3", "4", "5", "6", "7", "8"].map((name) => colours[name]);
}

/** Options for one chart at the width (px) it has. */
export function optionOf(spec, colours, width) {
  return spec.kind === "donut" ? donut(spec, colours, width) : cartesian(spec, colours);
}
