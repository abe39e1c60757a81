// A strip of nodes a pool: boxes with the job slots on them; above 50 nodes dense squares; above 500 bars.
const DENSE = 50;
const SLOTS = {b: 'busy', f: 'free', u: 'unknown', s: 'starting', l: 'leaving'};
const NODES = {
  ready: 'ready', closed: 'closed by somebody else', joining: 'joined, not complete yet', draining: 'going back', leaving: 'ending',
  booting: 'launched, not joined yet', ordered: 'ordered, not launched yet'
};

const became = node => NODES[node.state] + (node.waitsFor ? ' (' + node.waitsFor + ')' : '');

// What is left of a boot, from how long others took. Past nine in ten it is late.
function countdown(since, pool, now) {
  const gone = (now - since) / 1000;
  const left = pool.boot ? pool.boot.p50 - gone : null;
  if (gone > (pool.boot ? pool.boot.p90 : pool.deadline)) return {late: true, label: '+' + span(gone - (pool.boot ? pool.boot.p90 : pool.deadline))};
  return {late: false, label: left === null ? span(gone) : left > 0 ? span(left) : 'soon'};
}

function boxes(pool, now) {
  const nodes = pool.nodes.map(node => ({key: node.name, subject: 'node/' + node.name, state: node.state, slots: node.slots, others: node.others, node}));
  const booting = pool.booting.map(one => ({key: one.id, subject: 'pool/' + pool.name, state: 'booting', slots: {}, others: 0, booting: one}));
  const ordered = Array.from({length: Math.min(500, pool.ordered)},
    (_, i) => ({key: 'ordered-' + i, subject: 'pool/' + pool.name, state: 'ordered', slots: {}, others: 0}));
  return nodes.concat(booting, ordered).map(box => ({...box, pool, now}));
}

function about({state, node, booting, pool, now, slots, others}) {
  const age = since => span((now - Date.parse(since)) / 1000);
  if (booting) {
    const {late, label} = countdown(Date.parse(booting.since), pool, now);
    return booting.id + ', ' + booting.zone + ', launched ' + age(booting.since) + ' ago'
      + (pool.boot ? late ? ', late' : ', ' + (label === 'soon' ? 'due now' : label + ' left') + ' (usually ' + span(pool.boot.p50) + ')' : ', at most ' + span(pool.deadline));
  }
  if (!node) return NODES.ordered;
  const all = Object.values(slots).join('');
  const work = all ? count(all.length, 'job slot') + ' (' + listed(Object.entries(SLOTS).map(([letter, word]) =>
    [all.split(letter).length - 1, word === 'unknown' ? 'may be busy' : word])) + ')' : '';
  return [node.name, node.type, node.zone, became(node) + (node.closedAt ? ' for ' + age(node.closedAt) : ', up for ' + age(node.since)),
    work, others ? count(others, 'other pod') : '', work || others ? '' : 'empty'].filter(Boolean).join(', ');
}

function makePool(pool) {
  const made = element('article', 'pool');
  const top = element('div', 'pool-top');
  const name = element('div', 'pool-name');
  name.append(button('name', pool.name, () => select('pool/' + pool.name)), element('span', 'kind'));
  top.append(name, element('span', 'count'));
  const strip = element('div', 'strip');
  strip.setAttribute('role', 'group');
  strip.setAttribute('aria-label', 'Nodes of ' + pool.name);
  strip.addEventListener('keydown', walk);
  made.append(top, strip, element('p', 'about'));
  return made;
}

