// Decisions, newest first: what, why, and what came of it. Equal ones that follow each other are one entry that counts.
const GLYPHS = {
  ScaleExecutor: ['▲', '▼'], RaiseCapacity: ['◆', '◆'], CancelLaunches: ['◇', '◇'], Terminate: ['■', '■'], TerminateUnjoined: ['■', '■'],
  Cordon: ['◧', '◧'], Uncordon: ['□', '□'], Evict: ['↷', '↷'], Nominate: ['→', '→'], SetDeletionCost: ['◔', '◔'], Protect: ['◉', '◉'], Unprotect: ['◎', '◎'],
  SuspendTerminate: ['‖', '‖'], ResumeTerminate: ['▸', '▸'], MarkNode: ['✚', '✚'], DeleteNode: ['✖', '✖'], Announce: ['⚑', '⚑'], Acknowledge: ['✓', '✓'],
  ExtendHook: ['◷', '◷'], CompleteHook: ['◶', '◶'], Finding: ['✕', '✕'], Config: ['✎', '✎'], ConfigRejected: ['✎', '✎'], SourceLost: ['○', '○'], SourceBack: ['●', '●']
};
const MANY = {Cordon: 'cordon', Uncordon: 'uncordon', Terminate: 'end', Evict: 'evict', TerminateUnjoined: 'end unjoined', Finding: 'not done for', SetDeletionCost: 'mark', Nominate: 'nominate nodes for'};
const NOUN = {Evict: 'pod', TerminateUnjoined: 'instance', SetDeletionCost: 'pod', Nominate: 'pod', Finding: 'thing'};
const FAILED = new Set(['Failed', 'Refused', 'Rejected', 'Stale']);
const BAD = new Set(['ConfigRejected', 'SourceLost', 'Finding']);
const FILTERS = {
  all: () => true,
  up: act => !act.lowers && act.outcome !== 'Seen',
  down: act => act.lowers,
  failed: act => FAILED.has(act.outcome) || BAD.has(act.kind),
  config: act => act.kind.startsWith('Config'),
  sources: act => act.kind.startsWith('Source')
};
let filter = 'all';

const glyph = (kind, lowers) => (GLYPHS[kind] || ['•', '•'])[lowers ? 1 : 0];

// One act a kind and outcome of a tick; what counts by its numbers stays alone.
function acts(entry) {
  const groups = new Map();
  for (const line of entry.lines) {
    const alone = !MANY[line.kind];
    const key = alone ? line.subject + line.kind : line.kind + line.outcome + line.lowers;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(line);
  }
  return [...groups.entries()].map(([key, lines]) => ({
    key, lines, ...lines[0], tick: entry.tick, at: entry.at, until: entry.until, times: entry.ticks,
    what: lines.length === 1 ? lines[0].what : MANY[lines[0].kind] + ' ' + count(lines.length, NOUN[lines[0].kind] || 'node')
  }));
}

// The newest first. A repetition stands where its newest is.
function folded(decisions) {
  const all = [];
  for (const act of decisions.flatMap(acts)) {
    const last = all.findLast(one => one.key === act.key);
    if (last && last.what === act.what && last.why === act.why && last.outcome === act.outcome) {
      last.times += act.times;
      last.at = act.at;
    } else {
      all.push(act);
    }
  }
  return all;
}

function makeAct(act) {
  const made = element('li', 'act');
  const sign = element('span', 'glyph', glyph(act.kind, act.lowers));
  sign.setAttribute('aria-hidden', 'true');
  const time = button('time', clock(act.until), () => travel(act.tick));
  time.title = 'show the page as it was then';
  const body = element('div', 'body');
  body.append(element('b', 'what', act.what), element('span', 'times'), element('span', 'result', act.outcome === 'Done' || act.outcome === 'Seen' ? '' : act.result),
    element('span', 'why', act.why));
  if (act.lines.length > 1) {
    const details = element('details');
    const list = element('ul');
    for (const line of act.lines) list.append(element('li', '', line.what));
    details.append(element('summary', '', 'all ' + act.lines.length), list);
    body.append(details);
  }
  const ask = button('ask', 'why?', () => select(act.subject));
  ask.setAttribute('aria-label', 'why ' + act.subject);
  made.append(time, sign, body, ask);
  return made;
}

function showAct(made, act) {
  setData(made, 'lowers', act.lowers ? 'yes' : 'no');
  setData(made, 'outcome', act.outcome);
  setData(made, 'bad', BAD.has(act.kind) || act.outcome === 'Failed' || act.outcome === 'Refused' ? 'yes' : 'no');
  setText(made.querySelector('.time'), clock(act.until));
  setText(made.querySelector('.times'), act.times > 1 ? '×' + act.times + ' since ' + clock(act.at) : '');
}

function showDecisions(state) {
  const all = folded(state.decisions);
  const words = byId('filter').value.trim().toLowerCase();
  const said = act => !words || (act.what + ' ' + act.why + ' ' + act.subject + ' ' + act.result).toLowerCase().includes(words);
  for (const chip of byId('chips').children) {
    const number = all.filter(act => FILTERS[chip.dataset.filter](act) && said(act)).length;
    setText(chip.lastElementChild, String(number));
    setAttribute(chip, 'aria-pressed', String(chip.dataset.filter === filter));
  }
  const shownActs = all.filter(act => FILTERS[filter](act) && said(act));
  const none = {nothing: all.length ? 'Nothing of this kind among the last ' + count(all.length, 'decision') + '.' : 'None yet.'};
  sync(byId('decisions'), shownActs.length ? shownActs : [none], act => act.nothing || act.at + act.key + act.what,
    act => act.nothing ? element('li', 'nothing', act.nothing) : makeAct(act), (made, act) => act.nothing || showAct(made, act));
}

// What is held back, equal reasons together, what needs a person first.
function showHeld(state) {
  const groups = new Map();
  for (const one of state.held) {
    const key = one.kind + '|' + one.subject.split('/')[0] + '|' + (one.weight === 'alarming' ? one.subject : '');
    if (!groups.has(key)) groups.set(key, {...one, key, subjects: []});
    groups.get(key).subjects.push(one.subject);
  }
  const order = ['alarming', 'notable', 'routine'];
  const held = [...groups.values()].sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
  sync(byId('held'), held.length ? held : [{key: 'nothing'}], group => group.key,
    group => group.key === 'nothing' ? element('li', 'nothing', 'Nothing.') : makeHeld(), (made, group) => group.key === 'nothing' || showHeldGroup(made, group));
}

const WEIGHTS = {alarming: '▲ needs somebody', notable: '■', routine: '○'};

function makeHeld() {
  const made = element('li', 'held');
  made.append(button('name', '', () => select(made.subject)), element('span', 'why'));
  return made;
}

function showHeldGroup(made, group) {
  made.subject = group.subjects[0];
  setData(made, 'weight', group.weight);
  setData(made, 'kind', group.kind);
  setText(made.firstElementChild, group.subjects.length === 1 ? group.subjects[0] : count(group.subjects.length, group.subjects[0].split('/')[0]));
  setAttribute(made.firstElementChild, 'aria-label', WEIGHTS[group.weight] + ', ' + made.firstElementChild.textContent);
  setText(made.lastElementChild, group.why + (group.subjects.length > 1 ? ' (the first of them)' : ''));
}
