// Why is this as it is. Of now the service answers itself, as it answers the command line. Of a tick in the past it is reasoned from the state that was kept: the
// arithmetic of what is selected, what holds it back, and until when.
let selected = ''; // kind/name
let chosen = false; // by a person
let answer = null; // the service's last one, and what was asked
let asking = false, askedAt = -Infinity;

const ASKED = ['executor', 'pool', 'node', 'pod'];
const ASK_AGAIN = 250; // ms, for the same thing: as often as the stream tells of changes
const OTHERS = 8;
const ASKED_BY_DEFAULT = 'http://127.0.0.1:8080'; // without --url

// What a person most likely asks about, as long as they have not said.
function mostUrgent(state) {
  const lost = state.sources.find(source => !source.ok);
  if (lost) return 'source/' + lost.key;
  const rank = executor => executor.heldUp ? RANK[executor.heldUp.how] : 2;
  const worst = state.executors.slice().sort((a, b) => rank(a) - rank(b))[0];
  return worst ? 'executor/' + worst.name : '';
}

function arithmetic(state, kind, name, now) {
  const age = since => span((now - Date.parse(since)) / 1000);
  if (kind === 'executor') {
    const one = state.executors.find(executor => executor.name === name);
    if (!one) return [];
    const {queue, replicas, pods, nodes} = one;
    const jobs = queue && queue.waiting + queue.due + queue.running;
    const needed = queue && Math.ceil(jobs / one.jobsPerPod);
    const bounded = queue && Math.min(one.max, Math.max(one.min, needed));
    return [
      ['jobs', queue ? queue.waiting + ' waiting + ' + queue.due + ' due + ' + queue.running + ' running' : 'cannot be read', queue ? jobs : '?'],
      ['pods', queue ? jobs + ' / ' + one.jobsPerPod + ' a pod' + (bounded !== needed ? ' = ' + needed + ', bounds ' + one.min + ' to ' + one.max : '') : 'unknown', queue ? bounded : '?'],
      ['', replicas ? [replicas.actual + ' asked for', listed([[pods.ready, 'ready'], [pods.starting, 'starting'], [pods.pending, 'without a node']])].filter(Boolean).join(': ')
        : 'the Deployment cannot be read', replicas ? replicas.wanted : '?'],
      ['nodes', listed([[nodes.ready, 'ready'], [nodes.onTheWay, 'on the way'], [nodes.draining, 'going back']]) || (nodes.pools.length ? 'none' : 'no pool fits'), nodes.wanted],
      ['', nodes.pools.join(', '), '']
    ];
  }
  if (kind === 'pool') {
    const one = state.pools.find(pool => pool.name === name);
    if (!one) return [];
    return [
      ['desired', 'bounds ' + one.min + ' to ' + one.max, one.type ? one.desired : '?'],
      ['ready', '', one.ready ?? '?'], ['on the way', listed([[one.booting.length, 'launched'], [one.ordered, 'not launched yet']]), one.onTheWay ?? '?'],
      ['going back', '', (one.draining ?? 0) + (one.leaving ?? 0)],
      ['boot', one.boot ? 'half within ' + span(one.boot.p50) + ', nine in ten within ' + span(one.boot.p90) : 'none was seen yet; at most ' + span(one.deadline), ''],
      ['machine', (one.type || 'unknown') + ', ' + one.capacity, '']
    ];
  }
  if (kind === 'node') {
    for (const pool of state.pools) {
      const one = pool.nodes.find(node => node.name === name);
      if (!one) continue;
      const pods = (one.pods || []).map(pod => pod.name + ' (' + pod.state + ')');
      return [
        ['state', became(one) + (one.closedAt ? ' for ' + age(one.closedAt) : ''), ''], ['up', age(one.since), ''],
        ['pool', pool.name, ''], ['instance', [one.instance, one.type, one.zone].filter(Boolean).join(', ') || 'none matches', ''],
        ['pods', pods.join(', ') || (one.others || Object.keys(one.slots).length ? 'not listed in a pool of this size' : 'none'), '']
      ];
    }
    return [['state', 'not there', '']];
  }
  if (kind === 'pod') {
    const pod = name.slice(name.indexOf('/') + 1);
    const at = state.pools.flatMap(pool => pool.nodes).find(node => (node.pods || []).some(one => one.name === pod));
    return at ? [['state', at.pods.find(one => one.name === pod).state, ''], ['node', at.name, '']] : [['state', 'without a node, or gone', '']];
  }
  if (kind === 'source') {
    const one = state.sources.find(source => source.key === name);
    if (!one) return [];
    return one.ok ? [['state', 'answers', '']] : [['state', 'cannot be read for ' + age(one.since) + (one.subject ? ' (' + one.subject + ')' : ''), ''], ['answer', one.error, '']];
  }
  return [];
}

// Held for it, and for what stands behind it: the pools and pods of an executor.
function heldFor(state, kind, name) {
  const subjects = new Set([kind + '/' + name]);
  const executor = kind === 'executor' && state.executors.find(one => one.name === name);
  if (executor && executor.heldUp) executor.nodes.pools.forEach(pool => subjects.add('pool/' + pool));
  const pods = executor ? 'pod/' + executor.path : '';
  return state.held.filter(one => subjects.has(one.subject) || (pods && one.subject.startsWith(pods + '-')));
}

