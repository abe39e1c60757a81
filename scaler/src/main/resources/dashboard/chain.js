// One row an executor: jobs, slots, pods, nodes. The one link that holds the row up is marked, and nothing else.
const LINKS = ['jobs', 'slots', 'pods', 'nodes'];
const RANK = {blocked: 0, coming: 1};

function cells(executor) {
  const {queue, replicas, pods, nodes} = executor;
  const unknown = {have: '?', want: '', words: 'cannot be read', parts: [], of: 1};
  const jobs = queue && queue.waiting + queue.due + queue.running;
  const slots = executor.slots, busy = queue ? Math.min(queue.running, slots) : 0;
  return {
    jobs: !queue ? unknown : {
      have: jobs, want: jobs === 1 ? 'job' : 'jobs',
      words: listed([[queue.waiting, 'waiting'], [queue.due, 'due'], [queue.running, 'running']]) + (queue.oldestDue ? ', the oldest due since ' + clock(queue.oldestDue) : '')
        || 'nothing to do',
      parts: [['have', queue.running], ['coming', queue.waiting + queue.due]], of: jobs
    },
    slots: !queue || !replicas ? unknown : {
      have: busy, want: 'of ' + slots + ' busy',
      words: count(executor.jobsPerPod, 'job') + ' a pod' + (slots > busy ? ', ' + (slots - busy) + ' free' : ''),
      parts: [['have', busy], ['free', slots - busy]], of: slots
    },
    pods: !replicas ? unknown : {
      have: pods.ready, want: 'of ' + replicas.wanted,
      words: listed([[pods.starting, 'starting'], [pods.pending, 'without a node'], [pods.leaving, 'leaving'],
        [replicas.wanted - replicas.actual, 'ordered']]) || (pods.ready ? 'all ready, at most ' + executor.max : 'at most ' + executor.max),
      parts: [['have', pods.ready], ['coming', Math.max(0, replicas.wanted - pods.ready)], ['going', pods.leaving]],
      of: Math.max(replicas.wanted, pods.ready + pods.leaving)
    },
    nodes: {
      have: nodes.ready, want: 'of ' + nodes.wanted,
      words: listed([[nodes.onTheWay, 'on the way'], [nodes.draining, 'going back']]) || (nodes.pools.join(', ') || 'no pool fits'),
      parts: [['have', nodes.ready], ['coming', nodes.onTheWay], ['going', nodes.draining]],
      of: nodes.ready + nodes.onTheWay + nodes.draining
    }
  };
}

const HELD_UP = {
  jobs: {blocked: 'the queue cannot be read'},
  slots: {coming: 'waits for a slot', blocked: 'every slot is taken, and no more pods are allowed'},
  pods: {coming: 'waits for pods', blocked: 'the Deployment cannot be read'},
  nodes: {coming: 'waits for nodes', blocked: 'pods have no node, and none is coming'}
};

const BY_HAND = {hold: 'held by hand', 'hold_in': 'not lowered, by hand', 'hold_out': 'not raised, by hand', force: 'told by hand'};

function heldUp(executor) {
  const at = executor.heldUp;
  return at ? HELD_UP[at.link][at.how] || 'waits for ' + at.link : '';
}

function makeExecutor(executor) {
  const row = element('tr', 'executor');
  const name = element('th');
  name.scope = 'row';
  name.append(button('name', executor.name, () => select('executor/' + executor.name)), element('span', 'path', executor.path), element('span', 'state'));
  row.append(name);
  for (const link of LINKS) {
    const cell = element('td', 'link');
    cell.dataset.link = link;
    const figure = element('div', 'figure');
    figure.append(element('b'), ' ', element('span'));
    cell.append(element('div', 'label', link), figure, element('div', 'bar'), element('div', 'words'));
    row.append(cell);
  }
  row.addEventListener('click', event => event.target.closest('button') || select('executor/' + executor.name));
  return row;
}

function showExecutor(row, executor) {
  const values = cells(executor);
  setData(row, 'selected', selected === 'executor/' + executor.name ? 'yes' : 'no');
  const state = row.firstElementChild.lastElementChild;
  setText(state, [BY_HAND[executor.byHand] || '', heldUp(executor)].filter(Boolean).join('; '));
  setData(state, 'how', executor.heldUp ? executor.heldUp.how : '');
  for (const cell of row.querySelectorAll('.link')) {
    const {have, want, words, parts, of} = values[cell.dataset.link];
    const [, figure, bar, about] = cell.children;
    setText(figure.firstElementChild, String(have));
    setText(figure.lastElementChild, want);
    setText(about, words);
    setData(cell, 'heldUp', executor.heldUp && executor.heldUp.link === cell.dataset.link ? executor.heldUp.how : '');
    sync(bar, parts.filter(([, number]) => number > 0), ([part]) => part, ([part]) => {
      const made = element('i');
      made.dataset.part = part;
      return made;
    }, (piece, [, number]) => piece.style.width = Math.min(100, 100 * number / Math.max(1, of)) + '%');
  }
}

// What is blocked stands first; among equals the order of the config stays.
function showChain(state) {
  const rank = executor => executor.heldUp ? RANK[executor.heldUp.how] : 2;
  const rows = state.executors.map((executor, i) => ({executor, i})).sort((a, b) => rank(a.executor) - rank(b.executor) || a.i - b.i);
  sync(byId('executors'), rows, row => row.executor.name, row => makeExecutor(row.executor), (row, item) => showExecutor(row, item.executor));
}
