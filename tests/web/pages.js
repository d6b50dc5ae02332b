// The pages that are looked at in every view. One line each:
//
//   [name, agency, who, address, what is typed before the button is pressed]
//
// `{offer}` and the like stand for ids that `ids` in walk.js finds. Without the last part the page is only opened;
// `{}` presses the button with nothing typed. What is typed here must be refused: a walk changes nothing.

/** A child who is here already, spelled another way. */
const ALIKE = {
  '[name="name.latin.family"]': 'Tonle',
  '[name="name.latin.given"]': 'Sokhha',
  '[name="sex"]': 'male',
  '[name="age_estimate.years"]': '13',
  '[name="languages.km"]': 'on',
};

/** While the offers still wait. */
const BEFORE = [
  ['sign-in', 'dt', 'nobody', '/'],
  ['join', 'dt', 'nobody', '/join'],
  ['join-wrong', 'dt', 'nobody', '/join', { '#token': 'not an invitation' }],
  ['enrol', 'dt', 'nobody', '{newcomer}'],
  ['enrol-wrong', 'dt', 'nobody', '{newcomer}', { '#passphrase': 'three rivers meet', '#again': 'two rivers', '#code': '123456' }],
  ['not-there-nobody', 'dt', 'nobody', '/nowhere'],
  ['hide', 'dt', 'nobody', '/hide'],

  ['inbox', 'dt', 'maly', '/inbox'],
  ['offer', 'dt', 'maly', '/r/{offer}'],
  ['accept', 'dt', 'maly', '/r/{offer}/accept'],
  ['decline', 'dt', 'maly', '/r/{offer}/decline'],
  ['decline-wrong', 'dt', 'maly', '/r/{offer}/decline', {}],
  ['sent-empty', 'dt', 'maly', '/sent'],
  ['cases-empty', 'dt', 'maly', '/cases'],
  ['help', 'dt', 'maly', '/help'],
  ['settings', 'dt', 'maly', '/settings'],
  ['passkey-add', 'dt', 'maly', '/settings/passkeys/new'],
  ['passphrase-change', 'dt', 'maly', '/settings/passphrase'],
  ['more', 'dt', 'maly', '/more'],
  ['not-there', 'dt', 'maly', '/r/ffffff'],

  ['supervisor-inbox', 'dt', 'visal', '/inbox'],
  ['administrator-more', 'dt', 'sothy', '/more'],
  ['administrator-cases', 'dt', 'sothy', '/cases'],

  ['inbox-empty', 'cmo', 'rattana', '/inbox'],
  ['sent', 'cmo', 'rattana', '/sent'],
  ['sent-one', 'cmo', 'rattana', '/r/{sent}'],
  ['cases', 'cmo', 'rattana', '/cases'],
  ['cases-found', 'cmo', 'rattana', '/cases', { '#term': 'សុខា' }],
  ['cases-none-found', 'cmo', 'rattana', '/cases', { '#term': 'Nobody' }],
  ['cases-wrong', 'cmo', 'rattana', '/cases', {}],
  ['case', 'cmo', 'rattana', '/c/{case}'],
  ['case-add', 'cmo', 'rattana', '/cases/new'],
  ['case-add-wrong', 'cmo', 'rattana', '/cases/new', {}],
  ['case-alike', 'cmo', 'rattana', '/cases/new', ALIKE],
  ['case-edit', 'cmo', 'rattana', '/c/{case}/edit/identity'],
  ['case-edit-long', 'cmo', 'rattana', '/c/{case}/edit/protection'],
  ['case-edit-entry', 'cmo', 'rattana', '/c/{case}/edit/family/members/0'],
  ['consents', 'cmo', 'rattana', '/c/{case}/consent'],
  ['consent-ask', 'cmo', 'rattana', '/c/{case}/consent/ask'],
  ['consent-new', 'cmo', 'rattana', '/c/{case}/consent/new'],
  ['consent-new-wrong', 'cmo', 'rattana', '/c/{case}/consent/new', {}],
  ['drafts-empty', 'cmo', 'rattana', '/drafts'],
  ['custody', 'cmo', 'rattana', '/c/{case}/custody'],
  ['refer-who', 'cmo', 'rattana', '/c/{case}/refer'],
  ['refer-what', 'cmo', 'rattana', '/c/{case}/refer/{to}'],
  ['refer-what-wrong', 'cmo', 'rattana', '/c/{case}/refer/{to}', {}],
  ['withdraw', 'cmo', 'rattana', '/r/{sent}/withdraw'],
  ['withdraw-wrong', 'cmo', 'rattana', '/r/{sent}/withdraw', {}],
];

