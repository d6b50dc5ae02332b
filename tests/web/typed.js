// What the walks type, box by box.

/** A child who is here already, spelled another way. */
const ALIKE = {
  '[name="name.latin.family"]': 'Tonle',
  '[name="name.latin.given"]': 'Sokhha',
  '[name="sex"]': 'male',
  '[name="age_estimate.years"]': '13',
  '[name="languages.km"]': 'on',
};

/** The first page of a consent. */
const CONSENT = {
  '#to input': true,
  '[name="categories.identity"]': true,
  '[name="purposes.shelter"]': true,
  '[name="onward"]': 'no',
};

/** What is asked of the other agency. */
const ASKED = {
  '[name="service"]': 'shelter.transitional',
  '[name="urgency"]': 'high',
  '[name="purpose"]': 'shelter',
  '[name="categories.identity"]': true,
  '[name="categories.family"]': true,
  '[name="categories.protection"]': true,
  '[name="categories.health"]': true,
  '[name="categories.care_arrangement"]': true,
  '[name="summary"]': 'A safe bed is needed tonight, and somebody who listens.',
};

/** The same, in words that say who the child is. */
const WORDS = { ...ASKED, '[name="summary"]': 'Vichetr needs a safe bed tonight.' };

/** Another name each time. */
const once = (name) => {
  let times = 0;
  return () => `${name}${(times += 1)}`;
};

module.exports = { ALIKE, CONSENT, ASKED, WORDS, once };
