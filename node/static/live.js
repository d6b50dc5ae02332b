// Says on an open page what is new: how much waits, that something came, that the connection is lost. Numbers and
// words come ready from the server; nothing on the page moves until its person presses the bar.
'use strict';
(() => {
  const news = document.getElementById('news');
  if (!news || !window.EventSource) return;

  const FIRST_WAIT = 5_000;
  const LONGEST_WAIT = 60_000;
  /** The server says something at least every 25 seconds. */
  const SILENCE = 60_000;

  const bar = news.querySelector('a');
  const title = document.title;
  let stream = null;
  let wait = FIRST_WAIT;
  let again = 0;
  let silence = 0;
  let fresh = null;
  /** The session has ended: nothing is asked any more. */
  let over = false;

  /** Which of the sentences at the page's foot is read: on, lost, over, elsewhere. */
  function line(state) {
    for (const text of document.querySelectorAll('[data-line]')) {
      if (text.dataset.line !== 'on') text.hidden = text.dataset.line !== state;
    }
  }

  function foot(text) {
    const on = document.querySelector('[data-line=on]');
    if (on && text) on.textContent = text;
  }

  /** How much waits at a place of the menu. */
  function count(place, number) {
    const link = document.querySelector(`.places a[href="/${place}"]`);
    if (!link) return;
    link.querySelector('.count')?.remove();
    if (!number) return;
    const badge = document.createElement('span');
    badge.className = 'count num';
    badge.textContent = number;
    const what = document.createElement('span');
    what.className = 'unseen';
    what.textContent = ` ${news.dataset.waiting}`;
    badge.append(what);
    link.append(badge);
  }

  function told(said) {
    for (const [place, number] of Object.entries(said.counts)) count(place, number);
    document.title = said.title + title;
    if (bar.textContent !== said.bar) bar.textContent = said.bar;
    bar.hidden = !said.bar;
    foot(said.foot);
    if (fresh !== null && said.fresh > fresh && 'sound' in news.dataset) chime();
    fresh = said.fresh;
  }

  function listen() {
    close();
    if (over) return;
    stream = new EventSource(news.dataset.from);
    const heard = (act) => (event) => {
      wait = FIRST_WAIT;
      expect();
      line('on');
      act(event.data);
    };
    const last = (state) => () => {
      over = state === 'over';
      close();
      line(state);
    };
    stream.addEventListener('news', heard((data) => told(JSON.parse(data))));
    stream.addEventListener('beat', heard((data) => foot(JSON.parse(data))));
    stream.addEventListener('over', last('over'));
    stream.addEventListener('elsewhere', last('elsewhere'));
    stream.addEventListener('error', lost);
    expect();
  }

  /** A line that was cut says nothing of it. */
  function expect() {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENCE);
  }

  function lost() {
    close();
    line('lost');
    again = setTimeout(listen, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function close() {
    clearTimeout(silence);
    clearTimeout(again);
    stream?.close();
    stream = null;
  }

  /** Two short notes. Browsers let a page sound only once somebody clicked on it. */
  let audio = null;
  function chime() {
    if (!window.AudioContext) return;
    audio ??= new AudioContext();
    audio.resume().then(() => {
      [[660, 0], [880, 0.14]].forEach(([pitch, after]) => {
        const at = audio.currentTime + after;
        const [tone, loud] = [audio.createOscillator(), audio.createGain()];
        tone.frequency.value = pitch;
        loud.gain.setValueAtTime(0.0001, at);
        loud.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
        loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
        tone.connect(loud).connect(audio.destination);
        tone.start(at);
        tone.stop(at + 0.3);
      });
    }, () => {});
  }

  const hear = document.getElementById('hear');
  if (hear && window.AudioContext) {
    hear.hidden = false;
    hear.addEventListener('click', chime);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && !stream) listen();
  });
  window.addEventListener('offline', lost);
  window.addEventListener('online', () => {
    if (!stream) listen();
  });
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) listen();
  });
  listen();
})();
