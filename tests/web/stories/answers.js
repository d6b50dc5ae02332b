// What the asked agency does with an offer, and what the sender sees of it.
const { device, heading, first, told, faults, until } = require('./hand');

/** From the inbox to an accepted offer in three taps, and what came then. */
async function accept(at, check) {
  const { bases: { dt }, ids: { offer: id } } = at;
  const { context, page } = await device(at, 'maly');
  await page.goto(`${dt}/inbox`);
  let taps = 0;
  const tap = async (what) => { taps += 1; await what.click(); };
  await tap(page.locator(`main a.row[href="/r/${id}"]`));
  check('the offer tells a name', !(await page.locator('main').innerText()).includes('សុភា'));
  await tap(first(page));
  await tap(first(page));
  check(`not accepted: ${await faults(page)}`, await told(page));
  check(`it took ${taps} taps`, taps <= 3);
  const opened = page.locator(`a[href="/r/${id}/case"]`);
  await until(page, `${dt}/r/${id}`, 'the information', async () => (await opened.count()) > 0);
  await opened.first().click();
  check('the name did not come', (await heading(page)).includes('សុភា'));
  await context.close();
}

/** No bed: first without saying why, then with. */
async function decline(at, check) {
  const { bases: { dt }, ids: { declined: id } } = at;
  const { context, page } = await device(at, 'maly');
  await page.goto(`${dt}/r/${id}`);
  await page.click(`a[href="/r/${id}/decline"]`);
  await first(page).click();
  check('no reason was asked for', (await page.locator('#faults a[href="#reason"]').count()) === 1);
  check('the title does not say that something is wrong', (await page.title()).startsWith('Error:'));
  await page.locator('label.choice', { hasText: 'bed' }).click();
  await first(page).click();
  check(`not declined: ${await faults(page)}`, await told(page));
  await page.goto(`${dt}/inbox`);
  check('it still waits for an answer', (await page.locator(`section[aria-labelledby=answer] a[href="/r/${id}"]`).count()) === 0);
  await context.close();
}

/** Progress, a note, and the end of it. */
async function goOn(at, check) {
  const { bases: { dt }, ids: { offer: id } } = at;
  const { context, page } = await device(at, 'maly');
  const say = async (what, choice, text) => {
    await page.goto(`${dt}/r/${id}/${what}`);
    if (choice) await page.locator('label.choice', { has: page.locator(`input[value=${choice}]`) }).click();
    await page.fill('#text', text);
    await first(page).click();
  };
  const said = async (what, choice, text) => {
    await say(what, choice, text);
    check(`${what} was not taken: ${await faults(page)}`, await told(page));
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
async function follow(at, check) {
  const { bases: { cmo }, ids: { offer: id } } = at;
  const { context, page } = await device(at, 'rattana');
  const story = () => page.locator('ol.story').innerText();
  await until(page, `${cmo}/r/${id}`, 'the end', async () => (await story()).includes('Went home'));
  check('the note did not come', (await story()).includes('Asks for her brother'));
  await context.close();
}

module.exports = { accept, decline, goOn, follow };
