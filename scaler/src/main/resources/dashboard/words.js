// Numbers and times in words.
const count = (number, noun) => number + ' ' + noun + (number === 1 ? '' : 's');

const listed = pairs => pairs.filter(([number]) => number > 0).map(([number, word]) => number + ' ' + word).join(', ');

function span(seconds) {
  if (seconds < 90) return Math.round(seconds) + ' s';
  if (seconds < 5400) return Math.round(seconds / 60) + ' min';
  if (seconds < 172800) return Math.round(seconds / 360) / 10 + ' h';
  return Math.round(seconds / 86400) + ' days';
}

const dollars = hourly => hourly === undefined ? '' : '$' + hourly.toFixed(2) + ' an hour';

const clock = time => new Date(time).toISOString().slice(11, 19) + 'Z';

// PoolAtMax: Pool at max
const title = kind => kind.replace(/([a-z])([A-Z])/g, (_, a, b) => a + ' ' + b.toLowerCase());

// When this reason ends by itself, in ms: its end, or its beginning and its length. null: it does not say.
function endOf(reason) {
  if (!reason) return null;
  const end = reason.until || reason.end || reason.by;
  if (end) return Date.parse(end) || null;
  const start = Date.parse(reason.since || reason.createdAt || reason.launchedAt);
  const length = Object.entries(reason).find(([name, value]) => name.endsWith('Seconds') && typeof value === 'number');
  return start && length ? start + length[1] * 1000 : null;
}
