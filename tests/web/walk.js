// Walks through pages: each in every view of whoever it is for.
const { view, look } = require('./look');

/** Browsers at work at once: each waits for the nodes and the disk now and then. */
const AT_ONCE = 4;
/** Pages that one browser opens before another goes on, so that all end at about the same time. */
const A_WALK = 8;

/** Types into one page what is to be refused, and presses its button. */
async function answer(page, { press, ...typed }) {
  for (const [field, text] of Object.entries(typed)) {
    const box = page.locator(field).first();
    const kind = await box.evaluate((asked) => asked.type);
    if (kind === 'checkbox' || kind === 'radio') await box.setChecked(text !== false);
    else await (kind === 'select-one' ? box.selectOption(text) : box.fill(typeof text === 'function' ? text() : text));
  }
  // The button of the form that was filled: the page's first one may be for a passkey.
  const [field] = Object.keys(typed);
  const one = field && (await page.locator('form[data-passkey]').count()) ? `main form:has(${field}) .acts button` : 'main .button.first';
  await page.click(press ?? one);
  await page.waitForLoadState();
}

/** Opens a page, and the pages behind its button as far as something is typed; or one that says there is `none`. */
function opener(findings, url, typed = []) {
  return async (page) => {
    const came = await page.goto(url);
    if (came.status() >= 500) throw new Error(`answers ${came.status()}`);
    if (typed === 'none' && came.status() !== 404) throw new Error(`answers ${came.status()} where there is none`);
    if (came.ok() || typed === 'none') findings.seen.add(new URL(came.url()).pathname);
    if (typed === 'none') return;
    for (const step of [typed].flat()) await answer(page, step);
  };
}

/**
 * Walks `pages` (see pages.js). `bases`: address of each agency; `states`: the sign-in of each person;
 * `ids`: what stands for `{…}`; `folder`: for pictures, or none.
 */
async function walk(findings, browser, pages, { bases, states, ids = {}, folder }) {
  const full = (text) => text.replace(/\{(\w+)\}/g, (_, id) => ids[id] ?? stop(`no ${id} was found`));
  const walks = [];
  for (const who of new Set(pages.map((page) => page[2]))) {
    const theirs = pages.filter((page) => page[2] === who);
    for (let from = 0; from < theirs.length; from += A_WALK) {
      for (const lang of ['en', 'km']) walks.push({ who, lang, theirs: theirs.slice(from, from + A_WALK) });
    }
  }
  // Long ones first: nobody waits for the last.
  walks.sort((one, other) => other.theirs.length - one.theirs.length);
  const go = async () => {
    for (let next = walks.shift(); next; next = walks.shift()) {
      const seen = await view(browser, states[next.who], next.lang);
      for (const [at, [name, agency, , path, typed]] of next.theirs.entries()) {
        await look(findings, seen, name, opener(findings, bases[agency] + full(path), typed), folder, at === 0);
      }
      await seen.context.close();
    }
  };
  const begun = Date.now();
  await Promise.all(Array.from({ length: AT_ONCE }, go));
  console.log(`  ${pages.length} pages looked at in ${((Date.now() - begun) / 1000).toFixed(1)} s: ${pages.map((page) => page[0]).join(', ')}`);
}

/** Where the links of a page lead that fit `selector`. */
async function links(browser, state, url, selector) {
  const context = await browser.newContext({ storageState: state });
  const page = await context.newPage();
  await page.goto(url);
  const found = await page.$$eval(`main ${selector}`, (all) => all.map((one) => one.getAttribute('href')));
  await context.close();
  return found;
}

/** The ids behind the rows of a list. */
async function ids(browser, state, url, kind) {
  const rows = await links(browser, state, url, `a.row[href^="/${kind}/"]:not([href$="/add"])`);
  return rows.map((row) => row.split('/').pop());
}

function stop(why) {
  throw new Error(why);
}

module.exports = { walk, ids, links };