function showPool(target, pool, now) {
  const [top, strip, line] = target.children;
  setData(target, 'selected', selected === 'pool/' + pool.name ? 'yes' : 'no');
  setText(top.querySelector('.kind'), pool.type ? pool.type + (pool.capacity === 'spot' ? ', spot' : '') + ', ' + pool.min + ' to ' + pool.max : 'cannot be read');
  const parts = pool.type ? [[pool.ready, 'ready'], [pool.onTheWay, 'on the way'], [pool.draining + pool.leaving, 'going back']] : [];
  setText(top.querySelector('.count'), pool.type ? [pool.desired + ' desired', ...parts.filter(([number]) => number > 0).map(part => part.join(' ')), dollars(pool.dollarsPerHour) || 'price unknown'].join('\n') : '');
  const all = boxes(pool, now);
  const bars = pool.nodesNotShown > 0;
  setData(strip, 'density', bars ? 'bars' : all.length > DENSE ? 'dense' : 'boxes');
  if (bars) {
    const parts = [['ready', pool.ready], ['booting', pool.onTheWay], ['draining', pool.draining], ['leaving', pool.leaving]].filter(([, number]) => number > 0);
    const of = parts.reduce((sum, [, number]) => sum + number, 0);
    sync(strip, parts, ([state]) => 'bar-' + state, ([state]) => {
      const made = element('div', 'nodes-bar');
      made.dataset.state = state;
      return made;
    }, (bar, [, number]) => bar.style.flexGrow = String(number / of));
    setText(line, 'More than 500 nodes: only how many there are of each kind.');
    return;
  }
  sync(strip, all, box => box.key, box => makeNode(box, line), showNode);
  if (strip.firstElementChild && !strip.querySelector('[tabindex="0"]')) strip.firstElementChild.tabIndex = 0;
}

// One stop for Tab in each strip; from there the arrows.
function walk(event) {
  const step = {ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity}[event.key];
  if (!step || !event.target.matches('.node')) return;
  event.preventDefault();
  event.stopPropagation();
  const nodes = [...event.currentTarget.children];
  const to = nodes[Math.min(nodes.length - 1, Math.max(0, nodes.indexOf(event.target) + step))];
  event.target.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}

function makeNode(box, line) {
  const made = button('node');
  made.tabIndex = -1;
  const tell = () => setText(line, about(made.box));
  made.addEventListener('focus', tell);
  made.addEventListener('mouseenter', tell);
  made.addEventListener('click', () => select(made.box.subject));
  return made;
}

function showNode(target, box) {
  const ghost = box.booting ? countdown(Date.parse(box.booting.since), box.pool, box.now) : null;
  const face = [box.state, box.node && box.node.waitsFor, ghost && ghost.label, ghost && ghost.late, JSON.stringify(box.slots), box.others, selected].join();
  target.box = box;
  if (target.face === face) return;
  target.face = face;
  setData(target, 'state', box.state);
  setData(target, 'late', ghost && ghost.late ? 'yes' : 'no');
  setData(target, 'selected', selected === box.subject && box.node ? 'yes' : 'no');
  setAttribute(target, 'aria-label', about(box));
  if (ghost || box.state === 'ordered') {
    setText(target, ghost ? ghost.label : '');
    return;
  }
  const marked = selected.startsWith('executor/') ? selected.slice(9) : '';
  const cells = Object.entries(box.slots).flatMap(([executor, letters]) => [...letters].map(letter => ({state: SLOTS[letter], dim: marked && executor !== marked})))
    .concat(Array.from({length: Math.min(box.others, 12)}, () => ({state: 'other', dim: !!marked})));
  setData(target, 'busy', cells.some(cell => cell.state === 'busy' || cell.state === 'unknown') ? 'yes' : 'no');
  sync(target, cells.slice(0, 12).map((cell, i) => ({...cell, i})), cell => cell.i, () => element('i', 'cell'), (cell, {state, dim}) => {
    setData(cell, 'state', state);
    setData(cell, 'dim', dim ? 'yes' : 'no');
  });
}

function showPools(state, now) {
  sync(byId('pools'), state.pools, pool => pool.name, makePool, (target, pool) => showPool(target, pool, now));
  setText(byId('dollars'), dollars(state.dollarsPerHour) || (state.pools.length ? 'dollars an hour unknown' : ''));
  setText(byId('elsewhere'), state.nodesElsewhere ? count(state.nodesElsewhere, 'node') + ' of no pool not shown' : '');
}
