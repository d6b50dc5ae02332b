// What every story does with its hands: a device, the page's one button, boxes, waiting for what comes by itself.
const { SIZES } = require('../look');
const { pause } = require('../stage');

const SOON = 20_000;

/**
 * The device of `who` (or of nobody), without JavaScript: as wide, and in the language, as the story is told (`at.view`).
 * Its story closes `context`.
 */
async function device({ browser, view, states }, who) {
  const context = await browser.newContext({ locale: view.lang, viewport: SIZES[view.size], javaScriptEnabled: false, storageState: states[who] });
  context.setDefaultTimeout(SOON);
  return { context, page: wholePages(await context.newPage()) };
}

/** By itself a click ends when the page that it leads to begins: what that page holds is counted when it is there whole. */
function wholePages(page) {
  const frame = page.mainFrame();
  const click = frame.click.bind(frame);
  frame.click = async (...asked) => {
    await click(...asked);
    await page.waitForLoadState('domcontentloaded');
  };
  return page;
}

const heading = (page) => page.locator('h1').innerText();
const main = (page) => page.locator('main').innerText();
const first = (page) => page.locator('main .button.first');
const told = async (page) => (await page.locator('.banner.good').count()) === 1;
const has = async (page, selector) => (await page.locator(selector).count()) > 0;
/** Whether the page came back with a fault at this box. */
const asksFor = (page, id) => has(page, `#faults a[href="#${id}"]`);
/** Whether somebody is signed in: only they have places to go to. */
const isIn = (page) => has(page, 'nav.places');
/** What the page says is wrong, for whoever reads why a story ended badly. */
const faults = async (page) => `${page.url()} ${(await page.locator('#faults').allInnerTexts()).join(' ')}`;

/** The box of this name; names have points in them. */
const box = (page, name) => page.locator(`main [name="${name}"]`);

/** Fills boxes by name: a text, a choice, or `true` for a tick. */
async function fill(page, typed) {
  for (const [name, text] of Object.entries(typed)) {
    const one = box(page, name);
    if (text === true) await one.check();
    else if ((await one.first().evaluate((asked) => asked.localName)) === 'select') await one.selectOption(text);
    else await one.fill(text);
  }
}

/** The last part of the page's address without what follows it: mostly an id. */
const idOf = (page, part = -1) => new URL(page.url()).pathname.split('/').at(part);

/** Opens a page until `holds` of it: what another node says comes by itself, soon. */
async function until(page, url, what, holds) {
  for (const begun = Date.now(); ; await pause(200)) {
    await page.goto(url);
    if (await holds(page)) return;
    if (Date.now() - begun > SOON) throw new Error(`${what}: never came to ${new URL(url).pathname}`);
  }
}

module.exports = { device, heading, main, first, told, has, asksFor, isIn, faults, box, fill, idOf, until };
