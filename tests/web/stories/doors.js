// Coming in and going away: sign-in, invitation, the language, Hide, a locked node.
const { code } = require('../telephone');
const { device, first, isIn, faults } = require('./hand');

const PASSPHRASE = 'five lotus ponds at dawn';

/** Everybody of the demo signs in with passphrase and code; the walks go on with that. */
async function signIn(at, check) {
  for (const [name, agency] of Object.entries(at.people)) {
    const { context, page } = await device(at);
    await page.goto(at.bases[agency]);
    await page.fill('#name', name);
    await page.fill('#passphrase', at.demo.words);
    await page.fill('#code', code(at.demo.secret));
    await first(page).click();
    check(`${name} is not in: ${await faults(page)}`, await isIn(page));
    at.states[name] = await context.storageState();
    await context.close();
  }
}

/** From an invitation to the first page, with two mistakes on the way. */
async function enrol(at, url, check) {
  const { context, page } = await device(at);
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

/** A newcomer joins; then the language changes on the page itself, and stays; hiding ends the session. */
async function join(at, check) {
  const base = at.bases.dt;
  const { context, page } = await enrol(at, base + at.demo.newcomer, check);
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

/** A locked node is opened on its page; its first administrator comes in by the link of `spean web open`. Locked again. */
async function unlock(at, check) {
  const node = at.locked;
  const { context, page } = await device(at);
  await page.goto(`${node.url}/inbox`);
  check(`a locked node shows ${page.url()}`, page.url() === `${node.url}/unlock`);
  await page.fill('#passphrase', node.passphrase);
  await first(page).click();
  check('it is not open', (await page.locator('#name').count()) === 1);
  await context.close();
  const opened = await node.spean('web', 'open', '--name', 'Chan Sophea', '--sign-in', 'sophea');
  const link = opened.match(/http:\S+\/join\/\S+/);
  check(`no link: ${opened}`, link !== null);
  const administrator = await enrol(at, link[0], check);
  await administrator.context.close();
  const again = await node.spean('web', 'open');
  check(`a second first administrator: ${again}`, again.includes(node.url) && !again.includes('/join/'));
  await node.spean('lock');
}

/** Somebody joins a node whose disk is full: that takes no room to speak of, and each page says how it is. */
async function noRoom(at, check) {
  const { context, page } = await enrol(at, at.full.invitation, check);
  await page.goto(`${at.full.url}/cases`);
  check('it does not say that there is no room', (await page.locator('main > .banner.wait').count()) === 1);
  at.states.rachana = await context.storageState();
  await context.close();
}

module.exports = { signIn, enrol, join, unlock, noRoom };
