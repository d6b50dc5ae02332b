// A child is written down. Each view has a child of its own, and their story goes on in it.
const { device, heading, first, told, asksFor, faults, fill, idOf } = require('./hand');

/** Invented children: family names are words (rain, mountain, wind, forest). */
const CHILDREN = {
  'km phone': { km: ['ភ្លៀង', 'ចន្ទា'], latin: ['Phlieng', 'Chantha'], sex: 'female', age: '9' },
  'en desk': { km: ['ភ្នំ', 'បូរី'], latin: ['Phnom', 'Borey'], sex: 'male', age: '12' },
  'en phone': { km: ['ខ្យល់', 'ម៉ានិត'], latin: ['Khyal', 'Manith'], sex: 'male', age: '7' },
  'km desk': { km: ['ព្រៃ', 'រស្មី'], latin: ['Prey', 'Rasmey'], sex: 'female', age: '13' },
};

/** The child of this view. */
const childOf = ({ view }) => CHILDREN[`${view.lang} ${view.size}`];

/** Every name of theirs, by which a page could tell who it is about. */
const namesOf = (at) => [...childOf(at).km, ...childOf(at).latin].filter((name) => name !== 'Phnom' && name !== 'ភ្នំ');

/** A case is begun with who the child is, and goes on with who takes care of them. */
async function add(at, check) {
  const child = childOf(at);
  const { context, page } = await device(at, 'rattana');
  await page.goto(`${at.bases.cmo}/cases/new`);
  await fill(page, { 'name.latin.family': child.latin[0], 'name.latin.given': child.latin[1] });
  await first(page).click();
  check('nobody asked for the sex', await asksFor(page, 'sex'));
  check('the name is lost', (await page.locator('[name="name.latin.given"]').inputValue()) === child.latin[1]);
  await fill(page, {
    'name.km.family': child.km[0], 'name.km.given': child.km[1], sex: child.sex, 'age_estimate.years': child.age, 'languages.km': true,
  });
  await first(page).click();
  // Somebody sounds alike: it is another child.
  if (!(await told(page))) await first(page).click();
  check(`not added: ${await faults(page)}`, await told(page));
  check('the page does not say whose it is', (await heading(page)).includes(child.km[1]));
  at.made.case = idOf(page);
  await page.goto(`${at.bases.cmo}/c/${at.made.case}/edit/care_arrangement`);
  await fill(page, { kind: 'transit_centre', child_wishes: 'To go to school again.' });
  await first(page).click();
  check(`who takes care was not saved: ${await faults(page)}`, await told(page));
  await context.close();
}

module.exports = { add, childOf, namesOf };
