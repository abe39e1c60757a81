// Elements. Everything from outside is put in as text, never as markup.
const byId = id => document.getElementById(id);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawn(tag, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function button(className, text, pressed) {
  const made = element('button', className, text);
  made.type = 'button';
  if (pressed) made.addEventListener('click', pressed);
  return made;
}

// Writes only what differs: an unchanged text is not read out again, and a selection in it stays.
function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

function setData(target, name, value) {
  if (target.dataset[name] !== String(value)) target.dataset[name] = value;
}

function setAttribute(target, name, value) {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

// Makes the children of parent match items, keeping the elements (and the focus) of those that were there before. What did not change is not touched.
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
    if (update) update(child, item);
  }
  for (const child of old.values()) child.remove();
}
