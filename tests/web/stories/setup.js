// First run: an agency is made in the browser, each time a new one, from the link that the command prints.
const { execFile } = require('child_process');
const { promisify } = require('util');
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const { code } = require('../telephone');
const { view, look } = require('../look');
const { freePort } = require('../stage');
const { device, main, first, has, asksFor, isIn, faults, fill } = require('./hand');

const PASSPHRASE = 'five lotus ponds at dawn';
const AGENCY = { name: 'មណ្ឌលសាកល្បង', kind: 'reception' };

/** `spean web open` in a folder that holds no agency: where it is, and the link. */
async function begun({ stage }, name) {
  const dir = path.join(stage.folder, name);
  const [listen, address] = [await freePort(), await freePort()];
  const ports = ['--listen', `127.0.0.1:${listen}`, '--address', `127.0.0.1:${address}`];
  const child = stage.start(['--dir', dir, 'web', 'open', ...ports], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const link = line.match(/http:\S+\/begin\/\S+/);
    if (!link) continue;
    child.stdout.resume();
    return { dir, link: link[0], base: new URL(link[0]).origin };
  }
  throw new Error('no link was printed');
}

/** The groups of the secret, as they stand on the page. */
const groups = (page) => page.locator('ol.number > li').allInnerTexts();
const step = (page) => new URL(page.url()).pathname;

/** From the link to a signed-in administrator, with mistakes on the way; a second browser sees nothing. */
async function setUp(at, check) {
  const { dir, link, base } = await begun(at, `new-${at.view.lang}-${at.view.size}`);
  const { context, page } = await device(at);
  const other = await device(at);
  await page.goto(link);
  check(`the link leads to ${step(page)}`, step(page) === '/set-up/language');
  check('it does not begin in the language of the browser', (await page.locator('html').getAttribute('lang')) === at.view.lang);
  await other.page.goto(link);
  check('a second browser is let in', !(await has(other.page, 'form')));
  await first(page).click();

  await fill(page, { ...AGENCY, network: 'Another Net' });
  await first(page).click();
  check('a network of this name was taken', await asksFor(page, 'network'));
  check('the name is lost', (await page.locator('#name').inputValue()) === AGENCY.name);
  await fill(page, { network: 'spean-demo' });
  await first(page).click();

  await fill(page, { passphrase: 'abababababab', again: 'abababababab' });
  await first(page).click();
  check('an easy passphrase was taken', await asksFor(page, 'passphrase'));
  await fill(page, { passphrase: PASSPHRASE, again: 'five lotus ponds at noon' });
  await first(page).click();
  check('two that differ were taken', await asksFor(page, 'again'));
  await fill(page, { passphrase: PASSPHRASE, again: PASSPHRASE });
  await first(page).click();

  check('apart is not the first choice', await page.locator('#apart').isChecked());
  await page.check('#together');
  await first(page).click();

  check(`no kit, but ${step(page)}`, step(page) === '/set-up/kit');
  const kit = await groups(page);
  await page.emulateMedia({ media: 'print' });
  const seen = (selector) => page.locator(selector).first().isVisible();
  check('the kit is not printed', (await seen('ol.number')) && !(await seen('.bar')) && !(await seen('main .button')));
  await page.emulateMedia({ media: 'screen' });
  await first(page).click();
  check('the page that asks shows the kit', !(await main(page)).includes(kit.at(-2)));
  await fill(page, { last: kit.slice(0, 3).join(' ') });
  await first(page).click();
  check('other groups were taken', await asksFor(page, 'last'));
  await page.goto(`${base}/set-up/end`);
  check('the kit can be passed over', step(page) === '/set-up/kit');
  check('it is another kit', (await groups(page)).join() === kit.join());
  await first(page).click();
  await fill(page, { last: kit.slice(-3).join(' ') });
  await first(page).click();
  check('something is on the disk before the end', !fs.existsSync(dir));

  await fill(page, { name: 'ចាន់ សុភា', sign_in: 'sophea', also: true });
  await first(page).click();
  check(`nobody is let in: ${await faults(page)}`, step(page).startsWith('/join/'));
  const secret = await page.locator('input[name=secret]').inputValue();
  await fill(page, { passphrase: PASSPHRASE, again: PASSPHRASE, code: code(secret) });
  await first(page).click();
  check(`not in: ${await faults(page)}`, await isIn(page));
  await page.goto(`${base}/people`);
  check('the first administrator is not there', (await main(page)).includes('ចាន់ សុភា'));
  await page.goto(`${base}/keys/kit`);
  await fill(page, { secret: kit.slice(1).join(' ') });
  await first(page).click();
  check('half a kit is one', await asksFor(page, 'secret'));
  check('what was typed of the kit comes back', !(await page.content()).includes(kit.at(-2)));
  await fill(page, { secret: kit.join(' ').toUpperCase() });
  await first(page).click();
  check(`the printed kit is not the right one: ${await faults(page)}`, (await has(page, '.banner.good')) && !(await page.content()).includes(kit.at(-2)));
  await page.goto(`${base}/cases`);
  check('tasks do not meet in one person', await has(page, 'a[href="/cases/new"]'));
  await page.goto(link);
  check('the link is good for more', !(await has(page, 'input[name=lang]')));
  const opened = (await promisify(execFile)(process.env.SPEAN_PROGRAM, ['--dir', dir, 'web', 'open'])).stdout;
  check(`a second first administrator: ${opened}`, opened.includes('127.0.0.1') && !opened.includes('/join/'));
  await Promise.all([context.close(), other.context.close()]);
}

/** Each step, right and wrong, as every view shows it: what is pressed leads from one to the next. */
const STEPS = [
  ['setup', {}],
  ['setup-agency', {}],
  ['setup-agency-wrong', { ...AGENCY, network: 'Another Net' }],
  ['setup-passphrase', { network: 'spean' }],
  ['setup-passphrase-wrong', { passphrase: 'abababababab', again: 'abababababab' }],
  ['setup-people', { passphrase: PASSPHRASE, again: PASSPHRASE }],
  ['setup-kit', {}],
  ['setup-kit-check', {}],
  ['setup-kit-wrong', { last: 'qqqq qqqq q' }],
];

/** Looks at all steps in all views; each language sets up an agency of its own, and stops before the last button. */
async function looked(findings, at, folder) {
  await Promise.all(['en', 'km'].map(async (lang) => {
    const seen = await view(at.browser, undefined, lang);
    const { link } = await begun(at, `look-${lang}`);
    await look(findings, seen, STEPS[0][0], (page) => page.goto(link), folder);
    let kit = [];
    for (const [name, typed] of STEPS.slice(1)) {
      await look(findings, seen, name, async (page) => {
        await fill(page, typed);
        await first(page).click();
      await page.waitForLoadState();
      }, folder);
      if (name === 'setup-kit') kit = await groups(seen.page);
    }
    const last = async (page) => {
      await fill(page, { last: kit.slice(-3).join(' ') });
      await first(page).click();
      await page.waitForLoadState();
    };
    await look(findings, seen, 'setup-end', last, folder);
    const wrong = async (page) => {
      await fill(page, { name: 'Chan Sophea', sign_in: '!!' });
      await first(page).click();
      await page.waitForLoadState();
    };
    await look(findings, seen, 'setup-end-wrong', wrong, folder);
    await seen.page.context().clearCookies();
    await look(findings, seen, 'setup-elsewhere', (page) => page.goto(link), folder);
    await seen.context.close();
  }));
  console.log(`  ${STEPS.length + 3} pages of the set-up looked at`);
}

module.exports = { setUp, looked };
