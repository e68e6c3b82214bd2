/**
 * What draws the charts in the page, with uPlot: `data` is what chart-data.ts makes. All share the time axis and the
 * cursor; incidents, blind spots and deploys are behind each of them. A chart without a place is left out. A change between light and dark draws them anew.
 */
export const charts = String.raw`
(function () {
  var dark = matchMedia('(prefers-color-scheme: dark)');
  var drawn = [];
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); }
  function seconds(value) {
    if (value == null) return '–';
    if (value < 1) return Math.round(value * 1000) + ' ms';
    return +value.toFixed(2) + ' s';
  }
  function length(value) {
    if (value == null) return '–';
    var size = Math.abs(value), sign = value < 0 ? '-' : '';
    if (size < 120) return sign + +size.toFixed(1) + ' s';
    return sign + (size < 7200 ? +(size / 60).toFixed(1) + ' min' : +(size / 3600).toFixed(1) + ' h');
  }
  function requests(value) {
    if (value == null) return '–';
    if (value >= 1e6) return +(value / 1e6).toFixed(1) + ' M';
    return value >= 1e4 ? +(value / 1e3).toFixed(1) + ' k' : String(value);
  }
  function iso(at) { return new Date(at * 1000).toISOString(); }
  function day(at) { return iso(at).slice(5, 10); }
  function clock(at) { return iso(at).slice(11, 16); }
  function moment(at) { return iso(at).slice(0, 10) + ' ' + clock(at); }
  /* The time of day, and the day where it is another one than before. */
  function timeLabels(u, splits, axis, space, step) {
    return splits.map(function (at, index) {
      if (step >= 86400) return day(at);
      return index > 0 && day(at) === day(splits[index - 1]) ? clock(at) : clock(at) + '\n' + day(at);
    });
  }
  function partAround(at) { return moment(at - data.part / 2) + ' to ' + clock(at + data.part / 2); }
  /* A value between two gaps has no line. */
  function alone(u, series) {
    var values = u.data[series], found = [];
    values.forEach(function (value, index) {
      if (value != null && values[index - 1] == null && values[index + 1] == null) found.push(index);
    });
    return found;
  }
  function band(u, from, to, fill, least) {
    var left = u.valToPos(from, 'x', true), right = u.valToPos(to, 'x', true);
    u.ctx.fillStyle = fill;
    u.ctx.fillRect(left, u.bbox.top, Math.max(right - left, least * devicePixelRatio), u.bbox.height);
  }
  function behind(u) {
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    u.ctx.clip();
    data.blind.forEach(function (span) { band(u, span[0], span[1], colour('blind'), 1); });
    u.ctx.globalAlpha = 0.55;
    data.down.forEach(function (span) { band(u, span[0], span[1], colour('down'), 2); });
    u.ctx.globalAlpha = 1;
    data.marks.forEach(function (at) { band(u, at, at, colour('mark'), 1); });
    u.ctx.restore();
  }
  function limit(value, scale) {
    return function (u) {
      var y = u.valToPos(value, scale, true);
      if (y < u.bbox.top || y > u.bbox.top + u.bbox.height) return;
      u.ctx.save();
      u.ctx.strokeStyle = colour('bad');
      u.ctx.lineWidth = 1.5 * devicePixelRatio;
      u.ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
      u.ctx.beginPath();
      u.ctx.moveTo(u.bbox.left, y);
      u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
      u.ctx.stroke();
      u.ctx.restore();
    };
  }
  function axes(format, steps) {
    var common = { stroke: colour('soft'), font: '12px system-ui, "DejaVu Sans", sans-serif',
      grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line'), width: 1 } };
    return [
      Object.assign({ space: 56, values: timeLabels }, common),
      Object.assign({ size: 68, values: function (u, splits) { return splits.map(function (v) { return v == null ? '' : format(v); }); } }, steps && { incrs: steps }, common)
    ];
  }
  function draw(id, values, series, scale, format, options) {
    var place = document.getElementById(id);
    if (!place) return;
    var chart = new uPlot({
      width: place.clientWidth, height: 240,
      tzDate: function (at) { return uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'); },
      cursor: { y: false, sync: { key: 'time' }, drag: { x: false, y: false }, points: { show: !options.level } },
      scales: { x: { range: function () { return [data.from, data.to]; } }, y: scale },
      axes: axes(format, options.steps),
      series: [{ label: 'time', value: function (u, at) {
        if (at == null) return '–';
        return options.level ? moment(u.posToVal(u.cursor.left, 'x')) : partAround(at);
      } }].concat(series.map(function (one) {
        return Object.assign({ width: 1.5, spanGaps: false, points: { show: false, filter: alone, size: 6 },
          value: function (u, v, index, part) {
            return (one.beyond && one.beyond.indexOf(part) >= 0 ? '> ' : '') + format(v);
          } }, one);
      })),
      hooks: { drawClear: [behind], draw: options.limit == null ? [] : [limit(options.limit, 'y')] }
    }, values, place);
    drawn.push({ chart: chart, place: place });
  }
  function all() {
    drawn.forEach(function (one) { one.chart.destroy(); });
    drawn = [];
    var times = data.course;
    draw('budget', data.budget, [{ label: 'left', stroke: colour('mean'), fill: colour('area'), width: 2 }],
      { range: function (u, low, high) { return [Math.min(0, low * 1.1), Math.max(data.whole * 1.05, high)]; } }, length,
      { limit: 0, level: true, steps: [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400] });
    draw('times', [times.at, times.mean, times.p95, times.p99], [
      { label: 'mean', stroke: colour('mean'), width: 2 }, { label: 'p95', stroke: colour('p95'), beyond: times.beyond.p95 },
      { label: 'p99', stroke: colour('p99'), beyond: times.beyond.p99 }
    ], { distr: 3, range: function (u, low, high) {
      return [Math.pow(10, Math.floor(Math.log10(low || 0.01))), Math.max(high || 0, data.objective) * 1.5];
    } }, seconds, { limit: data.objective });
    draw('requests', [times.at, times.requests], [
      { label: 'requests', width: 0, stroke: colour('mean'), fill: colour('bar'), points: { show: false },
        paths: uPlot.paths.bars({ size: [1, Infinity] }) }
    ], { range: function (u, low, high) { return [0, (high || 1) * 1.1]; } }, requests, {});
  }
  all();
  dark.addEventListener('change', all);
  addEventListener('resize', function () {
    drawn.forEach(function (one) { one.chart.setSize({ width: one.place.clientWidth, height: 240 }); });
  });
})();
`;
