// The charts of the last hour and day: requests, errors and members up, with drains and restarts marked. The library is
// loaded when a chart comes into view. Lines differ by their dashes and marks by letters, so colours are not needed.
'use strict';

(() => {
  const section = document.getElementById('charts');
  if (!section) return;

  let library;

  function load() {
    library ??= new Promise((resolve, reject) => {
      const style = document.createElement('link');
      style.rel = 'stylesheet';
      style.href = '/assets/uplot.css';
      const script = document.createElement('script');
      script.src = '/assets/uplot.js';
      script.onload = resolve;
      script.onerror = () => { library = undefined; reject(); };
      document.head.append(style, script);
    });
    return library;
  }

  const letters = {draining: 'D', removing: 'X', failed: 'X', restarted: 'R', 'pool-down': '!', haproxy: 'H'};
  const words = {draining: 'drains', removing: 'removals', failed: 'failures', restarted: 'restarts',
    'pool-down': 'times without a member up', haproxy: 'restarts of HAProxy'};

  function colour(name) {
    const probe = document.createElement('i');
    probe.className = 'c-' + name;
    section.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  }

  // Marks are lines over the whole height with a letter at the top.
  function marks(list) {
    return {hooks: {draw: [plot => {
      const {ctx, bbox} = plot;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour('quiet');
      ctx.font = 'bold ' + 11 * devicePixelRatio + 'px sans-serif';
      ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
      for (const mark of list) {
        const x = plot.valToPos(Date.parse(mark.at) / 1000, 'x', true);
        if (x < bbox.left || x > bbox.left + bbox.width) continue;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        ctx.fillText(letters[mark.kind] || '•', x + 2 * devicePixelRatio, bbox.top + 11 * devicePixelRatio);
      }
      ctx.restore();
    }]}};
  }

  function summary(pool, range) {
    const {requests, errors, up} = pool.series;
    const sum = list => list.reduce((all, one) => all + one, 0);
    const known = up.filter(one => one !== null);
    const counts = {};
    for (const mark of pool.marks) {
      const word = words[mark.kind] || mark.kind;
      counts[word] = (counts[word] || 0) + 1;
    }
    const marked = Object.entries(counts).map(([word, count]) => word + ': ' + count).join(', ');
    return 'Last ' + range + ': ' + sum(requests).toLocaleString('en') + ' requests, '
      + sum(errors).toLocaleString('en') + ' errors, '
      + (known.length ? Math.min(...known) + ' to ' + Math.max(...known) + ' members up' : 'members up unknown')
      + (marked ? '; ' + marked : '') + '.';
  }

  // 24 hours, with the date at the first one and at midnight; in UTC where the page shows times in UTC.
  function hours(plot, splits) {
    const two = number => String(number).padStart(2, '0');
    const utc = window.rollcall.inUtc() ? 'UTC' : '';
    return splits.map((second, i) => {
      const at = new Date(second * 1000);
      const hour = two(at['get' + utc + 'Hours']()) + ':' + two(at['get' + utc + 'Minutes']());
      return i > 0 && hour !== '00:00' ? hour : hour + '\n' + at['get' + utc + 'FullYear']() + '-'
        + two(at['get' + utc + 'Month']() + 1) + '-' + two(at['get' + utc + 'Date']());
    });
  }

  const plots = new Map();

  function draw(chart, pool, range) {
    const {series} = pool;
    const start = Date.parse(series.at) / 1000;
    const at = series.requests.map((_, i) => start + i * series.stepSeconds);
    // The last step has only begun: its small numbers would look like a breakdown.
    // Null is a step in which nothing was recorded: a gap.
    const perSecond = list =>
      list.map((one, i) => one === null || i === list.length - 1 ? null : one / series.stepSeconds);
    const text = summary(pool, range);
    chart.querySelector('figcaption').textContent = text
      + ' Marks: D drain, R restart, X failure, H restart of HAProxy, ! no member up.';
    const box = chart.querySelector('.plot');
    const old = plots.get(chart);
    if (old) old.destroy();
    const axis = {stroke: colour('quiet'), grid: {stroke: colour('line'), width: 1}, ticks: {stroke: colour('line')}};
    const options = {
      width: Math.max(280, box.clientWidth), height: 170,
      legend: {live: false},
      cursor: {show: false},
      scales: {x: {time: true}, up: {range: (_, min, max) => [0, Math.max(1, max) * 1.2]},
        y: {range: (_, min, max) => [0, Math.max(1, max) * 1.1]}},
      axes: [{...axis, values: hours}, {...axis, label: 'per second', size: 52},
        {...axis, scale: 'up', side: 1, label: 'members up', grid: {show: false}, size: 44,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]}],
      series: [{},
        {label: 'requests/s (line)', stroke: colour('busy'), width: 1.5, points: {show: false}},
        {label: 'errors/s (dashes)', stroke: colour('bad'), width: 2, dash: [6, 4], points: {show: false}},
        {label: 'members up (dots)', stroke: colour('good'), width: 2, dash: [2, 3], scale: 'up',
          paths: uPlot.paths.stepped({align: 1}), points: {show: false}}],
      plugins: [marks(pool.marks)],
    };
    box.setAttribute('role', 'img');
    box.setAttribute('aria-label', text);
    plots.set(chart, new uPlot(options, [at, perSecond(series.requests), perSecond(series.errors), series.up], box));
  }

  async function refresh(chart) {
    const range = chart.dataset.range || 'hour';
    try {
      const [answer] = await Promise.all([
        fetch('/api/v1/history?range=' + range + '&pool=' + encodeURIComponent(chart.dataset.pool)), load()]);
      if (!answer.ok) return;
      const {pools} = await answer.json();
      if (pools.length) draw(chart, pools[0], range);
    } catch (e) {
      // the page says that the sidecar is unreachable
    }
  }

  const seen = new Set();
  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        seen.add(entry.target);
        refresh(entry.target);
      } else {
        seen.delete(entry.target);
      }
    }
  });
  const charts = section.querySelectorAll('.chart');
  charts.forEach(chart => observer.observe(chart));
  setInterval(() => { if (!document.hidden) seen.forEach(refresh); }, 10000);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => seen.forEach(refresh));
  addEventListener('resize', () => seen.forEach(refresh));
  document.addEventListener('click', event => { if (event.target.closest('button.utc')) seen.forEach(refresh); });

  section.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) return;
    const chart = button.closest('.chart');
    const range = button.classList.contains('range-day') ? 'day' : 'hour';
    chart.dataset.range = range;
    chart.querySelector('.range').textContent = 'last ' + range;
    chart.querySelector('.range-hour').setAttribute('aria-pressed', range === 'hour');
    chart.querySelector('.range-day').setAttribute('aria-pressed', range === 'day');
    chart.querySelector('a').href = '/api/v1/history?range=' + range + '&pool='
      + encodeURIComponent(chart.dataset.pool);
    refresh(chart);
  });
})();
