// The stream, and the way back in time. The page shows one state: the newest, or the one under the cursor.
let newest = null; // state
let shown = {};
let cursor = null; // number of the tick, null: live
let lines = []; // of the newest state, as the stream counts them
let lastId = -1;
let heard = 0; // when the stream spoke last, and when it brought a tick: performance.now()
let ticked = 0;
let called = 0; // when the stream was asked for last
let token = sessionStorage.getItem('token') || '';
const past = new Map(); // some states by tick

const STALLED = 4000, ANSWER = 10000; // ms of silence until a line is given up: of the stream, of an answer
const AGAIN = 2500, LONGEST = 10000; // ms that a new try for the stream has, twice as long each time
const OLD = 3000, TOO_OLD = 10000; // ms; where the service is told to look more seldom, only a tick that is late is old
let patience = AGAIN;

function headers(more) {
  return token ? {...more, Authorization: 'Bearer ' + token} : more;
}

async function ask(path) {
  const reply = await fetch(path, {headers: headers({}), signal: AbortSignal.timeout(ANSWER)});
  if (reply.status === 401) askForToken();
  if (!reply.ok) throw new Error(reply.status + ' ' + (await reply.text()).trim());
  return reply.json();
}

// State and frame

function draw(state) {
  shown = state;
  setData(byId('headline'), 'mood', state.mood);
  setText(byId('headline'), state.headline);
  document.title = (state.mood === 'trouble' ? '! ' : '') + 'Executor Scaler';
  const isPast = cursor !== null;
  setData(document.body, 'time', isPast ? 'past' : 'live');
  byId('past').hidden = !isPast;
  if (isPast) setText(byId('past-time'), 'as of ' + state.now.slice(0, 19).replace('T', ' ') + 'Z, tick ' + state.tick);
  if (!state.tick) return;
  const now = Date.parse(state.now);
  setText(byId('role'), state.role.name === 'alone' ? '' : state.role.name);
  byId('role').title = state.role.words;
  setText(byId('config'), state.config.rejected.length ? 'newest config rejected' : 'config ' + state.config.generation);
  setData(byId('config'), 'ok', state.config.rejected.length ? 'no' : 'yes');
  sync(byId('sources'), state.sources, source => source.name, source => {
    const made = element('li');
    made.append(button('', '', () => select('source/' + source.key)));
    return made;
  }, (target, source) => {
    setData(target, 'ok', source.ok ? 'yes' : 'no');
    setText(target.firstElementChild, source.ok ? source.name : source.name + ' missing for ' + span((now - Date.parse(source.since)) / 1000));
    target.firstElementChild.title = source.error || 'answers';
  });
  showWhy(state);
  showChain(state);
  showPools(state, now);
  showHeld(state);
  showDecisions(state);
  drawChart();
}

function forget() {
  points = [];
  past.clear();
  cursor = null;
  recall();
}

function redraw() {
  if (shown.headline) draw(shown);
}

function arrived(text) {
  const state = JSON.parse(text);
  if (newest && state.tick < newest.tick) forget(); // the service counts anew: it was started again
  newest = state;
  ticked = heard = performance.now();
  const last = points[points.length - 1];
  if (last && state.tick > last.tick + 1 && gap === null) gap = last.tick;
  if (newest.point) remember([newest.point]);
  if (cursor === null) draw(newest);
  else drawChart();
}

// Time

async function travel(tick) {
  cursor = tick;
  try {
    if (!past.has(tick)) past.set(tick, await ask('api/v1/state?tick=' + tick));
    if (past.size > 200) past.delete(past.keys().next().value);
    if (cursor !== tick) return; // the cursor has moved on
    draw(past.get(tick));
    keepLink();
  } catch (gone) {
    if (cursor === tick) goLive();
  }
}

async function travelTo(time) {
  try {
    const state = await ask('api/v1/state?at=' + encodeURIComponent(time));
    cursor = state.tick;
    past.set(cursor, state);
    draw(state);
  } catch (gone) {
    notice('Nothing is kept of ' + time + ' any more: this is now.');
    goLive();
  }
}

function goLive() {
  cursor = null;
  if (newest) draw(newest);
  keepLink();
}

function pause() {
  if (cursor === null && newest && newest.tick) travel(newest.tick);
  else goLive();
}

// The link: what is shown, so that whoever gets it sees the same.

function keepLink() {
  const parts = [];
  if (cursor !== null && shown.now) parts.push('t=' + shown.now);
  if (chosen) parts.push('sel=' + encodeURIComponent(selected));
  const hash = parts.length ? '#' + parts.join('&') : '';
  if (hash !== location.hash) history.replaceState(null, '', location.pathname + location.search + hash);
}

