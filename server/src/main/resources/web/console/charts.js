// Draws what reports carry as data; whoever has no script has the table below, with the same figures.
(function () {
  "use strict";
  var language = document.documentElement.lang;
  var HOUR = 3600000;
  var charts = [];

  function number(value, digits) {
    return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  }
  function short(value) {
    return new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(value);
  }
  function time(millis) {
    if (millis < 1000) { return number(millis, 0) + " ms"; }
    if (millis < 60000) { return number(millis / 1000, 1) + " s"; }
    if (millis < HOUR) { return number(millis / 60000, 1) + " min"; }
    return millis < 48 * HOUR ? number(millis / HOUR, 1) + " h" : number(millis / HOUR / 24, 1) + " d";
  }
  // A value in its unit: a currency's code, or one of those that have no currency.
  function told(value, unit, isShort) {
    if (value === null || value === undefined || Number.isNaN(value)) { return "–"; }
    switch (unit) {
      case "count": return isShort ? short(value) : number(value, 0);
      case "ratio": return number(value, 2);
      case "share": return number(value * 100, 1) + " %";
      case "milliseconds": return time(value);
      default: return isShort
        ? short(value)
        : new Intl.NumberFormat(language, { style: "currency", currency: unit, currencyDisplay: "narrowSymbol" }).format(value);
    }
  }

  function palette() {
    var dark = document.documentElement.dataset.bsTheme === "dark";
    return {
      text: dark ? "#dfe6ee" : "#26323d",
      quiet: dark ? "#a9b4c0" : "#56606d",
      line: dark ? "#344250" : "#dce1e7",
      ground: dark ? "#182433" : "#ffffff",
      series: dark
        ? ["#6cc4e6", "#f7a35c", "#7bd88f", "#e78ac3", "#b9a3ff", "#ffd166", "#8fd6f2", "#ff8f8f", "#a3e4d7", "#d5b895", "#9fb8ff", "#e0e0e0"]
        : ["#0b6e99", "#d9730d", "#2b8a3e", "#b0306a", "#6741d9", "#b08900", "#1098ad", "#c92a2a", "#0a7d6c", "#8d5b2d", "#364fc7", "#495057"],
      heat: dark ? ["#1d3346", "#2f7fa5", "#a8e4fb"] : ["#e3f1f7", "#5aa9c9", "#084c6b"]
    };
  }

  // Amounts of a short form stand at axes; whole ones in what a pointer shows.
  function axis(unit, colours, logarithmic) {
    return {
      type: logarithmic ? "log" : "value",
      axisLabel: { color: colours.quiet, formatter: function (value) { return told(value, unit, true); }, hideOverlap: true },
      splitLine: { lineStyle: { color: colours.line } }
    };
  }
  function drawable(values, logarithmic) {
    return logarithmic ? values.map(function (value) { return value > 0 ? value : null; }) : values;
  }
  function frame(chart, colours) {
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colours.text },
      color: colours.series,
      // Texts on the canvas: markup would need styles that the pages' policy does not allow.
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: colours.ground,
        borderColor: colours.line,
        textStyle: { color: colours.text, fontSize: 13 }
      },
      legend: { show: chart.series.length > 1, type: "scroll", top: 8, textStyle: { color: colours.text }, pageTextStyle: { color: colours.quiet } }
    };
  }
  function pointed(chart) {
    return function (points) {
      var lines = points
        .filter(function (point) { return point.value !== null && point.value !== undefined; })
        .map(function (point) { return point.seriesName + "  " + told(point.value, chart.series[point.seriesIndex].unit, false); });
      return [points[0].name].concat(lines).join("\n");
    };
  }

  function overTime(chart, colours) {
    var stacked = chart.kind === "stack";
    var logarithmic = chart.kind === "log_lines";
    var option = frame(chart, colours);
    option.grid = { left: 12, right: 24, top: chart.series.length > 1 ? 48 : 24, bottom: 12, containLabel: true };
    option.tooltip.trigger = "axis";
    option.tooltip.formatter = pointed(chart);
    option.xAxis = {
      type: "category",
      data: chart.labels,
      boundaryGap: stacked,
      axisLabel: { color: colours.quiet, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
      axisLine: { lineStyle: { color: colours.line } }
    };
    option.yAxis = axis(chart.series[0].unit, colours, logarithmic);
    option.series = chart.series.map(function (series) {
      return {
        name: series.name,
        type: stacked ? "bar" : "line",
        stack: stacked ? "all" : undefined,
        data: drawable(series.values, logarithmic),
        barMaxWidth: 36,
        lineStyle: { width: 2 },
        symbolSize: 6,
        showSymbol: chart.labels.length < 32
      };
    });
    return option;
  }

  function ranked(chart, colours, width) {
    var logarithmic = chart.kind === "log_rank";
    var option = frame(chart, colours);
    option.grid = { left: 12, right: 32, top: chart.series.length > 1 ? 48 : 16, bottom: 12, containLabel: true };
    option.tooltip.trigger = "axis";
    option.tooltip.axisPointer = { type: "shadow" };
    option.tooltip.formatter = pointed(chart);
    option.yAxis = {
      type: "category",
      inverse: true,
      data: chart.labels,
      axisLabel: { color: colours.quiet, width: width / 3, overflow: "truncate" },
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false }
    };
    option.xAxis = axis(chart.series[0].unit, colours, logarithmic);
    option.series = chart.series.map(function (series) {
      return { name: series.name, type: "bar", barMaxWidth: 18, data: drawable(series.values, logarithmic) };
    });
    return option;
  }

  function heat(chart, colours) {
    var cells = [];
    chart.series.forEach(function (series, later) {
      series.values.forEach(function (value, cohort) {
        if (value !== null) { cells.push([later, cohort, value]); }
      });
    });
    var unit = chart.series[0].unit;
    var option = frame(chart, colours);
    option.legend.show = false;
    option.grid = { left: 12, right: 24, top: 16, bottom: 56, containLabel: true };
    option.tooltip.formatter = function (point) {
      return chart.labels[point.value[1]] + " + " + chart.series[point.value[0]].name + "\n" + told(point.value[2], unit, false);
    };
    option.xAxis = { type: "category", data: chart.series.map(function (series) { return "+" + series.name; }), axisLabel: { color: colours.quiet }, axisLine: { lineStyle: { color: colours.line } } };
    option.yAxis = { type: "category", inverse: true, data: chart.labels, axisLabel: { color: colours.quiet }, axisLine: { lineStyle: { color: colours.line } } };
    option.visualMap = { min: 0, max: 1, orient: "horizontal", left: "center", bottom: 4, itemHeight: 140, inRange: { color: colours.heat }, textStyle: { color: colours.quiet }, formatter: function (value) { return told(value, unit, true); }, calculable: false };
    option.series = [{ type: "heatmap", data: cells, itemStyle: { borderColor: colours.ground, borderWidth: 2 } }];
    return option;
  }

  function option(chart, width) {
    var colours = palette();
    switch (chart.kind) {
      case "rank":
      case "log_rank": return ranked(chart, colours, width);
      case "heat": return heat(chart, colours);
      default: return overTime(chart, colours);
    }
  }

  function draw(place) {
    if (place.dataset.drawn) { return; }
    place.dataset.drawn = "yes";
    var chart = JSON.parse(place.dataset.chart);
    var rows = chart.kind === "heat" ? chart.labels.length : chart.labels.length * chart.series.length;
    var tall = chart.kind === "rank" || chart.kind === "log_rank" || chart.kind === "heat";
    place.style.height = (tall ? Math.max(220, Math.min(720, 96 + rows * 24)) : 340) + "px";
    var drawn = echarts.init(place, null, { renderer: "canvas" });
    drawn.setOption(option(chart, place.clientWidth));
    charts.push(function () {
      drawn.resize();
      if (tall) { drawn.setOption(option(chart, place.clientWidth)); } // names have a share of the width
    });
  }
  function drawAll() {
    document.querySelectorAll(".chart[data-chart]").forEach(draw);
  }
  window.addEventListener("resize", function () { charts.forEach(function (fit) { fit(); }); });
  document.addEventListener("htmx:afterSettle", drawAll);
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", drawAll);
  } else {
    drawAll();
  }
})();
