// The stories: what people do, with JavaScript off, on a telephone.
const { code } = require('./telephone');
const { pause } = require('./stage');

const PHONE = { width: 360, height: 740 };
const PASSPHRASE = 'five lotus ponds at dawn';

/** A telephone without JavaScript; what its person does is told by the story. */
async function telephone(browser, lang, state) {
  const context = await browser.newContext({ locale: lang, viewport: PHONE, javaScriptEnabled: false, storageState: state });
  context.setDefaultTimeout(20_000);
  return { context, page: await context.newPage() };
}

/** Runs one story, and says how it ended. */
async function tell(findings, title, story) {
  const begun = Date.now();
  try {
    await story((what, holds) => findings.check(title, what, holds));
  } catch (error) {
    findings.found(title, error.message.split('\n').slice(0, 3).join(' '));
  }
  console.log(`  ${title} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
}

const heading = (page) => page.locator('h1').innerText();
const first = (page) => page.locator('main .button.first');
/** Whether somebody is signed in: only they have places to go to. */
const isIn = async (page) => (await page.locator('nav.places').count()) === 1;
/** What the page says is wrong, for whoever reads why a story ended badly. */
const faults = async (page) => `${page.url()} ${(await page.locator('#faults').allInnerTexts()).join(' ')}`;

/** Signs in with passphrase and code, and keeps the sign-in for the walks. */
async function signIn(browser, url, name, { words, secret }, check) {
  const { context, page } = await telephone(browser, 'en');
  await page.goto(url);
  await page.fill('#name', name);
  await page.fill('#passphrase', words);
  await page.fill('#code', code(secret));
  await first(page).click();
  check(`${name} is not in: ${await faults(page)}`, await isIn(page));
  const state = await context.storageState();
  await context.close();
  return state;
}

/** From an invitation to the first page, with two mistakes on the way. */
async function join(browser, url, lang, check) {
  const { context, page } = await telephone(browser, lang);
  await page.goto(url);
  const secret = await page.locator('input[name=secret]').inputValue();
  const type = async (words, again, digits) => {
    await page.fill('#passphrase', words);
    await page.fill('#again', again);
    await page.fill('#code', digits);
    await first(page).click();
  };
  await type(PASSPHRASE, 'five lotus ponds at noon', code(secret));
  check('two passphrases that differ were taken', (await page.locator('#faults').count()) === 1);
  check('the telephone must scan anew', (await page.locator('input[name=secret]').inputValue()) === secret);
  await type(PASSPHRASE, PASSPHRASE, '000000');
  check('a wrong code was taken', (await page.locator('#faults').count()) === 1);
  await type(PASSPHRASE, PASSPHRASE, code(secret));
  check(`not in: ${await faults(page)}`, await isIn(page));
  await page.goto(url);
  check('an invitation lets two in', (await page.locator('#passphrase').count()) === 0);
  return { context, page };
}

/** From the inbox to an accepted offer, and what came then. */
async function accept(browser, base, state, id, check) {
  const { context, page } = await telephone(browser, 'km', state);
  await page.goto(`${base}/inbox`);
  let taps = 0;
  const tap = async (what) => { taps += 1; await what.click(); };
  await tap(page.locator(`main a.row[href="/r/${id}"]`));
  check('the offer tells a name', !(await page.locator('main').innerText()).includes('សុភា'));
  await tap(first(page));
  await tap(first(page));
  check(`not accepted: ${await faults(page)}`, (await page.locator('.banner.good').count()) === 1);
  check(`it took ${taps} taps`, taps <= 3);
  const opened = page.locator(`a[href="/r/${id}/case"]`);
  for (const begun = Date.now(); (await opened.count()) === 0; await page.goto(`${base}/r/${id}`)) {
    if (Date.now() - begun > 20_000) throw new Error('the information never came');
    await pause(200);
  }
  await opened.first().click();
  check('the name did not come', (await heading(page)).includes('សុភា'));
  await context.close();
}

/** No bed: first without saying why, then with. */
async function decline(browser, base, state, id, check) {
  const { context, page } = await telephone(browser, 'en', state);
  await page.goto(`${base}/r/${id}`);
  await page.click(`a[href="/r/${id}/decline"]`);
  await first(page).click();
  check('no reason was asked for', (await page.locator('#faults a[href="#reason"]').count()) === 1);
  check('the title does not say that something is wrong', (await page.title()).startsWith('Error:'));
  await page.locator('label.choice', { hasText: 'bed' }).click();
  await first(page).click();
  check(`not declined: ${await faults(page)}`, (await page.locator('.banner.good').count()) === 1);
  await page.goto(`${base}/inbox`);
  check('it still waits for an answer', (await page.locator(`section[aria-labelledby=answer] a[href="/r/${id}"]`).count()) === 0);
  await context.close();
}

/** Progress, a note, and the end of it; the sender reads all three. */
async function goOn(browser, base, state, id, check) {
  const { context, page } = await telephone(browser, 'km', state);
  const say = async (what, choice, text) => {
    await page.goto(`${base}/r/${id}/${what}`);
    if (choice) await page.locator('label.choice', { has: page.locator(`input[value=${choice}]`) }).click();
    await page.fill('#text', text);
    await first(page).click();
  };
  const said = async (what, choice, text) => {
    await say(what, choice, text);
    check(`${what} was not taken: ${await faults(page)}`, (await page.locator('.banner.good').count()) === 1);
  };
  await say('progress', 'expected', 'មកនៅល្ងាចនេះ');
  check('expected, but no day', (await page.locator('#faults a[href="#date"]').count()) === 1);
  check('what was written is lost', (await page.locator('#text').inputValue()) === 'មកនៅល្ងាចនេះ');
  await said('progress', 'arrived', 'បានមកដល់ដោយសុវត្ថិភាព');
  await said('note', null, 'Eats well. Asks for her brother.');
  check('the note is not in the story', (await page.locator('ol.story').innerText()).includes('Asks for her brother'));
  await said('complete', 'reunified', 'Went home with her aunt.');
  check('it can still be completed', (await page.locator(`a[href="/r/${id}/complete"]`).count()) === 0);
  await context.close();
}

/** What the sender sees of it all. */
async function follow(browser, base, state, id, check) {
  const { context, page } = await telephone(browser, 'en', state);
  for (const begun = Date.now(); ; await pause(200)) {
    await page.goto(`${base}/r/${id}`);
    if ((await page.locator('ol.story').innerText()).includes('Went home')) break;
    if (Date.now() - begun > 20_000) throw new Error('the end never came to the sender');
  }
  check('the note did not come', (await page.locator('ol.story').innerText()).includes('Asks for her brother'));
  await context.close();
}

/** A name in either script, or a part of it, finds the child; the term stands in no address. */
async function search(browser, base, state, check) {
  const { context, page } = await telephone(browser, 'km', state);
  for (const term of ['សុខា', 'Sokha', 'sokh']) {
    await page.goto(`${base}/cases`);
    await page.fill('#term', term);
    await first(page).click();
    check(`${term} finds nobody`, (await page.locator('main a.row').first().innerText()).includes('សុខា'));
    check('the term stands in the address', !decodeURI(page.url()).includes(term));
  }
  await context.close();
}

/** The language changes on the page itself, and stays; hiding ends the session, and the way back leads to the sign-in. */
async function hide({ context, page }, base, check) {
  await page.goto(`${base}/settings`);
  const lang = () => page.locator('html').getAttribute('lang');
  check('it does not begin in Khmer', (await lang()) === 'km');
  await page.locator('a[href^="/lang/en"]').first().click();
  check('the language stays', (await lang()) === 'en' && page.url().endsWith('/settings'));
  await page.locator('a.away').click();
  check('hiding shows something of Spean', !(await page.locator('body').innerText()).includes('Spean'));
  await page.goto(`${base}/inbox`);
  check('hiding leaves the session open', (await page.locator('#passphrase').count()) === 1);
  check('hiding forgets the language', (await lang()) === 'en');
  await context.close();
}

/** The keyboard reaches the content first by the skip link, and sees where it is. */
async function keyboard(browser, base, state, check) {
  const context = await browser.newContext({ viewport: PHONE, storageState: state, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${base}/inbox`);
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

/** A locked node is opened on its page; its first administrator comes in by the link of `spean web open`. Locked again. */
async function unlock(browser, node, check) {
  const { context, page } = await telephone(browser, 'en');
  await page.goto(`${node.url}/inbox`);
  check(`a locked node shows ${page.url()}`, page.url() === `${node.url}/unlock`);
  await page.fill('#passphrase', node.passphrase);
  await first(page).click();
  check('it is not open', (await page.locator('#name').count()) === 1);
  await context.close();
  const opened = await node.spean('web', 'open', '--name', 'Chan Sophea', '--sign-in', 'sophea');
  const link = opened.match(/http:\S+\/join\/\S+/);
  check(`no link: ${opened}`, link !== null);
  const administrator = await join(browser, link[0], 'en', check);
  await administrator.context.close();
  const again = await node.spean('web', 'open');
  check(`a second first administrator: ${again}`, again.includes(node.url) && !again.includes('/join/'));
  await node.spean('lock');
}

module.exports = { tell, signIn, join, accept, decline, goOn, follow, search, hide, keyboard, unlock };
