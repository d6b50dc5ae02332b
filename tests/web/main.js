// Plays all stories and walks through all pages. Ends with 1 if anything was wrong, and lists it.
const fs = require('fs');
const { chromium } = require('playwright-core');
const { Stage, demo, locked } = require('./stage');
const { Findings, control } = require('./look');
const { walk, ids } = require('./walk');
const pages = require('./pages');
const stories = require('./stories');

const CHROMIUM = process.env.SPEAN_CHROMIUM || '/usr/bin/chromium';
const PEOPLE = { maly: 'dt', visal: 'dt', sothy: 'dt', rattana: 'cmo', bopha: 'cmo' };

async function play(stage, browser, findings, folder) {
  const tell = (title, story) => stories.tell(findings, title, story);
  console.log('three nodes, and one that is locked');
  const [story, node] = await Promise.all([demo(stage), locked(stage)]);
  const bases = { cmo: story.cmo, dt: story.dt, hc: story.hc, rc: node.url };
  const states = {};
  const at = { bases, states, folder };

  console.log('stories');
  await tell('they sign in with passphrase and code', async (check) => {
    for (const [name, agency] of Object.entries(PEOPLE)) {
      states[name] = await stories.signIn(browser, bases[agency], name, story, check);
    }
  });
  const [away, offer] = await ids(browser, states.maly, `${bases.dt}/inbox`, 'r');
  const [sent] = await ids(browser, states.rattana, `${bases.cmo}/sent`, 'r');
  const [kept] = await ids(browser, states.rattana, `${bases.cmo}/cases`, 'c');
  const [person] = await ids(browser, states.sothy, `${bases.dt}/people`, 'people');
  const [peer] = await ids(browser, states.sothy, `${bases.dt}/peers`, 'peers');
  const [to] = await ids(browser, states.rattana, `${bases.cmo}/c/${kept}/refer`, `c/${kept}/refer`);
  at.ids = { person, peer, to, newcomer: story.newcomer, offer, sent, case: kept, released: offer, declined: away };

  console.log('pages');
  await walk(findings, browser, pages.BEFORE, at);
  await walk(findings, browser, pages.TRUST, at);
  await walk(findings, browser, pages.LOCKED, at);

  console.log('stories');
  let newcomer;
  await tell('a newcomer joins by invitation', async (check) => { newcomer = await stories.join(browser, bases.dt + story.newcomer, 'km', check); });
  if (newcomer) await tell('the language is changed, the page is hidden', (check) => stories.hide(newcomer, bases.dt, check));
  await tell('an offer is accepted in three taps', (check) => stories.accept(browser, bases.dt, states.maly, offer, check));
  await tell('an offer is declined with a reason', (check) => stories.decline(browser, bases.dt, states.maly, away, check));
  await tell('a case is searched in both scripts', (check) => stories.search(browser, bases.cmo, states.rattana, check));
  await tell('the keyboard finds its way', (check) => stories.keyboard(browser, bases.dt, states.maly, check));

  console.log('pages');
  await walk(findings, browser, pages.AFTER, at);

  console.log('stories');
  await tell('progress, a note, the end', (check) => stories.goOn(browser, bases.dt, states.maly, offer, check));
  await tell('the sender follows it', (check) => stories.follow(browser, bases.cmo, states.rattana, offer, check));
  await tell('a locked node is opened, its administrator comes in', (check) => stories.unlock(browser, node, check));

  console.log('pages');
  await walk(findings, browser, pages.GUESSED, at);
}

async function main() {
  const at = process.argv.indexOf('--screens');
  const folder = at < 0 ? undefined : process.argv[at + 1];
  if (folder) fs.mkdirSync(folder, { recursive: true });
  const begun = Date.now();
  const findings = new Findings();
  const stage = new Stage();
  let browser;
  try {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    for (const what of await control(browser)) findings.found('control', `a bad page passes: ${what}`);
    await play(stage, browser, findings, folder);
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
