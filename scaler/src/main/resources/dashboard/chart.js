// Half an hour of time and five minutes of what is expected; the cursor takes the whole page to a kept tick.
const PAST = 30 * 60e3, FUTURE = 5 * 60e3;
const POINTS = 2600;
const JOB_LANE = {top: 8, bottom: 56}, GLYPH = 69, NODE_LANE = {top: 82, bottom: 120}, AXIS = 135, CHART = 142;
let points = []; // oldest first
let chartWidth = 0;

const point = ([tick, at, waiting, running, slots, desired, ready, events]) =>
  ({tick, at, waiting, running, slots, desired, ready, events: events ? events.split(',') : []});

// Points come from the history and from the stream; of those that did nothing one a second is enough.
function remember(more) {
  for (const one of more.map(point)) {
    const last = points[points.length - 1];
    if (last && one.tick <= last.tick) continue;
    if (last && points.length > 1 && one.at - points[points.length - 2].at < 1000 && !last.events.length) points.pop();
    points.push(one);
  }
  if (points.length > POINTS) points = points.slice(-POINTS);
}

// What the shown state expects: nodes that come, nodes that may go.
function expected(state) {
  const coming = state.pools.flatMap(pool => pool.boot
    ? pool.booting.map(one => Date.parse(one.since) + pool.boot.p50 * 1000).concat(Array(pool.ordered).fill(Date.parse(state.now) + pool.boot.p50 * 1000)) : []);
  const going = state.held.filter(one => one.kind === 'IdleSince').map(one => endOf(one.reason)).filter(Boolean);
  return {coming: coming.sort((a, b) => a - b), going: going.sort((a, b) => a - b)};
}

// A line in steps; where nothing is known it has a gap. Of points in one pixel the highest stays.
function steps(shownPoints, value, x, y) {
  let path = '', open = false, pixel = -1, high = null;
  for (const one of shownPoints) {
    const number = value(one);
    if (number === null || number === undefined) {
      open = false;
      continue;
    }
    const at = Math.round(x(one.at) * 2) / 2;
    if (open && at === pixel && number <= high) continue;
    path += open ? 'H' + at + 'V' + y(number) : 'M' + at + ' ' + y(number);
    open = true;
    pixel = at;
    high = number;
  }
  return open ? path + 'H' + x(shownPoints.end) : path;
}

function scale(most, {top, bottom}) {
  return number => Math.round((bottom - (bottom - top) * number / Math.max(1, most)) * 2) / 2;
}

