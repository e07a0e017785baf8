// What every page needs: ages that go on, commands that can be copied, and times in the zone of the browser or in UTC.
// The others use what is in window.rollcall.
'use strict';

(() => {
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

  // ---- copy a command

  // The clipboard API exists only on HTTPS and on this machine; elsewhere a selection is copied.
  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return true;
    }
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'unseen';
    document.body.append(area);
    area.select();
    const copied = document.execCommand('copy');
    area.remove();
    return copied;
  }

  document.addEventListener('click', async event => {
    const button = event.target.closest('button[data-copy]');
    if (!button) return;
    const label = button.dataset.label || (button.dataset.label = button.textContent);
    const copied = await copy(button.dataset.copy).catch(() => false);
    button.textContent = copied ? 'Copied' : 'Select and copy';
    button.focus();
    setTimeout(() => { button.textContent = label; }, 2000);
  });

  // ---- times in the zone of the browser, or in UTC

  // The same order of year, month and day, and 24 hours, whatever the language: such times are compared with logs.
  const parts = new Intl.DateTimeFormat('en', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    hourCycle: 'h23', timeZoneName: 'short',
  });

  function local(at) {
    const p = Object.fromEntries(parts.formatToParts(at).map(part => [part.type, part.value]));
    return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second} ${p.timeZoneName}`;
  }

  let utc = false;

  // A browser may forbid to store anything: the switch then works until the page is left.
  try {
    utc = localStorage.getItem('rollcall-utc') === '1';
  } catch (e) {
    // the zone of the browser
  }

  function switchTimes() {
    utc = !utc;
    try {
      localStorage.setItem('rollcall-utc', utc ? '1' : '0');
    } catch (e) {
      // not stored
    }
    showTimes();
  }

  function showTimes() {
    for (const time of document.querySelectorAll('time[data-at]')) {
      const text = utc
        ? time.dateTime.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')
        : local(new Date(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
    for (const button of document.querySelectorAll('button.utc')) button.setAttribute('aria-pressed', utc);
  }

  document.addEventListener('click', event => {
    if (event.target.closest('button.utc')) switchTimes();
  });

  document.addEventListener('htmx:oobAfterSwap', showTimes);
  document.addEventListener('htmx:afterSettle', showTimes);
  showTimes();

  window.rollcall = {inUtc: () => utc};

  const server = Date.parse(document.documentElement.dataset.now || '');
  if (!Number.isNaN(server)) ahead = Date.now() - server;
})();