function followLink() {
  const link = new URLSearchParams(location.hash.slice(1));
  const subject = link.get('sel');
  chosen = !!subject;
  if (subject) {
    selected = subject;
    document.body.dataset.asked = 'yes';
  }
  if (link.get('t')) travelTo(link.get('t'));
  else goLive();
}

// Stream

function applied(delta) {
  return delta.flatMap(line => {
    if (line[0] === '+') return [line.slice(1)];
    const [from, number] = line.slice(1).split(',').map(Number);
    return lines.slice(from, from + number);
  });
}

function take(block) {
  heard = performance.now();
  patience = AGAIN;
  let event = 'message', id = null;
  const data = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
    else if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('id: ')) id = Number(line.slice(4));
  }
  if (event === 'state') lines = data;
  else if (event === 'delta') lines = applied(data);
  else if (event === 'history') remember(JSON.parse(data.join('')).points);
  if (event === 'state' || event === 'delta') {
    lastId = id;
    arrived(lines.join('\n'));
  }
}

let stream = null;

async function listen() {
  if (stream || document.hidden) return;
  const mine = stream = new AbortController();
  called = performance.now();
  try {
    const known = lastId >= 0 ? {'Last-Event-ID': String(points.length ? points[points.length - 1].tick : lastId)} : {};
    const reply = await fetch('api/v1/stream', {headers: headers({Accept: 'text/event-stream', ...known}), signal: mine.signal, cache: 'no-store'});
    if (reply.status === 401) {
      askForToken();
      return;
    }
    if (!reply.ok) throw new Error(String(reply.status));
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ;) {
      const {value, done} = await reader.read();
      if (done) break;
      rest += value;
      for (let end; (end = rest.indexOf('\n\n')) >= 0; rest = rest.slice(end + 2)) take(rest.slice(0, end));
    }
  } catch (broken) {
    // it is said by the age of what is shown
  } finally {
    if (stream === mine) {
      stream = null;
      if (!byId('token').open) setTimeout(listen, 1000);
    }
  }
}

// A hidden page needs no stream; browsers allow only six to one host.
function hush() {
  if (stream) stream.abort();
  stream = null;
}

// A line may be dead without a word to either end: one on which nothing comes is given up, and another is tried.
function mend() {
  const now = performance.now();
  if (!stream || now - heard < STALLED || now - called < patience) return;
  if (called > heard) patience = Math.min(LONGEST, 2 * patience); // a try that was not answered
  hush();
  listen();
}

function showAge() {
  const now = performance.now(), silent = now - heard, old = now - ticked;
  const words = heard === 0 ? 'connecting' : silent > STALLED ? 'stream stalled ' + span(silent / 1000) : 'live ' + (old < 60000 ? (old / 1000).toFixed(1) + ' s' : span(old / 1000));
  setText(byId('age'), words);
  const interval = newest && newest.config ? newest.config.intervalMillis : 0;
  setData(byId('age'), 'state', heard === 0 || silent > STALLED || old > Math.max(TOO_OLD, 3 * interval) ? 'red'
    : old > Math.max(OLD, 1.5 * interval) ? 'grey' : 'fresh');
  setText(byId('clock'), newest && newest.now ? newest.now.slice(0, 19).replace('T', ' ') + 'Z' : '');
}

// Token

function askForToken() {
  hush();
  setText(byId('token-words'), token ? 'This token is not accepted.' : 'A token is needed to see what is here.');
  if (!byId('token').open) byId('token').showModal();
}

function gotToken() {
  token = byId('token-text').value.trim();
  byId('token-text').value = '';
  sessionStorage.setItem('token', token);
  byId('token').close();
  start();
}

function notice(words) {
  setText(byId('notice'), words);
  byId('notice').hidden = false;
  setTimeout(() => byId('notice').hidden = true, 8000);
}

// Where ticks come faster than the stream tells of them, those between are asked for afterwards.
let gap = null; // the last tick before it

async function fillGap() {
  if (gap === null || document.hidden) return;
  const after = gap;
  gap = null;
  try {
    const kept = await ask('api/v1/history?after=' + after);
    const later = points.filter(one => one.tick > after);
    points = points.filter(one => one.tick <= after);
    remember(kept.points);
    const last = points.length ? points[points.length - 1].tick : 0;
    points.push(...later.filter(one => one.tick > last));
    drawChart();
  } catch (none) {
    gap = gap === null ? after : Math.min(gap, after); // asked for again
  }
}

// What was before the page was opened.
function recall() {
  gap = 0;
  return fillGap();
}

async function start() {
  listen();
  await recall();
  if (location.hash) followLink();
}
