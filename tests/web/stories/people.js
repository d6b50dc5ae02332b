// People are let in: by one administrator alone, and, as soon as there are two, by both.
const { code } = require('../telephone');
const { device, main, first, told, has, asksFor, isIn, faults, fill } = require('./hand');

const PASSPHRASE = 'five lotus ponds at dawn';

/** Whoever joins CMO in this view; each enrols once. */
const WORKERS = {
  'km phone': ['សុខ ស្រីមុំ', 'sreymom'],
  'en desk': ['Chhim Dalis', 'dalis'],
  'en phone': ['Nou Piseth', 'piseth'],
  'km desk': ['ហេង វុទ្ធី', 'vuthy'],
};
const workerOf = ({ view }) => WORKERS[`${view.lang} ${view.size}`];

/** Opens an invitation's link, chooses a passphrase, and keeps the sign-in under that name. */
async function enrol(at, link, name, check) {
  const { context, page } = await device(at);
  await page.goto(link);
  const secret = await page.locator('input[name=secret]').inputValue();
  await fill(page, { passphrase: PASSPHRASE, again: PASSPHRASE, code: code(secret) });
  await first(page).click();
  check(`${name} is not in: ${await faults(page)}`, await isIn(page));
  at.states[name] = await context.storageState();
  await context.close();
}

async function invite(page, base, name, sign, role) {
  await page.goto(`${base}/people/invite`);
  await fill(page, { name, sign_in: sign, [role]: true });
  await first(page).click();
}

const linkOn = async (page) => (await page.locator('.secret').first().innerText()).trim();

/** The first administrator lets in a second one, alone: the page says that nobody confirms it. From then on it takes two. */
async function second(at, check) {
  const { cmo } = at.bases;
  const { context, page } = await device(at, 'bopha');
  await page.goto(`${cmo}/people`);
  check('it does not say that nobody confirms', await has(page, 'main .banner.wait'));
  await page.click('a[href="/people/invite"]');
  await fill(page, { name: 'Ros Vanna', sign_in: 'vanna' });
  await first(page).click();
  check('no task was asked for', await asksFor(page, 'roles'));
  check('the name is lost', (await page.locator('#name').inputValue()) === 'Ros Vanna');
  await fill(page, { key_administrator: true });
  await first(page).click();
  await enrol(at, await linkOn(page), 'vanna', check);
  await page.goto(`${cmo}/people`);
  check('it still says that nobody confirms', !(await has(page, 'main .banner.wait')));
  await context.close();
}

/** One asks, the other confirms and hands the link over; whoever joins finds nothing of others. */
async function byTwo(at, check) {
  const { cmo } = at.bases;
  const [name, sign] = workerOf(at);
  const one = await device(at, 'bopha');
  await invite(one.page, cmo, name, sign, 'social_worker');
  check(`one alone lets in: ${await faults(one.page)}`, (await has(one.page, 'main .banner.news')) && !(await has(one.page, '.secret')));
  await one.page.locator('main a.row[href^="/waiting/"]', { hasText: name }).click();
  const waits = one.page.url();
  check('who asked can confirm', !(await has(one.page, 'form[action$="/confirm"]')));
  await one.context.close();

  const other = await device(at, 'vanna');
  await other.page.goto(`${cmo}/people`);
  await other.page.locator('main a.row[href^="/waiting/"]', { hasText: name }).click();
  check('it is another request', other.page.url() === waits);
  check('it does not say who asked', (await main(other.page)).includes('Chea Bopha'));
  await first(other.page).click();
  const link = await linkOn(other.page);
  check('there is no picture of the link', await has(other.page, 'main figure svg'));
  await other.page.goto(waits);
  check('the link is shown twice', !(await has(other.page, '.secret')));
  await other.context.close();

  await enrol(at, link, sign, check);
  const worker = await device(at, sign);
  await worker.page.goto(`${cmo}/cases`);
  check('a newcomer sees cases of others', !(await has(worker.page, 'main a.row[href^="/c/"]')));
  await worker.context.close();
}

module.exports = { second, byTwo, invite, workerOf };
