// Keeps the page as it is: pieces that the server sends replace the ones before. Forms ask for what
// they ask for without it, too.
'use strict';

const root = document.documentElement;
const page = document.body;
const at = (id) => document.getElementById(id);
root.classList.add('scripted');

// Pieces are HTML of our own server, in which everything foreign is escaped.
function put(id, html) {
  const place = at(id);
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const open = [...place.querySelectorAll('details[open][id]')].map((it) => it.id);
  place.innerHTML = html;
  open.map(at).forEach((it) => { if (it) it.open = true; });
  const titled = place.querySelector('[data-title]');
  if (titled) document.title = titled.dataset.title;
  if (focused) (focused.id && at(focused.id) || place).focus();
  at('go').disabled = Boolean(document.querySelector('[data-under-way]'));
}

function tell(text) {
  const notice = at('notice');
  notice.textContent = text;
  notice.hidden = !text;
}

let stream = null;
let silence = 0;

function listen() {
  if (stream || document.hidden) return;
  stream = new EventSource('events');
  for (const id of ['readers', 'run', 'report', 'take']) {
    stream.addEventListener(id, (event) => put(id, event.data));
  }
  stream.addEventListener('said', (event) => { at('said').textContent = event.data; });
  stream.onopen = () => { clearTimeout(silence); silence = 0; tell(''); };
  stream.onerror = () => {
    if (!silence) silence = setTimeout(() => tell(page.dataset.lost), 3000);
    // a browser that gives up is made to try again
    if (stream && stream.readyState === EventSource.CLOSED) {
      leave();
      setTimeout(listen, 2000);
    }
  };
}

function leave() {
  if (stream) stream.close();
  stream = null;
}

// Browsers allow six connections to a site: a page that nobody sees takes none.
document.addEventListener('visibilitychange', () => (document.hidden ? leave() : listen()));
addEventListener('pagehide', leave);
addEventListener('pageshow', listen);

async function ask(action, body) {
  try {
    const answer = await fetch(action, { method: 'POST', headers: { 'X-Tomcheck-Script': '1' }, body });
    const text = await answer.text();
    tell(answer.ok ? '' : text);
    return answer.ok ? text : null;
  } catch {
    tell(page.dataset.lost);
    return null;
  }
}

async function read(file) {
  if (!file) return;
  if (file.size > Number(page.dataset.mostBytes)) {
    tell(page.dataset.tooLong);
    return;
  }
  const form = new FormData();
  form.append('file', file);
  const said = await ask('file', form);
  if (said !== null) {
    put('dropped', said);
    at('dropped').focus();
  }
}

document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.id === 'reading') {
    read(at('file').files[0]);
    return;
  }
  const fields = new URLSearchParams(new FormData(form));
  const pressed = event.submitter;
  if (pressed && pressed.name) fields.set(pressed.name, pressed.value);
  const code = form.querySelector('[type=password]');
  if (code) code.value = '';
  ask(form.getAttribute('action'), fields);
});

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const text = at(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.value);
    at('said').textContent = page.dataset.copied;
    button.textContent = page.dataset.copied;
  } catch {
    text.focus();
    text.select();
  }
});

const brings = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
addEventListener('dragover', (event) => {
  if (!brings(event)) return;
  event.preventDefault();
  root.classList.add('dropping');
});
addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) root.classList.remove('dropping');
});
addEventListener('drop', (event) => {
  if (!brings(event)) return;
  event.preventDefault();
  root.classList.remove('dropping');
  read(event.dataTransfer.files[0]);
});

listen();