/** Of those who look after trust, people and the work of others. */
const TRUST = [
  ['people', 'dt', 'sothy', '/people'],
  ['people-invite', 'dt', 'sothy', '/people/invite'],
  ['people-invite-wrong', 'dt', 'sothy', '/people/invite', { '#name': 'Kong Kosal', '#sign_in': '!!', '[name="auditor"]': 'on' }],
  ['person', 'dt', 'sothy', '/people/{person}'],
  ['person-recover', 'dt', 'sothy', '/people/{person}/recover'],
  ['person-remove', 'dt', 'sothy', '/people/{person}/remove'],
  ['peers', 'dt', 'sothy', '/peers'],
  ['peer', 'dt', 'sothy', '/peers/{peer}'],
  ['peer-compare', 'dt', 'sothy', '/peers/{peer}/compare'],
  ['peer-suspend', 'dt', 'sothy', '/peers/{peer}/suspend'],
  ['peer-suspend-wrong', 'dt', 'sothy', '/peers/{peer}/suspend', {}],
  ['peer-add', 'dt', 'sothy', '/peers/add'],
  ['peer-add-wrong', 'dt', 'sothy', '/peers/add', { '#card': 'not a card' }],
  ['keys', 'dt', 'sothy', '/keys'],
  ['audit', 'dt', 'sothy', '/audit'],
  ['export', 'dt', 'sothy', '/audit/export'],
  ['export-wrong', 'dt', 'sothy', '/audit/export', { '#since': '2020-01-01', '#until': '2020-01-31' }],
  ['audit-none', 'dt', 'sothy', '/audit', { '#who': 'nobody of this name' }],
  ['administrator-tokens', 'dt', 'sothy', '/tokens'],
  ['own-tokens', 'dt', 'maly', '/settings/tokens'],
  ['administrator-settings', 'dt', 'sothy', '/settings'],
  ['peers-worker', 'dt', 'maly', '/peers'],
  ['glass', 'dt', 'maly', '/c/ffffff/open'],
  ['glass-wrong', 'dt', 'maly', '/c/ffffff/open', { '#reason': '          ' }],
  ['board', 'dt', 'visal', '/board'],
  ['board-sender', 'cmo', 'bopha', '/board'],
  ['assign-case', 'cmo', 'bopha', '/c/{case}/assign'],
  ['assign', 'dt', 'visal', '/r/{offer}/assign'],
  ['inbox-team', 'dt', 'maly', '/inbox?whose=team'],
  ['teams', 'dt', 'visal', '/teams'],
  ['teams-wrong', 'dt', 'visal', '/teams', { '#name': 'night team' }],
  ['team', 'dt', 'visal', '/teams/{team}'],
  ['team-remove', 'dt', 'visal', '/teams/{team}/remove'],
  ['administrator-teams', 'dt', 'sothy', '/teams'],
];

/** When an offer was accepted, and its child's information has come. */
const AFTER = [
  ['inbox-going', 'dt', 'maly', '/inbox'],
  ['story', 'dt', 'maly', '/r/{released}'],
  ['released', 'dt', 'maly', '/r/{released}/case'],
  ['note', 'dt', 'maly', '/r/{released}/note'],
  ['note-wrong', 'dt', 'maly', '/r/{released}/note', {}],
  ['progress', 'dt', 'maly', '/r/{released}/progress'],
  ['progress-wrong', 'dt', 'maly', '/r/{released}/progress', { '#text': 'Ate well, and slept.' }],
  ['complete', 'dt', 'maly', '/r/{released}/complete'],
  ['complete-wrong', 'dt', 'maly', '/r/{released}/complete', {}],
  ['declined', 'dt', 'maly', '/r/{declined}'],
  ['sent-answered', 'cmo', 'rattana', '/sent'],
  ['story-sender', 'cmo', 'rattana', '/r/{released}'],
  ['declined-sender', 'cmo', 'rattana', '/r/{declined}'],
];

/** Of a node that started without its passphrase. */
const LOCKED = [
  ['locked', 'rc', 'nobody', '/'],
  ['locked-hide', 'rc', 'nobody', '/hide'],
];

/** Last: whoever types what is wrong has to wait, and so has everybody at this address. */
const GUESSED = [
  ['sign-in-wrong', 'hc', 'nobody', '/', { '#name': 'nobody', '#passphrase': 'two rivers meet here', '#code': '123456' }],
  ['locked-wrong', 'rc', 'nobody', '/unlock', { '#passphrase': 'two rivers meet here' }],
];

module.exports = { BEFORE, TRUST, AFTER, LOCKED, GUESSED };
