// Walks through pages: each in every view of whoever it is for.
const { views, look } = require('./look');

/** Opens a page, and types what is to be refused. */
function opener(url, typed) {
  return async (page) => {
    const answer = await page.goto(url);
    if (answer.status() >= 500) throw new Error(`answers ${answer.status()}`);
    if (!typed) return;
    for (const [field, text] of Object.entries(typed)) {
      const kind = await page.locator(field).evaluate((asked) => asked.type);
      if (kind === 'checkbox') await page.check(field);
      else await (kind === 'select-one' ? page.selectOption(field, text) : page.fill(field, text));
    }
    // The button of the form that was filled: the page's first one may be for a passkey.
    const [field] = Object.keys(typed);
    await page.click(field && (await page.locator('form[data-passkey]').count()) ? `main form:has(${field}) .acts button` : 'main .button.first');
  };
}

/**
 * Walks `pages` (see pages.js). `bases`: address of each agency; `states`: the sign-in of each person;
 * `ids`: what stands for `{…}`; `folder`: for pictures, or none.
 */
async function walk(findings, browser, pages, { bases, states, ids = {}, folder }) {
  const full = (text) => text.replace(/\{(\w+)\}/g, (_, id) => ids[id] || stop(`no ${id} was found`));
  for (const who of new Set(pages.map((page) => page[2]))) {
    const theirs = await views(browser, states[who]);
    await Promise.all(theirs.map(async (view) => {
      for (const [name, agency, , path, typed] of pages.filter((page) => page[2] === who)) {
        await look(findings, view, name, opener(bases[agency] + full(path), typed), folder);
      }
      await view.context.close();
    }));
  }
  console.log(`  ${pages.length} pages looked at: ${pages.map((page) => page[0]).join(', ')}`);
}

/** The ids behind the links of a list. */
async function ids(browser, state, url, kind) {
  const context = await browser.newContext({ storageState: state });
  const page = await context.newPage();
  await page.goto(url);
  const links = await page.$$eval(`main a.row[href^="/${kind}/"]:not([href$="/add"])`, (rows) => rows.map((row) => row.getAttribute('href')));
  await context.close();
  return links.map((link) => link.split('/').pop());
}

function stop(why) {
  throw new Error(why);
}

module.exports = { walk, ids };
