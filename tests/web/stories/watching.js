// What is not one's own is opened with a reason, before the supervisor's eyes; the auditor finds it in the record.
const { device, heading, main, first, told, has, asksFor, faults } = require('./hand');
const { childOf, namesOf } = require('./cases');
const { workerOf } = require('./people');

const reasonOf = ({ view }) => `The child is at our door (${view.lang}, ${view.size})`;

/** A colleague opens a case for an hour; the supervisor sees who, which and why. */
async function glass(at, check) {
  const { bases: { cmo }, made } = at;
  const [name, sign] = workerOf(at);
  const path = `${cmo}/c/${made.case}`;
  const { context, page } = await device(at, sign);
  await page.goto(path);
  const refused = await main(page);
  check('it is shown without a reason', !namesOf(at).some((one) => refused.includes(one)));
  await page.click('main a[href$="/open"]');
  await page.fill('#reason', '          ');
  await first(page).click();
  check('no reason was asked for', await asksFor(page, 'reason'));
  await page.fill('#reason', reasonOf(at));
  await first(page).click();
  check(`not opened: ${await faults(page)}`, (await heading(page)).includes(childOf(at).km[1]));
  const bar = page.locator('main .banner', { has: page.locator('svg use[href$="#eye"]') });
  check('no bar says how long', (await bar.count()) === 1 && /1 hour|5\d minutes|១ ម៉ោង|៥. នាទី/.test(await bar.innerText()));
  await page.goto(`${path}/consent`);
  check('its other pages do not say how long', (await bar.count()) === 1);
  await context.close();

  const chief = await device(at, 'chanthou');
  await chief.page.goto(`${cmo}/board`);
  const opened = chief.page.locator('section[aria-labelledby=opened] li', { hasText: reasonOf(at) });
  check('the supervisor does not see who', (await opened.innerText()).includes(name));
  await opened.locator('a').click();
  check('the supervisor cannot open it', (await heading(chief.page)).includes(childOf(at).km[1]));
  await chief.context.close();
}

/** A filter finds the entries, and the whole is checked; no child's name stands there. */
async function audit(at, check) {
  const { cmo } = at.bases;
  const [name] = workerOf(at);
  const { context, page } = await device(at, 'bopha');
  await page.goto(`${cmo}/audit`);
  await page.fill('#who', name);
  await first(page).click();
  const rows = await page.locator('section[aria-labelledby=entries] li').allInnerTexts();
  check(`${rows.length} entries, not all of who was asked for`, rows.length > 2 && rows.every((row) => row.includes(name)));
  check('it was opened without an entry', rows.some((row) => row.includes('break')));
  check('a name stands in the address', !decodeURI(page.url()).includes(name));
  check('a child is named', !namesOf(at).some((one) => rows.join().includes(one)));
  await page.check('form.card [name=refused]');
  await first(page).click();
  check('not only what was refused', !(await has(page, 'section[aria-labelledby=entries] .tag.good')) && (await has(page, 'section[aria-labelledby=entries] .tag.stop')));
  await page.click('button[formaction="/audit/check"]');
  check('it is not whole', await told(page));
  check('the filter is lost', (await page.locator('#who').inputValue()) === name);
  await context.close();
}

module.exports = { glass, audit };
