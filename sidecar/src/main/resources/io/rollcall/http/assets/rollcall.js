// The behaviour of the page: it shows details, sends actions from the dialog, and reports when the sidecar is
// unreachable.
// Live changes are made by htmx: fragments of the stream replace the parts of the page with the same ids.
'use strict';

(() => {
  const by = id => document.getElementById(id);

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
  document.body.addEventListener('htmx:sseError', async () => {
    showOffline();
    // After its 12 hours the login has ended, which looks the same: the page is reloaded, as the form of the login.
    const answer = await fetch(location.href, {method: 'HEAD'}).catch(() => null);
    if (answer && answer.status === 401) location.reload();
  });
  document.body.addEventListener('htmx:sseBeforeMessage', showOnline);
  document.body.addEventListener('htmx:sseMessage', showOnline);
  setInterval(() => { if (Date.now() - lastEvent > 15000) showOffline(); }, 1000);

  // ---- no change while a button is pressed: a click on an element that is replaced meanwhile would be lost

  const LONGEST_PRESS = 10000;
  let pressedAt = 0;
  const held = [];

  function whenReleased(change) {
    if (Date.now() - pressedAt < LONGEST_PRESS) held.push(change); else change();
  }

  function release() {
    pressedAt = 0;
    for (const change of held.splice(0)) change();
  }

  function press() {
    pressedAt = Date.now();
    setTimeout(() => { if (Date.now() - pressedAt >= LONGEST_PRESS) release(); }, LONGEST_PRESS);
  }

  addEventListener('pointerdown', press);
  addEventListener('keydown', event => { if (event.key === ' ' && !event.repeat) press(); });
  // the click comes after these events
  for (const type of ['pointerup', 'pointercancel', 'keyup', 'blur']) addEventListener(type, () => setTimeout(release));

  // The source of the extension for server-sent events, which makes this call when it starts.
  htmx.createEventSource = url => {
    const source = new EventSource(url);
    const heldOf = listener => listener.held ??= event => whenReleased(() => listener(event));
    const {addEventListener, removeEventListener} = source;
    source.addEventListener = (type, listener) => addEventListener.call(source, type, heldOf(listener));
    source.removeEventListener = (type, listener) => removeEventListener.call(source, type, heldOf(listener));
    return source;
  };

  // The new pool that was requested before; it is requested again.
  document.body.addEventListener('htmx:beforeSwap', event => {
    const pool = event.detail.target;
    if (pressedAt === 0 || !pool.matches('.pool')) return;
    event.detail.shouldSwap = false;
    whenReleased(() => htmx.trigger(pool, 'sse:' + pool.id));
  });

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

  // ---- details in a row

  const opened = new Map();

  function showDetails(row) {
    const link = row.querySelector('a[data-details]');
    const details = document.createElement('tr');
    const cell = details.insertCell();
    details.id = 'details-' + row.id;
    details.className = 'more-of';
    cell.colSpan = row.cells.length;
    cell.setAttribute('hx-get', link.getAttribute('href'));
    cell.setAttribute('hx-select', '#details');
    cell.setAttribute('hx-trigger', 'load, every 2s');
    cell.setAttribute('hx-target', 'this');
    cell.setAttribute('hx-swap', 'innerHTML');
    row.after(details);
    htmx.process(details);
  }

  function syncDetails() {
    for (const link of document.querySelectorAll('a[data-details]')) {
      const id = link.dataset.details;
      const details = by('details-' + id);
      link.setAttribute('aria-expanded', opened.has(id));
      if (opened.has(id) && !details) showDetails(by(id));
      if (!opened.has(id) && details) details.remove();
    }
  }

  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-details]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const id = link.dataset.details;
    if (!opened.delete(id)) opened.set(id, true);
    syncDetails();
  });

  document.body.addEventListener('htmx:afterSettle', syncDetails);
  document.body.addEventListener('htmx:oobAfterSwap', syncDetails);
  syncDetails();

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
    by('manage-reason').value = '';
    by('manage-end').value = '';
    showTerms();
    token.value = sessionStorage.getItem('rollcall-token') || '';
    say('', '');
    dialog.showModal();
  }

  by('manage-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => { const opener = by(about.opener); if (opener) opener.focus(); });

  by('manage-weight').addEventListener('input', () => { form.elements.do.value = 'weight'; showTerms(); });
  by('manage-choice').addEventListener('change', showTerms);

  // A weight and the way back have no reason and no end.
  function showTerms() {
    by('manage-terms').hidden = ['weight', 'intent'].includes(form.elements.do.value);
  }

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
    return what === 'intent' ? ['DELETE', about.path + what] : ['POST', about.path + what, terms()];
  }

  // Why, and until when; undefined where nothing was said.
  function terms() {
    const reason = by('manage-reason').value.trim() || undefined;
    const minutes = by('manage-end').value;
    const until = minutes ? new Date(Date.now() + minutes * 60000).toISOString() : undefined;
    return reason || until ? JSON.stringify({reason, until}) : undefined;
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
})();
