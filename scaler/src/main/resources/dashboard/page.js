// Shows /api/state as it comes over /api/stream. Everything from outside is put in as text, never as markup.
'use strict';

const byId = id => document.getElementById(id);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Writes only what differs: an unchanged text is not read out again, and a selection in it stays.
function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

function setData(target, name, value) {
  if (target.dataset[name] !== value) target.dataset[name] = value;
}

// Makes the children of parent match items, keeping the elements (and the focus) of those that were there before.
function sync(parent, items, keyOf, create, update) {
  const old = new Map();
  for (const child of parent.children) old.set(child.dataset.key, child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = old.get(key);
    if (child) {
      old.delete(key);
    } else {
      child = create(item);
      child.dataset.key = key;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    update(child, item);
  }
  for (const child of old.values()) child.remove();
}

const count = (number, noun) => number + ' ' + noun + (number === 1 ? '' : 's');

function span(seconds) {
  if (seconds < 90) return Math.round(seconds) + ' s';
  if (seconds < 5400) return Math.round(seconds / 60) + ' min';
  return Math.round(seconds / 360) / 10 + ' h';
}

// The chain: queue, replicas, pods, nodes.

function links(executor) {
  const queue = executor.queue, replicas = executor.replicas, pods = executor.pods, nodes = executor.nodes;
  const unknown = title => ({title, figure: '?', rest: '', words: 'cannot be read', unknown: true, parts: []});
  const jobs = queue && queue.waiting + queue.due + queue.running;
  return [
    queue ? {
      title: 'Queue', figure: jobs, rest: jobs === 1 ? ' job' : ' jobs',
      words: jobs ? words([[queue.waiting, 'waiting'], [queue.due, 'due'], [queue.running, 'running']]) : 'empty',
      parts: [['have', queue.running], ['coming', queue.waiting + queue.due]], of: jobs
    } : unknown('Queue'),
    replicas ? {
      title: 'Replicas', figure: replicas.actual, rest: replicas.wanted === replicas.actual ? ' of ' + executor.max : ' → ' + replicas.wanted,
      words: 'at ' + count(executor.jobsPerPod, 'job') + ' a pod',
      parts: [['have', replicas.actual], ['coming', replicas.wanted - replicas.actual]], of: executor.max
    } : unknown('Replicas'),
    replicas ? {
      title: 'Pods', figure: pods.ready, rest: ' ready of ' + replicas.actual,
      words: words([[pods.starting, 'starting'], [pods.pending, 'without a node'], [pods.leaving, 'leaving']]) || (pods.ready ? 'all ready' : 'none'),
      parts: [['have', pods.ready], ['coming', pods.starting + pods.pending], ['going', pods.leaving]],
      of: Math.max(replicas.actual, pods.ready + pods.starting + pods.pending + pods.leaving), behind: pods.ready < replicas.actual
    } : unknown('Pods'),
    {
      title: 'Nodes', figure: nodes.ready, rest: ' ready of ' + nodes.wanted,
      words: words([[nodes.onTheWay, 'on the way'], [nodes.draining, 'going back']]) || (nodes.pools.join(', ') || 'no pool fits'),
      parts: [['have', nodes.ready], ['coming', nodes.onTheWay], ['going', nodes.draining]],
      of: nodes.ready + nodes.onTheWay + nodes.draining, behind: nodes.onTheWay > 0
    }
  ];
}

const words = pairs => pairs.filter(([number]) => number > 0).map(([number, word]) => number + ' ' + word).join(', ');

function makeExecutor(executor) {
  const made = element('article', 'executor');
  const title = element('h3', '', executor.name);
  title.append(element('small', '', executor.path));
  made.append(title, element('div', 'chain'));
  return made;
}

function makeLink(link) {
  const made = element('div', 'link');
  const figure = element('div', 'figure');
  figure.append(element('span'), element('small'));
  made.append(element('h4', '', link.title), figure, element('div', 'bar'), element('div', 'words'));
  return made;
}

function showLink(target, link) {
  const [, figure, bar, text] = target.children;
  setText(figure.children[0], String(link.figure));
  setText(figure.children[1], link.rest);
  setText(text, link.words);
  setData(target, 'behind', link.behind ? 'yes' : 'no');
  setData(target, 'unknown', link.unknown ? 'yes' : 'no');
  sync(bar, link.parts.filter(([, number]) => number > 0), ([part]) => part, ([part]) => {
    const made = element('i');
    made.dataset.part = part;
    return made;
  }, (piece, [, number]) => {
    piece.style.width = Math.min(100, 100 * number / Math.max(1, link.of)) + '%';
  });
}

// Pools and nodes.

function boxes(pool, now) {
  const age = since => span((now - Date.parse(since)) / 1000);
  const nodes = pool.nodes.map(node => {
    const ours = node.pods.filter(pod => pod.executor), others = node.pods.length - ours.length;
    const from = node.closedAt ? ', closed for ' + age(node.closedAt) : ', up for ' + age(node.since);
    return {
      key: node.name, state: node.state,
      cells: ours.map(pod => pod.state).concat(Array(others).fill('other')),
      about: node.name + ' · ' + (node.zone || 'zone unknown') + ' · ' + node.state + from + ' · '
        + [ours.length ? count(ours.length, 'executor pod') : '', others ? count(others, 'other pod') : ''].filter(Boolean).join(', ').replace(/^$/, 'empty')
    };
  });
  const booting = pool.booting.map(one => ({
    key: one.id, state: 'booting', cells: [], about: one.id + ' · ' + one.zone + ' · launched ' + age(one.since) + ' ago, not joined yet'
  }));
  const listed = pool.booting.length + pool.nodes.filter(node => node.state !== 'leaving').length;
  const ordered = Array.from({length: Math.min(200, Math.max(0, (pool.desired || 0) - listed - pool.nodesNotShown))}, (_, i) => ({
    key: 'ordered-' + i, state: 'ordered', cells: [], about: 'ordered, not launched yet'
  }));
  return nodes.concat(booting, ordered);
}

function makePool(pool) {
  const made = element('article', 'pool');
  const top = element('div', 'pool-top');
  top.append(element('b', '', pool.name), element('span'), element('span', 'count'));
  made.append(top, element('div', 'strip'), element('p', 'about'));
  return made;
}

function showPool(target, pool, now) {
  const [top, strip, about] = target.children;
  setText(top.children[1], pool.type ? pool.type + ', ' + pool.min + ' to ' + pool.max : 'cannot be read');
  setText(top.children[2], pool.type
    ? words([[pool.ready, 'ready'], [pool.onTheWay, 'on the way'], [pool.draining + pool.leaving, 'going back']]) || 'no nodes' : '');
  sync(strip, boxes(pool, now), box => box.key, box => makeNode(box, about), showNode);
}

function makeNode(box, about) {
  const made = element('button', 'node');
  made.type = 'button';
  const tell = () => setText(about, made.getAttribute('aria-label'));
  made.addEventListener('focus', tell);
  made.addEventListener('mouseenter', tell);
  return made;
}

function showNode(target, box) {
  setData(target, 'state', box.state);
  if (target.getAttribute('aria-label') !== box.about) target.setAttribute('aria-label', box.about);
  const shown = box.cells.slice(0, 6);
  sync(target, shown.map((state, i) => ({state, i})), cell => cell.i, () => element('i', 'cell'), (cell, item) => setData(cell, 'state', item.state));
}

// What is held back, equal reasons together.

function groupHeld(held) {
  const groups = new Map();
  for (const one of held) {
    const key = one.kind + '|' + one.subject.split('/')[0] + '|' + (one.weight === 'alarming' ? one.subject : '');
    if (!groups.has(key)) groups.set(key, {key, kind: one.kind, weight: one.weight, subjects: [], why: one.why});
    groups.get(key).subjects.push(one.subject);
  }
  const order = ['alarming', 'notable', 'routine'];
  return [...groups.values()].sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
}

function makeHeld() {
  const made = element('li');
  made.append(element('b'), element('span'));
  return made;
}

function showHeld(target, group) {
  setData(target, 'weight', group.weight);
  const kind = group.subjects[0].split('/')[0];
  setText(target.children[0], group.subjects.length === 1 ? group.subjects[0] : count(group.subjects.length, kind));
  setText(target.children[1], group.why + (group.subjects.length > 1 ? ' (the first of them)' : ''));
}

// Decisions: T+ counts from the last time that an executor left zero.

function withStarts(decisions) {
  let start = null;
  return decisions.slice().reverse().map(entry => {
    if (entry.lines.some(line => line.kind === 'ScaleExecutor' && / from 0 to /.test(line.what))) start = Date.parse(entry.at);
    return {...entry, start};
  }).reverse();
}

function makeDecision(entry) {
  const made = element('li', 'decision');
  const time = element('time');
  time.dateTime = entry.at;
  if (entry.start !== null) time.append(element('b', '', 'T+' + since(entry)));
  time.append(element('span', '', entry.at.slice(11, 19) + 'Z'));
  const what = element('div');
  for (const group of groupLines(entry.lines)) what.append(makeAct(group));
  what.append(element('span', 'tries'));
  made.append(time, what);
  return made;
}

// What fails is tried in every tick: one entry, that counts.
function showTries(target, entry) {
  if (entry.ticks > 1) setText(target.querySelector('.tries'), entry.ticks + ' tries, last ' + entry.until.slice(11, 19) + 'Z');
}

function since(entry) {
  const seconds = (Date.parse(entry.at) - entry.start) / 1000;
  return seconds < 600 ? seconds.toFixed(1) + ' s' : Math.floor(seconds / 60) + ' min';
}

function groupLines(lines) {
  const groups = new Map();
  for (const line of lines) {
    const alone = line.kind === 'ScaleExecutor' || line.kind === 'RaiseCapacity';
    const key = alone ? line.subject + line.kind : line.kind + line.outcome;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(line);
  }
  return [...groups.values()];
}

const MANY = {Cordon: 'cordon', Uncordon: 'uncordon', Terminate: 'end', Evict: 'evict', TerminateUnjoined: 'end unjoined', Finding: 'not done for'};

function makeAct(group) {
  const first = group[0];
  const made = element('div', 'act');
  made.dataset.lowers = first.lowers ? 'yes' : 'no';
  made.dataset.outcome = first.outcome;
  const noun = first.kind === 'Evict' ? 'pod' : first.kind === 'TerminateUnjoined' ? 'instance' : 'node';
  made.append(element('b', '', group.length === 1 ? first.what : (MANY[first.kind] || first.kind) + ' ' + count(group.length, noun)));
  if (first.outcome !== 'Done') made.append(element('span', 'result', first.result));
  made.append(element('span', 'why', first.why));
  if (group.length > 1) {
    const details = element('details');
    const list = element('ul');
    for (const line of group) list.append(element('li', '', line.what));
    details.append(element('summary', '', 'all ' + group.length), list);
    made.append(details);
  }
  return made;
}

// The whole.

let received = 0;

function show(state) {
  received = performance.now();
  setData(byId('headline'), 'mood', state.mood);
  setText(byId('headline'), state.headline);
  if (!state.tick) return;
  const now = Date.parse(state.now);
  setText(byId('role'), state.role.name === 'alone' ? '' : state.role.name);
  byId('role').title = state.role.words;
  setText(byId('clock'), state.now.slice(0, 19).replace('T', ' ') + 'Z');
  setText(byId('config'), state.config.rejected.length ? 'newest config rejected' : 'config ' + state.config.generation);
  setData(byId('config'), 'ok', state.config.rejected.length ? 'no' : 'yes');
  byId('config').title = state.config.rejected.join('\n');
  sync(byId('sources'), state.sources, source => source.name, () => element('li'), (target, source) => {
    setData(target, 'ok', source.ok ? 'yes' : 'no');
    setText(target, source.ok ? source.name : source.name + (source.subject ? ' (' + source.subject + ')' : '') + ' missing for '
      + span((now - Date.parse(source.since)) / 1000));
    target.title = source.error || 'answers';
  });
  sync(byId('executors'), state.executors, executor => executor.name, makeExecutor,
    (target, executor) => sync(target.lastElementChild, links(executor), link => link.title, makeLink, showLink));
  sync(byId('pools'), state.pools, pool => pool.name, makePool, (target, pool) => showPool(target, pool, now));
  const held = groupHeld(state.held);
  sync(byId('held'), held.length ? held : [{key: 'nothing'}], group => group.key,
    group => group.key === 'nothing' ? element('li', 'nothing', 'Nothing.') : makeHeld(),
    (target, group) => group.key !== 'nothing' && showHeld(target, group));
  sync(byId('decisions'), state.decisions.length ? withStarts(state.decisions) : [{tick: 0}], entry => entry.tick + '/' + entry.start,
    entry => entry.tick ? makeDecision(entry) : element('li', 'decision nothing', 'None yet.'), showTries);
}

function beat(change) {
  received = performance.now();
  if (change.now) setText(byId('clock'), change.now.slice(0, 19).replace('T', ' ') + 'Z');
}

function showAge() {
  const age = byId('age');
  const seconds = (performance.now() - received) / 1000;
  const fresh = received > 0 && seconds < 10;
  setData(age, 'fresh', fresh ? 'yes' : 'no');
  setText(age, received === 0 ? 'connecting' : fresh ? 'live ' + seconds.toFixed(1) + ' s' : 'stalled ' + span(seconds));
}

let stream = null;

function listen() {
  if (stream) return;
  stream = new EventSource('api/stream');
  stream.addEventListener('state', event => show(JSON.parse(event.data)));
  stream.addEventListener('beat', event => beat(JSON.parse(event.data)));
}

// A hidden page needs no stream; browsers allow only six to one host.
document.addEventListener('visibilitychange', () => {
  if (document.hidden && stream) {
    stream.close();
    stream = null;
  } else if (!document.hidden) {
    listen();
  }
});
setInterval(showAge, 250);
listen();
