// Plays all stories and walks through all pages. Ends with 1 if anything was wrong, and lists it.
const fs = require('fs');
const { chromium } = require('playwright-core');
const nodes = require('./stage');
const { Findings, control } = require('./look');
const { walk, ids, links } = require('./walk');
const { unseen, pagesAmongNone, finds } = require('./routes');
const pages = require('./pages');
const stories = require('./stories');
const { looked } = require('./stories/setup');

/** Without windows it takes half of the time. */
const CHROMIUM = process.env.SPEAN_CHROMIUM || ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => fs.existsSync(path));
/** Whom the walks and stories refer. */
const NAMED = 'Vichetr';
/** Whoever signs in at the beginning, and where. */
const PEOPLE = { maly: 'dt', visal: 'dt', sothy: 'dt', rattana: 'cmo', chanthou: 'cmo', bopha: 'cmo' };

/** The stage: addresses, sign-ins, and what the story of the demo left. */
async function prepare(stage, browser) {
  console.log('three nodes, one that is locked, one whose disk is full, one whose folder was copied');
  const [demo, locked, full, parted] = await Promise.all([nodes.demo, nodes.locked, nodes.full, nodes.parted].map((make) => make(stage)));
  const token = (name, ...whose) => demo.spean('dt', 'token', 'create', name, ...whose, '--role', 'social_worker', '--by', 'Sothy');
  await token('Case import', '--program', 'importer');
  await token('Night telephone', '--user', 'maly');
  const bases = { cmo: demo.cmo, dt: demo.dt, hc: demo.hc, rc: locked.url, fi: full?.url };
  return { stage, browser, bases, people: PEOPLE, states: {}, of: {}, demo, locked, full, parted };
}

/** The case of the child with this name: which one stands first in the list depends on what was told before. */
async function caseOf(browser, state, cmo, name) {
  const context = await browser.newContext({ storageState: state });
  const page = await context.newPage();
  for (const id of await ids(browser, state, `${cmo}/cases`, 'c')) {
    await page.goto(`${cmo}/c/${id}`);
    if ((await page.content()).includes(name)) {
      await context.close();
      return id;
    }
  }
  throw new Error(`no case of ${name}`);
}

/** The ids of what is there, by what the walks and stories call it. */
async function found({ browser, bases, states, demo }) {
  const [declined, offer] = await ids(browser, states.maly, `${bases.dt}/inbox`, 'r');
  const [sent] = await ids(browser, states.rattana, `${bases.cmo}/sent`, 'r');
  const kept = await caseOf(browser, states.rattana, bases.cmo, NAMED);
  const [person] = await ids(browser, states.sothy, `${bases.dt}/people`, 'people');
  const [peer] = await ids(browser, states.sothy, `${bases.dt}/peers`, 'peers');
  const [to] = await ids(browser, states.rattana, `${bases.cmo}/c/${kept}/refer`, `c/${kept}/refer`);
  const [team] = await ids(browser, states.visal, `${bases.dt}/teams`, 'teams');
  const [end] = await links(browser, states.rattana, `${bases.cmo}/c/${kept}/consent`, 'a[href$="/end"]');
  const [review] = await links(browser, states.chanthou, `${bases.cmo}/c/${kept}/consent`, 'a[href$="/review"]');
  const revoke = async (who, path) => (await links(browser, states[who], bases.dt + path, 'a[href$="/revoke"]'))[0]?.split('/').at(-2);
  const key = (await links(browser, states.sothy, `${bases.dt}/keys`, 'a[href$="/revoke"]'))[0]?.split('/').at(-2);
  const tokens = { token: await revoke('sothy', '/tokens'), own: await revoke('maly', '/settings/tokens') };
  return { person, peer, key, to, team, end, review, ...tokens, newcomer: demo.newcomer, offer, sent, case: kept, released: offer, declined };
}

async function play(stage, browser, findings, folder, only) {
  const at = await prepare(stage, browser);
  const tell = (list) => stories.tell(findings, list, at);
  const look = async (...lists) => {
    if (only) return;
    console.log('pages');
    await walk(findings, browser, lists.flat(), { ...at, folder });
  };
  await tell(stories.BEGIN);
  at.ids = await found(at);
  if (at.full) {
    await tell(stories.NO_ROOM);
    await look(pages.NO_ROOM);
  } else {
    console.log('NOT LOOKED AT: a node whose disk is full, for more is free here than any setting asks for');
  }
  await look(pages.BEFORE, pages.TRUST, pages.LOCKED);
  await tell(stories.ANSWER);
  await look(pages.AFTER);
  await tell(stories.GO_ON);
  await tell(stories.REFER);
  await tell(stories.WATCH);
  const { case: child, offer: gone, takenBack } = at.of['km phone'];
  Object.assign(at.ids, { child, gone, takenBack });
  await look(pages.LATE);
  await tell(stories.END);
  await look(pages.ENDED, pages.GUESSED);
  await tell(stories.FIRST);
  if (only) return;
  await looked(findings, at, folder);
  for (const route of unseen(findings.seen)) findings.found('routes', `no page of ${route} was looked at: it needs a line in pages.js`);
  for (const wrong of await pagesAmongNone(at.bases.dt, at.states.maly)) findings.found('routes', wrong);
}

async function main() {
  const at = process.argv.indexOf('--screens');
  const folder = at < 0 ? undefined : process.argv[at + 1];
  if (folder) fs.mkdirSync(folder, { recursive: true });
  const begun = Date.now();
  const findings = new Findings();
  const stage = new nodes.Stage();
  let browser;
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    for (const what of await control(browser)) findings.found('control', `a bad page passes: ${what}`);
    findings.check('control', 'a page that nobody looked at is not missed', finds());
    await play(stage, browser, findings, folder, process.argv.includes('--stories'));
  } catch (error) {
    findings.found('the play broke off', error.stack);
  } finally {
    await browser?.close();
    await stage.stop();
  }
  const [[first, heaviest], [next, largest]] = [findings.weights.first, findings.weights.next];
  console.log(`at most ${first} bytes with all that a page needs (${heaviest}), ${next} after that (${largest})`);
  console.log(`${findings.looks} looks at whole pages, ${findings.passed} rules of axe held, ${findings.wrong.length} wrong, ${Math.round((Date.now() - begun) / 1000)} s`);
  process.exitCode = findings.wrong.length === 0 ? 0 : 1;
}

main();