function drawChart() {
  const chart = byId('chart');
  const width = chartWidth || chart.clientWidth;
  if (!width || !newest || !newest.tick) return;
  const now = Date.parse(newest.now), start = now - PAST;
  const x = at => Math.round((at - start) / (PAST + FUTURE) * width * 2) / 2;
  const within = points.filter((one, i) => one.at >= start || (points[i + 1] && points[i + 1].at >= start)).map(one => one.at < start ? {...one, at: start, events: []} : one);
  within.end = now;
  const most = of => within.reduce((high, one) => Math.max(high, of(one) || 0), 0);
  const jobs = one => one.waiting === null ? null : one.waiting + one.running;
  const mostJobs = most(one => Math.max(jobs(one) || 0, one.slots || 0)), mostNodes = most(one => Math.max(one.desired || 0, one.ready || 0));
  const yJobs = scale(mostJobs, JOB_LANE), yNodes = scale(mostNodes, NODE_LANE);
  const area = path => path && path + 'V' + JOB_LANE.bottom + path.replace(/^M([\d.-]+) .*$/s, 'H$1') + 'Z';
  const parts = [];
  const add = (tag, attributes, ...children) => parts.push(drawn(tag, attributes, ...children));
  const text = (className, at, y, words) => add('text', {class: className, x: at, y}, words);

  add('rect', {class: 'ahead', x: x(now), y: 0, width: Math.max(0, width - x(now)), height: AXIS - 11});
  for (const lane of [JOB_LANE, NODE_LANE]) add('path', {class: 'ground', d: 'M0 ' + (lane.bottom + .5) + 'H' + width});
  for (let minutes = 25; minutes > 0; minutes -= 5) {
    const at = x(now - minutes * 60e3);
    add('path', {class: 'tick', d: 'M' + at + ' ' + JOB_LANE.top + 'V' + (AXIS - 11)});
    if (width > 600 || minutes % 10 === 0) text('axis middle', at, AXIS, '−' + minutes + ' min');
  }
  text('axis end', x(now) - 3, AXIS, 'now');
  if (width > 600) text('axis middle', x(now + FUTURE / 2), AXIS, 'expected');

  // An area may have gaps: a path for each of its pieces.
  for (const [className, value] of [['all', jobs], ['running', one => one.running]]) {
    for (const piece of steps(within, value, x, yJobs).split(/(?=M)/).filter(Boolean)) add('path', {class: 'jobs ' + className, d: area(piece)});
  }
  add('path', {class: 'line slots', d: steps(within, one => one.slots, x, yJobs) || 'M0 0'});
  add('path', {class: 'line desired', d: steps(within, one => one.desired, x, yNodes) || 'M0 0'});
  add('path', {class: 'line ready', d: steps(within, one => one.ready, x, yNodes) || 'M0 0'});
  const last = within[within.length - 1];
  if (last && last.ready !== null) {
    const {coming, going} = expected(newest);
    let ready = last.ready, path = 'M' + x(now) + ' ' + yNodes(ready);
    const turns = coming.map(at => [at, 1]).concat(going.map(at => [at, -1])).sort((a, b) => a[0] - b[0]);
    for (const [at, change] of turns) {
      if (at > now + FUTURE) break;
      ready = Math.max(0, Math.min(mostNodes, ready + change));
      path += 'H' + x(Math.max(at, now)) + 'V' + yNodes(ready);
    }
    add('path', {class: 'line expected', d: path + 'H' + width});
  }
  text('scale', 3, JOB_LANE.top + 9, 'jobs' + (mostJobs ? ' up to ' + mostJobs : ''));
  text('scale', 3, NODE_LANE.top + 9, 'nodes' + (mostNodes ? ' up to ' + mostNodes : ''));

  // The newest of decisions that would stand on each other is drawn, a failed one before all.
  const taken = new Map();
  for (const one of within) {
    for (const event of one.events) {
      const kind = event.replace(/[-!]/g, ''), bad = event.includes('!') || BAD.has(kind);
      const slot = Math.round(x(one.at) / 11);
      const before = taken.get(slot);
      if (!before || bad || !before.bad) taken.set(slot, {at: one.at, sign: glyph(kind, event.includes('-')), kind, bad});
    }
  }
  for (const {at, sign, kind, bad} of taken.values()) {
    add('text', {class: 'sign middle' + (bad ? ' bad' : ''), x: Math.min(width - 6, Math.max(6, x(at))), y: GLYPH + 5}, sign, drawn('title', {}, title(kind) + ' ' + clock(at)));
  }

  add('path', {class: 'now', d: 'M' + x(now) + ' 0V' + (AXIS - 11)});
  if (cursor !== null && shown.tick) {
    const at = Math.max(1, Math.min(width - 1, x(Date.parse(shown.now))));
    add('path', {class: 'cursor', d: 'M' + at + ' 0V' + (AXIS - 11)});
    add('text', {class: 'cursor-time ' + (at > width - 80 ? 'end' : ''), x: at + (at > width - 80 ? -5 : 5), y: 10}, clock(shown.now));
  }
  setAttribute(chart, 'viewBox', '0 0 ' + width + ' ' + CHART);
  chart.replaceChildren(...parts);
  const at = Date.parse(shown.now || newest.now);
  const here = points.findLast(one => one.at <= at);
  const slider = byId('time');
  setAttribute(slider, 'aria-valuemax', String(points.length - 1));
  setAttribute(slider, 'aria-valuenow', String(here ? points.indexOf(here) : 0));
  setAttribute(slider, 'aria-valuetext', clock(at) + (cursor === null ? ', live' : ', in the past') + (here && here.waiting !== null
    ? ': ' + here.waiting + ' jobs waiting, ' + here.running + ' running, ' + here.ready + ' of ' + here.desired + ' nodes' : ''));
}

// From the shown tick to its neighbour, or to the next one in which something was done.
function step(direction, eventful) {
  const here = cursor === null ? points.length - 1 : points.findLastIndex(one => one.tick <= shown.tick);
  for (let i = here + direction; i >= 0 && i < points.length; i += direction) {
    if (!eventful || points[i].events.length) {
      if (i === points.length - 1) goLive();
      else travel(points[i].tick);
      return;
    }
  }
  if (direction > 0) goLive();
}

function startChart() {
  const slider = byId('time');
  let dragging = false, frame = 0;
  const follow = event => {
    const box = byId('chart').getBoundingClientRect();
    const at = Date.parse(newest.now) - PAST + (event.clientX - box.left) / box.width * (PAST + FUTURE);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (at >= Date.parse(newest.now)) {
        goLive();
        return;
      }
      const nearest = points.findLast(one => one.at <= at) || points[0];
      if (nearest && (cursor === null || nearest.tick !== cursor)) travel(nearest.tick);
    });
  };
  slider.addEventListener('pointerdown', event => {
    if (event.button !== 0 || !newest || !newest.tick) return;
    dragging = true;
    slider.setPointerCapture(event.pointerId);
    follow(event);
  });
  slider.addEventListener('pointermove', event => dragging && follow(event));
  for (const end of ['pointerup', 'pointercancel']) slider.addEventListener(end, () => dragging = false);
  new ResizeObserver(([entry]) => {
    chartWidth = Math.round(entry.contentRect.width);
    drawChart();
  }).observe(byId('chart'));
}
