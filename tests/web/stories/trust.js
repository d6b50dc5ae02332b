// Another agency is verified by two persons; where its number differs, it is stopped.
const { device, main, first, told, has, asksFor, faults, fill, idOf } = require('./hand');
const { invite } = require('./people');

const groups = (page) => page.locator('#heard input[type=checkbox]');
const ticked = (page) => page.locator('#heard input[type=checkbox]:checked').count();
const tagOf = async (page) => page.locator('main .over .tag').first().getAttribute('class');

/** Ticks all groups but so many. */
async function hear(page, but = 0) {
  const all = await groups(page).all();
  for (const one of all.slice(but)) await one.check();
}

/** Ticks what was heard by telephone, all groups but so many, and says so. */
async function heard(page, but) {
  await page.locator('input[name=how][value=telephone]').check();
  await hear(page, but);
  await first(page).click();
}

/** The card of an agency that nobody knows yet: it is introduced, and nothing can go to it. */
async function introduce(at, check) {
  const { cmo } = at.bases;
  const { context, page } = await device(at, 'bopha');
  await page.goto(`${cmo}/peers`);
  await page.click('a[href="/peers/add"]');
  await fill(page, { card: 'not a card' });
  await first(page).click();
  check('what is no card was taken', await asksFor(page, 'card'));
  await fill(page, { card: at.locked.card });
  await first(page).click();
  check(`not introduced: ${await faults(page)}`, await told(page));
  at.ids.stranger = idOf(page);
  check(`it is ${await tagOf(page)}`, (await tagOf(page)).includes('wait'));
  await context.close();
  const worker = await device(at, 'rattana');
  await worker.page.goto(`${cmo}/c/${at.ids.case}/refer`);
  check('one may refer to it', !(await main(worker.page)).includes('RC'));
  await worker.context.close();
}

/** Something differs: the agency is stopped at once, and the page says whom to call. */
async function differs(at, check) {
  const path = `${at.bases.cmo}/peers/${at.ids.stranger}`;
  const { context, page } = await device(at, 'bopha');
  await page.goto(path);
  await page.click('a[href$="/compare"]');
  await page.click('button[formaction$="/differs"]');
  check('the page does not say stop', await has(page, 'main .banner.stop'));
  check(`it is ${await tagOf(page)}`, (await tagOf(page)).includes('stop'));
  await context.close();
}

/** The first ticks all groups, the second begins with none; only then it is verified. */
async function verify(at, check) {
  const { cmo } = at.bases;
  const path = `${cmo}/peers/${at.ids.stranger}`;
  const one = await device(at, 'bopha');
  await one.page.goto(path);
  await one.page.click('a[href$="/compare"]');
  check('a group is ticked beforehand', (await groups(one.page).count()) === 11 && (await ticked(one.page)) === 0);
  await heard(one.page, 1);
  check('ten groups are enough', await asksFor(one.page, 'heard'));
  await heard(one.page);
  check(`not asked: ${await faults(one.page)}`, await has(one.page, 'main .banner.news'));
  check('one person verified it', !(await tagOf(one.page)).includes('good'));
  await one.context.close();

  const other = await device(at, 'vanna');
  await other.page.goto(`${cmo}/people`);
  await other.page.locator('main a.row[href^="/waiting/"]', { hasText: 'RC' }).click();
  check('the second begins with ticks', (await groups(other.page).count()) === 11 && (await ticked(other.page)) === 0);
  await first(other.page).click();
  check('the second need not listen', await asksFor(other.page, 'heard'));
  await hear(other.page);
  await first(other.page).click();
  check(`not verified: ${await faults(other.page)}`, (await told(other.page)) && (await tagOf(other.page)).includes('good'));

  // It is stopped again, with a reason: the next view begins anew.
  await other.page.click('a[href$="/suspend"]');
  await first(other.page).click();
  check('no reason was asked for', await asksFor(other.page, 'reason'));
  await other.page.locator('main label.choice').first().click();
  await first(other.page).click();
  check(`not stopped: ${await faults(other.page)}`, (await tagOf(other.page)).includes('stop'));
  await other.context.close();
}

/**
 * One of two administrators asks that somebody is let in, an agency verified, and a key taken back; and makes the next.
 * All wait, for the pages to be looked at.
 */
async function leave(at, check) {
  const { cmo } = at.bases;
  const { context, page } = await device(at, 'bopha');
  await invite(page, cmo, 'Nget Rany', 'rany', 'auditor');
  await page.goto(`${cmo}/peers/${at.ids.stranger}/compare`);
  await heard(page);
  await page.goto(`${cmo}/people`);
  const row = (text) => page.locator('main a.row[href^="/waiting/"]', { hasText: text });
  check('two requests do not wait', (await row('Nget Rany').count()) === 1 && (await row('RC').count()) === 1);
  await page.goto(`${cmo}/keys/next`);
  await first(page).click();
  await page.locator('main .list a[href$="/revoke"]').first().click();
  const key = idOf(page, -2);
  await fill(page, { reason: 'Somebody left in anger.' });
  await first(page).click();
  await page.goto(`${cmo}/people`);
  check('no key waits', (await row(key).count()) === 1);
  at.ids.ending = (await row(key).getAttribute('href')).split('/').pop();
  at.ids.invited = (await row('Nget Rany').getAttribute('href')).split('/').pop();
  at.ids.compared = (await row('RC').getAttribute('href')).split('/').pop();
  await context.close();
}

module.exports = { introduce, differs, verify, leave };
