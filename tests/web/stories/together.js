// What takes two about a child: one asks, a supervisor decides. Told on the demo's own child, one view after the other.
const { device, main, first, told, has, faults, box, fill } = require('./hand');

const AGREED = { 'categories.identity': true, 'purposes.shelter': true, onward: 'no' };
const DECIDED = { given_by: 'best_interest', assent: 'given', reason: 'No caregiver is known.', why_nobody: 'Nobody can be reached.' };
const ASKED = { service: 'shelter.transitional', urgency: 'high', purpose: 'shelter', 'categories.identity': true };
/** Names the child. */
const NAMING = 'Vichetr needs a safe bed.';

/** Where each decision that waits is looked at. */
const waiting = (page) => page.locator('main a.row[href^="/decisions/"]').evaluateAll((rows) => rows.map((row) => row.getAttribute('href')));

/** The page after an asking; the decision that it added. */
async function added(page, cmo, before, check, what) {
  check(`${what} was not asked: ${await faults(page)}`, await told(page));
  await page.goto(`${cmo}/decisions`);
  return (await waiting(page)).find((path) => !before.includes(path));
}

/** A consent where nobody can agree. */
async function askConsent(at, page, check) {
  const { bases: { cmo }, ids: { case: id } } = at;
  await page.goto(`${cmo}/decisions`);
  const before = await waiting(page);
  await page.goto(`${cmo}/c/${id}/consent/new`);
  await page.locator('#to label.choice').first().click();
  await fill(page, AGREED);
  await first(page).click();
  await fill(page, DECIDED);
  await first(page).click();
  return added(page, cmo, before, check, 'the consent');
}

/** An offer whose words may say who the child is. */
async function askWords(at, page, check) {
  const { bases: { cmo }, ids: { case: id, to } } = at;
  await page.goto(`${cmo}/decisions`);
  const before = await waiting(page);
  await page.goto(`${cmo}/c/${id}/refer/${to}`);
  await fill(page, { ...ASKED, summary: NAMING });
  await first(page).click();
  check('the name is not marked', (await page.locator('main mark').allInnerTexts()).join() === 'Vichetr');
  await box(page, 'allow.words').check();
  await first(page).click();
  check(`it can be sent alone: ${await faults(page)}`, (await has(page, 'button[name=ask]')) && !(await has(page, 'button[name=send]')));
  await fill(page, { reason: 'They know the child by this name.' });
  await first(page).click();
  return added(page, cmo, before, check, 'the offer');
}

/** Who asked can't decide; the supervisor sees all of it, and does. */
async function decided(at, page, path, what, check) {
  const { cmo } = at.bases;
  await page.goto(cmo + path);
  check(`${what}: who asked decides`, !(await has(page, 'form[action$="/yes"]')));
  const chief = await device(at, 'chanthou');
  await chief.page.goto(`${cmo}/decisions`);
  await chief.page.click(`main a.row[href="${path}"]`);
  const seen = await main(chief.page);
  check(`${what}: it does not say who asks`, seen.includes('Keo Rattana'));
  check(`${what}: it does not say why`, seen.includes(what === 'consent' ? DECIDED.reason : NAMING));
  await first(chief.page).click();
  check(`${what} was not decided: ${await faults(chief.page)}`, await told(chief.page));
  check(`${what} waits on`, !(await waiting(chief.page)).includes(path));
  await chief.context.close();
}

async function together(at, check) {
  const { context, page } = await device(at, 'rattana');
  await decided(at, page, await askConsent(at, page, check), 'consent', check);
  await decided(at, page, await askWords(at, page, check), 'words', check);

  // What somebody takes back is gone; two more wait for the pages that are looked at.
  const path = await askConsent(at, page, check);
  await page.goto(at.bases.cmo + path);
  await page.locator('form[action$="/no"] button').click();
  check(`not taken back: ${await faults(page)}`, (await told(page)) && !(await waiting(page)).includes(path));
  const idOf = (one) => one.split('/').pop();
  at.ids.asked = idOf(await askConsent(at, page, check));
  at.ids.words = idOf(await askWords(at, page, check));
  await context.close();
}

module.exports = { together };
