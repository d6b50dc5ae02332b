// Which pages there are, and whether each was looked at. The list is that of docs/roles.md, which is written from the
// program's own routes and checked against them (`cargo test -p tests --test docs`).
const fs = require('fs');
const http = require('http');
const path = require('path');

const LIST = path.join(__dirname, '../../docs/roles.md');

/** Addresses that are no pages: what they answer instead. */
const NO_PAGES = {
  '/start': 'leads on',
  '/settings/passkeys': 'leads on',
  '/lang/{tag}': 'leads on',
  '/news': 'text/event-stream',
  '/a/{mark}/{name}': 'text/css',
};

/** The routes that show something. */
function shown() {
  const routes = [...fs.readFileSync(LIST, 'utf8').matchAll(/^\| `GET (\S+)` \|/gm)].map((found) => found[1]);
  if (routes.length < 50) throw new Error(`${LIST} lists ${routes.length} pages`);
  return routes;
}

/** The route of an address: of those that fit, the one with the most words of its own. */
function routeOf(address, routes) {
  const parts = address.split('/');
  const named = (part) => part.startsWith('{');
  const fits = (route) => {
    const own = route.split('/');
    return own.length === parts.length && own.every((part, at) => named(part) || part === parts[at]);
  };
  const words = (route) => route.split('/').filter((part) => !named(part)).length;
  return routes.filter(fits).sort((one, other) => words(other) - words(one))[0];
}

/** Pages of which none was looked at: `seen` are the addresses that showed one. */
function unseen(seen, routes = shown()) {
  const there = new Set([...seen].map((address) => routeOf(address, routes)));
  return routes.filter((route) => !there.has(route) && !(route in NO_PAGES));
}

/** How an answer begins: what it is, or that it leads on. Names that end in localhost are this computer's. */
function head(url, cookie) {
  const { host, port, pathname } = new URL(url);
  return new Promise((done, failed) => {
    const asked = http.get({ host: '127.0.0.1', port, path: pathname, headers: { host, cookie } }, (answer) => {
      done(answer.statusCode === 303 ? 'leads on' : `${answer.headers['content-type']}`);
      // One of them never ends.
      asked.destroy();
    });
    asked.on('error', failed);
  });
}

/** Which of the addresses that are no pages show one all the same; asked as the person with this sign-in. */
async function pagesAmongNone(base, state, routes = shown()) {
  const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const wrong = Object.keys(NO_PAGES).filter((route) => !routes.includes(route)).map((route) => `there is no ${route}`);
  for (const [route, answers] of Object.entries(NO_PAGES)) {
    const address = route.replace('{tag}', 'en').replace('{mark}/{name}', '0/spean.css');
    const said = await head(base + address, cookie);
    if (!said.startsWith(answers)) wrong.push(`${route} answers ${said}`);
  }
  return wrong;
}

/** Whether a page that was not looked at is found, also where another's address would fit it. */
const finds = () => unseen(new Set(['/c/1', '/r/1/note']), ['/c/{id}', '/c/new', '/r/{id}/{what}']).join() === '/c/new';

module.exports = { unseen, pagesAmongNone, finds };
