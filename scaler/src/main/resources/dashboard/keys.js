// Everything by keyboard, and the drawers.
const KEYS = {
  '/': () => byId('filter').focus(),
  '?': () => open('help'),
  ' ': pause,
  End: goLive,
  ArrowLeft: event => step(-1, event.shiftKey),
  ArrowRight: event => step(1, event.shiftKey),
  c: () => showConfig(),
  w: () => document.body.dataset.wall = document.body.dataset.wall === 'yes' ? 'no' : 'yes',
  t: changeTheme
};

function open(id) {
  if (!byId(id).open) byId(id).showModal();
}

function changeTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
}

async function showConfig() {
  open('config-drawer');
  try {
    const config = await ask('api/v1/config');
    setText(byId('config-verdict'), config.rejected && config.rejected.length
      ? 'The newest config is rejected; config ' + config.generation + ' stays in force.' : 'Config ' + config.generation + ' is in force.');
    setData(byId('config-verdict'), 'ok', config.rejected && config.rejected.length ? 'no' : 'yes');
    sync(byId('config-rejected'), (config.rejected || []).map((words, i) => ({words, i})), ({i}) => i, () => element('li'), (made, {words}) => setText(made, words));
    const last = (newest.decisions || []).flatMap(entry => entry.lines.map(line => ({...line, at: entry.at}))).find(line => line.kind === 'Config');
    setText(byId('config-change'), last ? clock(last.at) + ' ' + last.why : '');
    sync(byId('config-values'), Object.entries(config.values || {}), ([path]) => path, ([path]) => {
      const made = element('tr');
      const head = element('th', '', path);
      head.scope = 'row';
      made.append(head, element('td'));
      return made;
    }, (made, [, value]) => setText(made.lastElementChild, value === '' ? '–' : value));
  } catch (broken) {
    setText(byId('config-verdict'), 'The config cannot be shown: ' + broken.message);
  }
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inText = event.target.matches('input');
  if (event.key === 'Escape') {
    if (inText) {
      event.target.value = '';
      event.target.blur();
      redraw();
    } else if (!document.querySelector('dialog[open]')) {
      if (chosen) unselect();
      else if (cursor !== null) goLive();
    }
    return;
  }
  if (inText || document.querySelector('dialog[open]')) return;
  if (event.key === ' ' && event.target.matches('button, summary, a')) return; // it presses them
  if (event.key === 'End' && event.target.matches('.node')) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
}

for (const name of Object.keys(FILTERS)) {
  const chip = button('chip', '', () => {
    filter = name;
    redraw();
  });
  chip.dataset.filter = name;
  chip.append(name + ' ', element('span'));
  byId('chips').append(chip);
}
const stored = localStorage.getItem('theme');
if (stored) document.documentElement.dataset.theme = stored;
document.addEventListener('keydown', pressed);
byId('filter').addEventListener('input', redraw);
byId('headline').addEventListener('click', () => select(mostUrgent(shown)));
byId('config').addEventListener('click', showConfig);
byId('theme').addEventListener('click', changeTheme);
byId('help-button').addEventListener('click', () => open('help'));
byId('back').addEventListener('click', goLive);
byId('earlier').addEventListener('click', () => step(-1, true));
byId('later').addEventListener('click', () => step(1, true));
byId('close-why').addEventListener('click', unselect);
byId('copy').addEventListener('click', async () => {
  const words = byId('command').firstElementChild;
  try {
    await navigator.clipboard.writeText(words.textContent);
    setText(byId('copy'), 'copied');
  } catch (forbidden) {
    getSelection().selectAllChildren(words); // the browser's own copy works then
    setText(byId('copy'), 'selected');
  }
  setTimeout(() => setText(byId('copy'), 'copy'), 2000);
});
for (const close of document.querySelectorAll('.close')) close.addEventListener('click', () => close.closest('dialog').close());
byId('token').addEventListener('cancel', event => event.preventDefault()); // without a token there is nothing to go back to
byId('token-use').addEventListener('click', gotToken);
byId('token-text').addEventListener('keydown', event => event.key === 'Enter' && gotToken());
document.addEventListener('visibilitychange', () => document.hidden ? hush() : listen());
addEventListener('hashchange', followLink);
startChart();
const first = JSON.parse(byId('first').textContent || '{}');
if (first.headline) {
  newest = first;
  if (first.point) remember([first.point]);
  draw(first);
}
setInterval(showAge, 250);
setInterval(mend, 250);
setInterval(fillGap, 2000);
start();
