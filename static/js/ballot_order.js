// A ballot's own order as plain data: a list of {code, tied}, best first; tied means "level with the one above".
// Every function returns a new list and leaves the old one as it was.

function indexOf(order, code) {
  return order.findIndex((entry) => entry.code === code);
}

function headOf(order, at) {
  while (at > 0 && order[at].tied) at -= 1;
  return at;
}

function endOf(order, at) {
  while (at + 1 < order.length && order[at + 1].tied) at += 1;
  return at;
}

export function remove(order, code) {
  const at = indexOf(order, code);
  if (at < 0) return order;
  const rest = order.map((entry) => ({ ...entry }));
  const [gone] = rest.splice(at, 1);
  // Whoever was level with the removed one now leads the tie in its place.
  if (!gone.tied && at < rest.length) rest[at].tied = false;
  return rest;
}

function insert(order, code, at) {
  const entries = order.map((entry) => ({ ...entry }));
  entries.splice(at, 0, { code, tied: false });
  return entries;
}

export function add(order, code, { k }) {
  return order.length >= k || indexOf(order, code) >= 0 ? order : insert(order, code, order.length);
}

export function moveUp(order, code) {
  const at = indexOf(order, code);
  if (at <= 0) return order;
  const target = order[at].tied ? headOf(order, at) : headOf(order, at - 1);
  return insert(remove(order, code), code, target);
}

export function moveDown(order, code) {
  const at = indexOf(order, code);
  const end = endOf(order, at);
  if (at < 0 || (end === at && at === order.length - 1)) return order;
  const isInTie = order[at].tied || end > at;
  const target = isInTie ? end : endOf(order, at + 1);
  return insert(remove(order, code), code, target);
}

export function moveTo(order, code, position) {
  const rest = remove(order, code);
  let at = Math.min(Math.max(position - 1, 0), rest.length);
  if (at < rest.length) at = headOf(rest, at);
  return insert(rest, code, at);
}

export function setTied(order, code, tied) {
  const at = indexOf(order, code);
  return order.map((entry, index) => (index === at && at > 0 ? { ...entry, tied } : { ...entry }));
}

// Ties share a position and the next one counts them: 1, 2, 2, 4.
export function positions(order) {
  const found = new Map();
  order.forEach(({ code }, at) => found.set(code, headOf(order, at) + 1));
  return found;
}
