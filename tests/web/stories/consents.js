// A consent is asked and recorded over two pages; later it ends, and what was sent under it is erased.
const { device, main, first, told, has, asksFor, faults, box, fill, until } = require('./hand');
const { namesOf } = require('./cases');

/** What a girl's aunt agreed to. */
const AGREED = { 'categories.identity': true, 'categories.care_arrangement': true, 'purposes.shelter': true, onward: 'no' };
const GIVEN = { given_by: 'caregiver', giver: 'the aunt', assent: 'given', form: 'thumbprint', witness: 'Chan Thy', language: 'km' };

/** Without a consent nothing goes; with one, what it covers. */
async function record(at, check) {
  const path = `${at.bases.cmo}/c/${at.made.case}`;
  const { context, page } = await device(at, 'rattana');
  await page.goto(`${path}/refer`);
  check('it does not say that there is no consent', await has(page, `.banner.wait a[href$="/consent"]`));
  await page.goto(`${path}/consent`);
  await page.click('a[href$="/consent/ask"]');
  await first(page).click();
  await first(page).click();
  check('nobody asked with whom', await asksFor(page, 'to'));
  check('something is ticked beforehand', !(await has(page, 'main input[type=checkbox]:checked')));
  await page.locator('#to label.choice').first().click();
  await fill(page, { ...AGREED, 'keep_uninformed.0.who': 'the uncle', 'keep_uninformed.0.reason': 'fear_of_harm' });
  await first(page).click();
  check(`the second page did not come: ${await faults(page)}`, await box(page, 'given_by').count() === 1);
  check('what was agreed to is not read back', (await page.locator('.lede').innerText()).includes('DT'));
  await first(page).click();
  check('nobody asked who agreed', await asksFor(page, 'given_by'));
  await page.click('button[name=back]');
  check('the first page forgets', await box(page, 'categories.identity').isChecked());
  await first(page).click();
  await fill(page, GIVEN);
  await first(page).click();
  check('nobody asked what was explained', await asksFor(page, 'explained'));
  check('who agreed is lost', (await box(page, 'giver').inputValue()) === GIVEN.giver);
  for (const one of await page.locator('#explained label.choice').all()) await one.click();
  await first(page).click();
  check(`not recorded: ${await faults(page)}`, await told(page));
  at.made.end = await page.locator('a.change[href$="/end"]').first().getAttribute('href');
  await context.close();
}

/** The page says first who holds what; then it ends, they erase, and their receipt stands in custody. */
async function end(at, check) {
  const { bases: { cmo, dt }, made } = at;
  const { context, page } = await device(at, 'rattana');
  await page.goto(cmo + made.end);
  check('it does not say who holds something', (await page.locator('[aria-labelledby=holders]').innerText()).includes('DT'));
  await first(page).click();
  check(`not ended: ${await faults(page)}`, await told(page));
  check('it can be ended twice', !(await has(page, `a[href="${made.end}"]`)));
  await until(page, `${cmo}/c/${made.case}/custody`, 'the receipt', async () => !(await has(page, 'main .tag.stop, main .tag.good')));
  check('an agency that erased has no row', await has(page, `main a.row[href="/r/${made.offer}"]`));
  await page.goto(`${cmo}/c/${made.case}/refer`);
  check('one may still refer', await has(page, `.banner.wait a[href$="/consent"]`));
  await context.close();

  const there = await device(at, 'maly');
  await there.page.goto(`${dt}/r/${made.offer}`);
  check('it can still be opened there', !(await has(there.page, `a[href="/r/${made.offer}/case"]`)));
  const kept = await main(there.page);
  check('something of the child is left there', !namesOf(at).some((name) => kept.includes(name)));
  const answer = await there.page.goto(`${dt}/r/${made.offer}/case`);
  check(`its page still answers ${answer.status()}`, !namesOf(at).some((name) => kept.includes(name)) && !(await has(there.page, '#identity')));
  await there.context.close();
}

module.exports = { record, end };
