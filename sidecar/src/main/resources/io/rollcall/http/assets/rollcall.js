// The behaviour of the page: it counts ages, sends actions from the dialog, and reports when the sidecar is unreachable.
// Live changes are made by htmx: fragments of the stream replace the parts of the page with the same ids.
'use strict';

(() => {
  const by = id => document.getElementById(id);
  document.documentElement.classList.add('js');

  // ---- ages

  const units = [[86400, 'd'], [3600, 'h'], [60, 'min']];

  function age(seconds) {
    const unit = units.find(([size]) => seconds >= size);
    return unit ? Math.floor(seconds / unit[0]) + ' ' + unit[1] : Math.max(0, Math.floor(seconds)) + ' s';
  }

  // Ages are counted by the sidecar's clock: the clock of the browser's machine may be wrong.
  let ahead = 0;

  function tick() {
    for (const time of document.querySelectorAll('time[data-age]')) {
      const text = age((Date.now() - ahead - Date.parse(time.dateTime)) / 1000);
      if (time.textContent !== text) time.textContent = text;
    }
  }

  setInterval(tick, 1000);

  // ---- the stream

  const offline = by('offline');
  let lastEvent = Date.now();

  function showOffline() {
    if (!offline.hidden) return;
    offline.textContent = 'Sidecar unreachable since ' + new Date(lastEvent).toLocaleTimeString()
      + '. This page shows the last known state.';
    offline.hidden = false;
    document.body.classList.add('old');
  }

  function showOnline() {
    lastEvent = Date.now();
    offline.hidden = true;
    document.body.classList.remove('old');
  }

  document.body.addEventListener('htmx:sseOpen', showOnline);
  document.body.addEventListener('htmx:sseError', showOffline);
  document.body.addEventListener('htmx:sseBeforeMessage', showOnline);
  document.body.addEventListener('htmx:sseMessage', showOnline);
  setInterval(() => { if (Date.now() - lastEvent > 15000) showOffline(); }, 1000);

  // Drops the fragments of rows that are not in the page, because they are filtered out or hidden.
  htmx.defineExtension('shown', {
    transformResponse(text, xhr) {
      if (xhr) return text;
      const parts = document.createElement('template');
      parts.innerHTML = text;
      for (const part of [...parts.content.children]) {
        const shown = part.content ? part.content.firstElementChild : part;
        if (!by(shown.id)) part.remove();
      }
      return parts.innerHTML;
    },
  });

  // ---- folded pools stay folded

  const folded = new Set();

  document.addEventListener('toggle', event => {
    const pool = event.target.dataset && event.target.dataset.fold;
    if (pool === undefined) return;
    if (event.target.open) folded.delete(pool); else folded.add(pool);
  }, true);

  document.body.addEventListener('htmx:afterSettle', () => {
    for (const pool of document.querySelectorAll('details[data-fold]')) {
      if (folded.has(pool.dataset.fold)) pool.open = false;
    }
  });

  // ---- actions

  const dialog = by('manage');
  const form = by('manage-form');
  const result = by('manage-result');
  const token = by('manage-token');
  let about = null;

  const texts = {
    balancer: ['Resync now', 'Reads the member list and all slots now.'],
    pool: ['Release the hold', 'Removes the members whose removal is held now.'],
  };

  document.addEventListener('click', event => {
    const button = event.target.closest('button[data-scope]');
    if (button) open(button);
  });

  function open(button) {
    about = {...button.dataset, opener: button.id};
    const [title, text] = about.scope === 'member'
      ? [about.shown, about.state + ' in ' + about.pool]
      : texts[about.scope];
    by('manage-title').textContent = title;
    by('manage-text').textContent = text;
    by('manage-choice').hidden = about.scope !== 'member';
    by('manage-choice').disabled = about.scope !== 'member';
    token.value = sessionStorage.getItem('rollcall-token') || '';
    say('', '');
    dialog.showModal();
  }

  by('manage-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => { const opener = by(about.opener); if (opener) opener.focus(); });

  by('manage-weight').addEventListener('input', () => { form.elements.do.value = 'weight'; });

  form.addEventListener('submit', event => {
    event.preventDefault();
    send(request());
  });

  function request() {
    if (about.scope !== 'member') return ['POST', about.path];
    const what = form.elements.do.value;
    if (what === 'weight') {
      return ['PUT', about.path + 'weight', JSON.stringify({weight: by('manage-weight').valueAsNumber})];
    }
    return [what === 'intent' ? 'DELETE' : 'POST', about.path + what];
  }

  async function send([method, path, body]) {
    by('manage-do').disabled = true;
    say('', 'Sending …');
    try {
      const answer = await fetch(path, {method, body, headers: {Authorization: 'Bearer ' + token.value}});
      const reply = await answer.json();
      if (answer.ok) {
        sessionStorage.setItem('rollcall-token', token.value);
        say('good', 'Accepted. The page will show the result.');
      } else {
        if (answer.status === 401) sessionStorage.removeItem('rollcall-token');
        say('bad', reply.detail);
      }
    } catch (e) {
      say('bad', 'Sidecar unreachable. Try again.');
    }
    by('manage-do').disabled = false;
  }

  function say(kind, text) {
    result.className = kind;
    result.textContent = text;
  }

  const server = Date.parse(document.documentElement.dataset.now || '');
  if (!Number.isNaN(server)) ahead = Date.now() - server;
})();
