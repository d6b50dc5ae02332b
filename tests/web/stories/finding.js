// Finding one's way: the search, the keyboard.
const { SIZES } = require('../look');
const { device, first } = require('./hand');

/** A name in either script, or a part of it, finds the child; the term stands in no address. */
async function search(at, check) {
  const { context, page } = await device(at, 'rattana');
  for (const term of ['សុខា', 'Sokha', 'sokh']) {
    await page.goto(`${at.bases.cmo}/cases`);
    await page.fill('#term', term);
    await first(page).click();
    check(`${term} finds nobody`, (await page.locator('main a.row').first().innerText()).includes('សុខា'));
    check('the term stands in the address', !decodeURI(page.url()).includes(term));
  }
  await context.close();
}

/** The keyboard reaches the content first by the skip link, and sees where it is. Asking for that takes JavaScript. */
async function keyboard({ browser, bases, states, view }, check) {
  const context = await browser.newContext({ viewport: SIZES[view.size], storageState: states.maly, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${bases.dt}/inbox`);
  await page.keyboard.press('Tab');
  const skip = await page.evaluate(() => ({ href: document.activeElement.getAttribute('href'), top: document.activeElement.getBoundingClientRect().top }));
  check('the first stop is not the way to the content', skip.href === '#main' && skip.top >= 0);
  await page.keyboard.press('Enter');
  check('it does not lead to the content', await page.evaluate(() => document.activeElement.id === 'main'));
  await page.keyboard.press('Tab');
  const stop = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return { inside: document.querySelector('main').contains(document.activeElement), outlineStyle, outlineWidth };
  });
  check('the next stop is not in the content', stop.inside);
  check(`the focus is not seen: ${stop.outlineStyle} ${stop.outlineWidth}`, stop.outlineStyle !== 'none' && parseFloat(stop.outlineWidth) >= 2);
  await context.close();
}

module.exports = { search, keyboard };
