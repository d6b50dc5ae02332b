// Plays all stories and walks through all pages. Ends with 1 if anything was wrong, and lists it.
const fs = require('fs');
const { chromium } = require('playwright-core');
const nodes = require('./stage');
const { Findings, control } = require('./look');
const { walk, ids } = require('./walk');
const pages = require('./pages');
const stories = require('./stories');
const { looked } = require('./stories/setup');

const CHROMIUM = process.env.SPEAN_CHROMIUM || '/usr/bin/chromium';
/** Whoever signs in at the beginning, and where. */
const PEOPLE = { maly: 'dt', visal: 'dt', sothy: 'dt', rattana: 'cmo', chanthou: 'cmo', bopha: 'cmo' };

/** The stage: addresses, sign-ins, and what the story of the demo left. */
async function prepare(stage, browser) {
  console.log('three nodes, and one that is locked');
  const [demo, locked] = await Promise.all([nodes.demo(stage), nodes.locked(stage)]);
  const bases = { cmo: demo.cmo, dt: demo.dt, hc: demo.hc, rc: locked.url };
  return { stage, browser, bases, people: PEOPLE, states: {}, of: {}, demo, locked };
}

/** The ids of what is there, by what the walks and stories call it. */
async function found({ browser, bases, states, demo }) {
  const [declined, offer] = await ids(browser, states.maly, `${bases.dt}/inbox`, 'r');
  const [sent] = await ids(browser, states.rattana, `${bases.cmo}/sent`, 'r');
  const [kept] = await ids(browser, states.rattana, `${bases.cmo}/cases`, 'c');
  const [person] = await ids(browser, states.sothy, `${bases.dt}/people`, 'people');
  const [peer] = await ids(browser, states.sothy, `${bases.dt}/peers`, 'peers');
  const [to] = await ids(browser, states.rattana, `${bases.cmo}/c/${kept}/refer`, `c/${kept}/refer`);
  const [team] = await ids(browser, states.visal, `${bases.dt}/teams`, 'teams');
  return { person, peer, to, team, newcomer: demo.newcomer, offer, sent, case: kept, released: offer, declined };
}

async function play(stage, browser, findings, folder, only) {
  const at = await prepare(stage, browser);
  const tell = (list) => stories.tell(findings, list, at);
  const look = async (...lists) => {
    if (only) return;
    console.log('pages');
    for (const list of lists) await walk(findings, browser, list, { ...at, folder });
  };
  await tell(stories.BEGIN);
  at.ids = await found(at);
  await look(pages.BEFORE, pages.TRUST, pages.LOCKED);
  await tell(stories.ANSWER);
  await look(pages.AFTER);
  await tell(stories.GO_ON);
  await tell(stories.REFER);
  await tell(stories.WATCH);
  await tell(stories.END);
  await look(pages.GUESSED);
  await tell(stories.FIRST);
  if (!only) await looked(findings, at, folder);
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
    await play(stage, browser, findings, folder, process.argv.includes('--stories'));
  } catch (error) {
    findings.found('the play broke off', error.stack);
  } finally {
    await browser?.close();
    await stage.stop();
  }
  console.log(`${findings.looks} looks, ${findings.passed} rules of axe held, ${findings.wrong.length} wrong, ${Math.round((Date.now() - begun) / 1000)} s`);
  process.exitCode = findings.wrong.length === 0 ? 0 : 1;
}

main();
