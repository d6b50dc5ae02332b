// What is new, on a page that is open: with JavaScript on, for without it nothing is missing but this.
const fs = require('fs');
const os = require('os');
const path = require('path');
const { SIZES } = require('../look');
const { pause } = require('../stage');

const SOON = 20_000;

/** A device with JavaScript. */
async function device({ browser, view, states }, who) {
  const context = await browser.newContext({ locale: view.lang, viewport: SIZES[view.size], storageState: states[who] });
  context.setDefaultTimeout(SOON);
  return { context, page: await context.newPage() };
}

const words = { en: { connected: 'is said here by itself', fresh: '1 new: show', gone: 'connection is lost' }, km: { connected: 'ដោយស្វ័យប្រវត្តិ', fresh: 'ថ្មី ១៖ បង្ហាញ', gone: 'ដាច់ការតភ្ជាប់' } };

/**
 * An offer comes while the inbox is open: a bar says it, nothing moves, pressing it shows the row. Then the line is cut,
 * and that is said too, until it is there again.
 */
async function live(at, check) {
  const { connected, fresh, gone } = words[at.view.lang];
  const { context, page } = await device(at, 'maly');
  const wrong = [];
  page.on('console', (message) => { if (message.type() === 'error') wrong.push(message.text()); });
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(`${at.bases.dt}/inbox`);
  const [plain, bar] = [await page.title(), page.locator('#news a')];
  const on = page.locator('[data-line=on]');
  // Polled from here: the page's policy forbids what Playwright would poll with in the page.
  for (const begun = Date.now(); !(await on.innerText()).includes(connected); await pause(100)) {
    if (Date.now() - begun > SOON) throw new Error('the page never says that it is connected');
  }
  check('a bar, and nothing is new', !(await bar.isVisible()));
  const rows = () => page.locator('main a.row').evaluateAll((all) => all.map((row) => [row.getAttribute('href'), row.getBoundingClientRect().top]));
  const before = await rows();

  const id = await offer(at);
  await bar.waitFor({ state: 'visible' });
  check(`the bar says ${await bar.innerText()}`, (await bar.innerText()) === fresh);
  check('the rows moved', JSON.stringify(await rows()) === JSON.stringify(before));
  check(`the title ${await page.title()} counts nothing`, /^\([0-9០-៩]+\) /.test(await page.title()) && (await page.title()).endsWith(plain.replace(/^\(.*?\) /, '')) && (await page.title()) !== plain);
  const box = await bar.boundingBox();
  check('the bar is small or beyond the page', box.height >= 44 && box.x >= 0 && box.x + box.width <= SIZES[at.view.size].width);
  await bar.click();
  await page.locator(`main a.row[href="/r/${id}"]`).waitFor();
  check('the bar stays', !(await bar.isVisible()));

  await context.setOffline(true);
  await page.locator('[data-line=lost]').waitFor({ state: 'visible' });
  check('the page does not say that the line is cut', (await page.locator('[data-line=lost]').innerText()).includes(gone));
  await context.setOffline(false);
  await page.locator('[data-line=lost]').waitFor({ state: 'hidden' });
  const ours = wrong.filter((text) => !/ERR_INTERNET_DISCONNECTED|net::ERR/.test(text));
  check(`the console complains: ${ours.slice(0, 2)}`, ours.length === 0);
  await context.close();
}

/** CMO adds a case by command, and offers it to DT; the beginning of the exchange's id. */
async function offer({ demo: { spean } }) {
  const cmo = async (...args) => JSON.parse(await spean('cmo', '--json', ...args));
  const file = path.join(os.tmpdir(), `sp-live-${process.pid}.json`);
  fs.writeFileSync(file, await spean('cmo', 'case', 'template'));
  const { id } = await cmo('case', 'add', file, '--by', 'Rattana').finally(() => fs.rmSync(file));
  const until = new Date(Date.now() + 100 * 24 * 3_600_000).toISOString().slice(0, 10);
  await cmo('consent', 'grant', id, '--to', 'DT', '--purpose', 'shelter', '--until', until, '--categories', 'identity',
    '--given-by', 'best_interest', '--assent', 'given', '--form', 'written', '--explained', 'all', '--language', 'km',
    '--reason', 'no caregiver can be reached', '--by', 'Rattana', '--approved-by', 'Bopha');
  const { exchange } = await cmo('refer', id, '--to', 'DT', '--service', 'shelter.transitional', '--urgency', 'high', '--purpose', 'shelter',
    '--summary', 'Needs a safe bed tonight', '--reason', 'DT knows how few children we have', '--by', 'Rattana');
  return exchange.slice(0, 20);
}

module.exports = { live };
