// A child is referred: who, what and why, exactly what they will see, sent; there it arrives as it was looked at.
const { device, heading, main, first, told, has, asksFor, faults, box, fill, idOf, until } = require('./hand');
const { childOf, namesOf } = require('./cases');

const ASKED = {
  service: 'shelter.transitional', urgency: 'high', purpose: 'shelter', 'categories.identity': true, 'categories.care_arrangement': true,
};
const SUMMARY = 'A safe bed is needed tonight, and somebody who listens.';

/** What the parts of a record say, each under its name; without the buttons that leave something out. */
const record = (page, within) => page.locator(`${within} section.card:has(> dl.facts)`).evaluateAll((cards) => cards.map((card) => {
  card.querySelectorAll('button').forEach((button) => button.remove());
  return `${card.querySelector('h2').innerText}: ${card.querySelector('dl').innerText}`;
}));

/** A category is left out, and a field; both are put back. */
async function less(page, check) {
  const parts = () => page.locator('main .two > .stack section.card').count();
  const before = await parts();
  await page.locator('main h2 ~ button[name=out]').last().click();
  check(`${await parts()} parts of ${before} are left`, (await parts()) === before - 1 && (await has(page, '[aria-labelledby=less]')));
  await page.click('button[name=in]');
  check('it did not come back', (await parts()) === before && !(await has(page, '[aria-labelledby=less]')));
  await page.locator('main dd button[name=out]').first().click();
  check('no field is left out', await has(page, '[aria-labelledby=less]'));
  await page.click('button[name=in]');
  check('the field did not come back', !(await has(page, '[aria-labelledby=less]')));
}

/** From the case to the page that shows what they will see, with a name in the text on the way. */
async function look(at, page, check) {
  await page.goto(`${at.bases.cmo}/c/${at.made.case}`);
  await page.click(`main a[href="/c/${at.made.case}/refer"]`);
  await page.locator('main a.row', { hasText: 'DT' }).click();
  const name = childOf(at).latin[1];
  await fill(page, { ...ASKED, summary: `${name} needs a safe bed.` });
  await first(page).click();
  check('a name was let through', await asksFor(page, 'summary'));
  check('the name is not marked', (await page.locator('main mark').allInnerTexts()).join() === name);
  check('what was written is lost', (await box(page, 'summary').inputValue()) === `${name} needs a safe bed.`);
  check('what was ticked is lost', await box(page, 'categories.identity').isChecked());
  await fill(page, { summary: SUMMARY });
  await first(page).click();
  check(`there is nothing to look at: ${await faults(page)}`, await has(page, 'button[name=send]'));
}

/** Sends what is looked at; where the child could be guessed, with a reason. */
async function send(page) {
  if (await has(page, '#reason')) await fill(page, { reason: 'agreed by telephone' });
  await page.click('button[name=send]');
}

async function refer(at, check) {
  const { bases: { cmo, dt }, made } = at;
  const { context, page } = await device(at, 'rattana');
  await look(at, page, check);
  await less(page, check);
  const now = await page.locator('section[aria-labelledby=now] dd').allInnerTexts();
  const later = await record(page, 'main .two > .stack');
  check('what goes now names the child', !namesOf(at).some((name) => now.join().includes(name)));
  check(`what goes later: ${later.length} parts`, later.length === 2 && later.join().includes(childOf(at).km[1]));
  check('whoever is not to be told is not named', (await page.locator('main .two .banner.stop').innerText()).includes('the uncle'));
  await send(page);
  check(`not sent: ${await faults(page)}`, await told(page));
  made.offer = idOf(page);
  const number = await page.locator('.over .num').first().innerText();
  await until(page, `${cmo}/sent`, 'its arrival', async () => !(await page.locator(`a[href="/r/${made.offer}"]`).innerText()).includes('call'));
  check('it does not stand among what was sent', await has(page, `main a.row[href="/r/${made.offer}"]`));
  await context.close();

  const there = await device(at, 'maly');
  await until(there.page, `${dt}/inbox`, 'the offer', () => has(there.page, `main a.row[href="/r/${made.offer}"]`));
  await there.page.click(`main a.row[href="/r/${made.offer}"]`);
  const seen = await main(there.page);
  check('they see another number', seen.includes(number));
  // Some stand in a list here and in a sentence there.
  const words = now.join(' ').toLowerCase().split(/[\s,]+/);
  const unseen = words.filter((word) => !seen.toLowerCase().includes(word));
  check(`they do not see ${unseen}`, unseen.length === 0);
  check('they see who it is', !namesOf(at).some((name) => seen.includes(name)));
  await first(there.page).click();
  await first(there.page).click();
  check(`not accepted: ${await faults(there.page)}`, await told(there.page));
  await until(there.page, `${dt}/r/${made.offer}`, 'the information', () => has(there.page, `a[href="/r/${made.offer}/case"]`));
  await there.page.click(`a[href="/r/${made.offer}/case"]`);
  check('the name did not come', (await heading(there.page)).includes(childOf(at).km[1]));
  const came = await record(there.page, 'main .two > .stack:first-child');
  check(`what came is not what was looked at:\n${later.join('\n')}\nbut\n${came.join('\n')}`, came.join('\n') === later.join('\n'));
  check('they are not told whom not to tell', (await there.page.locator('main .banner.stop').innerText()).includes('the uncle'));
  await there.context.close();

  const back = await device(at, 'rattana');
  await back.page.goto(`${cmo}/c/${made.case}/custody`);
  const row = await back.page.locator(`a.row[href="/r/${made.offer}"]`).innerText();
  check(`custody says ${row}`, row.includes('DT') && (await has(back.page, 'main .tag.good')));
  await back.context.close();
}

/** A second one is taken back: they see that, and nothing else of it. */
async function withdraw(at, check) {
  const { bases: { cmo, dt }, made } = at;
  const { context, page } = await device(at, 'rattana');
  await look(at, page, () => {});
  await send(page);
  check(`not sent: ${await faults(page)}`, await told(page));
  const id = idOf(page);
  await page.click(`a[href="/r/${id}/withdraw"]`);
  await first(page).click();
  check('no reason was asked for', await asksFor(page, 'reason'));
  await page.locator('label.choice', { has: page.locator('input[value=placed_elsewhere]') }).click();
  await first(page).click();
  check(`not taken back: ${await faults(page)}`, await told(page));
  check('it can be taken back twice', !(await has(page, `a[href="/r/${id}/withdraw"]`)));
  made.takenBack = id;
  await context.close();

  const there = await device(at, 'maly');
  await there.page.goto(`${dt}/inbox`);
  check('it still waits for an answer', !(await has(there.page, `section[aria-labelledby=answer] a[href="/r/${id}"]`)));
  await there.page.goto(`${dt}/r/${id}`);
  check('it can still be accepted', !(await has(there.page, `a[href="/r/${id}/accept"]`)));
  check('they still see what was asked', !(await main(there.page)).includes(SUMMARY));
  await there.context.close();
}

module.exports = { refer, withdraw };