function select(subject) {
  if (subject === 'config') {
    showConfig();
    return;
  }
  selected = subject;
  chosen = true;
  document.body.dataset.asked = 'yes';
  keepLink();
  redraw();
}

function unselect() {
  chosen = false;
  delete document.body.dataset.asked;
  keepLink();
  redraw();
}

async function askWhy(subject, tick) {
  asking = true;
  askedAt = performance.now();
  try {
    const reply = await fetch('api/v1/why?subject=' + encodeURIComponent(subject), {headers: headers({}), signal: AbortSignal.timeout(ANSWER)});
    const said = await reply.json();
    answer = reply.ok ? {...said, asked: subject} : {asked: subject, tick, sentence: said.error.message};
  } catch (silence) {
    // it is said by the age of what is shown
  } finally {
    asking = false;
    again(selected === subject ? ASK_AGAIN : 0);
  }
}

const again = ms => setTimeout(() => newest && newest.tick && cursor === null && showWhy(newest), ms);

// What the service says of it as of this tick or a little before; null: it has not answered yet.
function answered(state, kind) {
  if (cursor !== null || !ASKED.includes(kind)) return null;
  const other = !answer || answer.asked !== selected;
  if (!asking && !document.hidden && (other || (answer.tick < state.tick && performance.now() - askedAt >= ASK_AGAIN))) askWhy(selected, state.tick);
  return other ? null : answer;
}

// The chain, what is done about it in this tick, what comes next, and what to do.
function told({chain, doing, next, advice}) {
  if (!chain) return [];
  const at = next.at ? 'at ' + clock(next.at) + ', ' : '';
  return [...chain.map(row => [row.link, row.words, '']), ...doing.map(cause => ['does', cause.why, '']), ['next', at + next.words, ''], ...(advice ? [['to do', advice, '']] : [])];
}

function showWhy(state) {
  if (!chosen) selected = mostUrgent(state);
  const slash = selected.indexOf('/');
  const kind = slash < 0 ? selected : selected.slice(0, slash), name = selected.slice(slash + 1);
  const now = Date.parse(state.now);
  const said = answered(state, kind);
  setText(byId('why-subject'), selected || 'nothing');
  byId('answer').hidden = !said;
  setText(byId('answer'), said ? said.sentence : '');
  sync(byId('arithmetic'), (said ? told(said) : arithmetic(state, kind, name, now)).map((row, i) => ({row, i})), ({i}) => i, () => {
    const made = element('tr');
    const head = element('th');
    head.scope = 'row';
    made.append(head, element('td'), element('td', 'number'));
    return made;
  }, (made, {row}) => row.forEach((words, i) => setText(made.children[i], String(words))));
  const held = said ? [said.blocker, ...(said.others || []).slice(0, OTHERS)].filter(Boolean) : heldFor(state, kind, name);
  sync(byId('because'), held.length ? held : [{nothing: selected ? 'Nothing holds it back.' : ''}], one => one.nothing || one.subject + one.kind,
    one => one.nothing ? element('li', 'nothing', one.nothing) : makeReason(), (made, one) => one.nothing || showReason(made, one, now));
  const decided = folded(state.decisions).filter(act => act.lines.some(line => line.subject === selected)).slice(0, 3);
  sync(byId('decided'), decided, act => act.at + act.what, act => {
    const made = element('li');
    made.append(element('time', '', clock(act.at)), element('b', '', act.lines.find(line => line.subject === selected).what), element('span', 'why', act.why));
    return made;
  });
  byId('decided-title').hidden = !decided.length;
  byId('command').hidden = !ASKED.includes(kind);
  setText(byId('command').firstElementChild, 'executor-scaler why ' + selected + (location.origin === ASKED_BY_DEFAULT ? '' : ' --url ' + location.origin));
}

function makeReason() {
  const made = element('li', 'reason');
  made.append(element('b'), element('span', 'why'), element('dl'), element('span', 'until'));
  return made;
}

function showReason(made, one, now) {
  const [head, why, facts, until] = made.children;
  setData(made, 'weight', one.weight);
  setData(made, 'kind', one.kind);
  setText(head, title(one.kind) + (one.subject === selected ? '' : ' · ' + one.subject));
  // Of what is in the reason only lists say more than its sentence, or the same line by line.
  const lists = Object.values(one.reason || {}).filter(value => Array.isArray(value) && value.length > 1).flat();
  const told = lists.join('; ');
  setText(why, told && one.why.endsWith(told) ? one.why.slice(0, -told.length) : one.why);
  sync(facts, lists.map((fact, i) => ({fact, i})), ({i}) => i, () => element('dd'), (line, {fact}) => setText(line, String(fact)));
  const end = endOf(one.reason);
  setText(until, end && end > now ? 'until ' + clock(end) + ', in ' + span((end - now) / 1000) : '');
}
