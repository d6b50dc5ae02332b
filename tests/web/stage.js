// The nodes that the stories happen on: the three of `spean demo`, told and gone on, and one that starts locked.
const { spawn, execFile } = require('child_process');
const { promisify } = require('util');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const readline = require('readline');

const PROGRAM = process.env.SPEAN_PROGRAM;
const PASSPHRASE = 'five words that nobody guesses';
const ENDS_WITHIN = 20_000;

/** Everything that runs; `stop` ends it and removes its folder. */
class Stage {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sp-web-'));
    this.running = [];
  }

  start(args, options = {}) {
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
    this.running.push(child);
    return child;
  }

  async stop() {
    const ended = this.running.map((child) => new Promise((done) => {
      if (child.exitCode !== null || child.signalCode !== null) return done();
      const late = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN);
      child.once('exit', () => { clearTimeout(late); done(); });
      child.kill('SIGINT');
    }));
    await Promise.all(ended);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** `spean demo`, when its story has been told: addresses by agency, the people's passphrase and telephone. */
async function demo(stage) {
  const child = stage.start(['demo', '--dir', path.join(stage.folder, 'demo')]);
  const printed = [];
  for await (const line of readline.createInterface({ input: child.stdout })) {
    printed.push(line);
    if (line.startsWith("Code on everybody's telephone")) break;
  }
  const text = printed.join('\n');
  const found = (pattern) => (text.match(pattern) || stop(`the demo did not print ${pattern}:\n${text}`))[1];
  child.stdout.resume();
  const folder = path.join(stage.folder, 'demo');
  const spean = async (agency, ...args) => (await promisify(execFile)(PROGRAM, ['--dir', path.join(folder, agency), ...args])).stdout;
  return {
    spean,
    cmo: found(/CMO +(http:\S+)\/$/m),
    dt: found(/DT +(http:\S+)\/$/m),
    hc: found(/HC +(http:\S+)\/$/m),
    words: found(/passphrase `([^`]+)`/),
    secret: found(/takes ([A-Z2-7]{32})/),
    newcomer: found(/begins here: http:\S+(\/join\/\S+)/),
  };
}

/** A new agency of its own: a folder with these lines in its settings, its screens open, and how to ask it by command. */
async function agency(stage, name, kind, settings = {}) {
  const dir = path.join(stage.folder, name.toLowerCase());
  const file = path.join(stage.folder, 'passphrase');
  fs.writeFileSync(file, PASSPHRASE + '\n', { mode: 0o600 });
  const [listen, port] = [await freePort(), await freePort()];
  const asked = (args) => ['--dir', dir, '--passphrase-file', file, ...args];
  const spean = async (...args) => (await promisify(execFile)(PROGRAM, asked(args))).stdout;
  await spean('init', '--name', name, '--kind', kind, '--network', 'spean-demo', '--listen', `127.0.0.1:${listen}`);
  const ours = { open: 'true', address: `"127.0.0.1:${port}"`, ...settings };
  const config = path.join(dir, 'config.toml');
  const lines = fs.readFileSync(config, 'utf8').split('\n').map((line) => {
    const key = line.split(' = ')[0];
    return key in ours && key !== line ? `${key} = ${ours[key]}` : line;
  });
  fs.writeFileSync(config, lines.join('\n'));
  const url = `http://127.0.0.1:${port}`;
  const serve = async (...args) => {
    const child = stage.start(asked(['serve', ...args]), { stdio: 'ignore' });
    for (const begun = Date.now(); !(await fetch(url).catch(() => null)); await pause(100)) {
      if (Date.now() - begun > 60_000) stop(`the node of ${name} does not answer`);
    }
    return child;
  };
  return { dir, url, spean, serve };
}

/** A node that was started without its passphrase. */
async function locked(stage) {
  const { url, spean, serve } = await agency(stage, 'RC', 'reception');
  const card = await spean('agency', 'card');
  await serve('--locked');
  return { url, spean, passphrase: PASSPHRASE, card };
}

/**
 * A node whose disk is full by its settings, so that it takes no new work; and the invitation of a supervisor there.
 * Nothing where so much is free that no setting calls it full.
 */
async function full(stage) {
  const { bavail, bsize } = fs.statfsSync(stage.folder);
  const most = 1_048_576; // MiB, the largest mark that the program takes
  if (bavail * bsize > most * 1024 ** 2) return null;
  const { url, spean, serve } = await agency(stage, 'FI', 'shelter', { free_space_mark_mib: most });
  await serve();
  const invited = await spean('user', 'invite', 'rachana', '--name', 'Pich Rachana', '--role', 'supervisor', '--by', 'Rachana');
  return { url, invitation: `${url}/join/${invited.match(/(?<![\w-])[\w-]{43}(?![\w-])/)[0]}` };
}

/** Two cards of one agency whose folder was copied: each node made its next key, and the two histories part. */
async function parted(stage) {
  const { dir, spean, serve } = await agency(stage, 'NS', 'shelter');
  const copy = `${dir}-copy`;
  fs.cpSync(dir, copy, { recursive: true });
  const cards = [];
  for (const other of [copy, null]) {
    const child = await serve();
    await spean('key', 'rotate', 'signing', '--by', 'Nobody');
    cards.push(await spean('agency', 'card'));
    await new Promise((done) => { child.once('exit', done); child.kill('SIGINT'); });
    if (other) {
      fs.rmSync(dir, { recursive: true });
      fs.renameSync(other, dir);
    }
  }
  return cards;
}

function freePort() {
  return new Promise((done) => {
    const server = net.createServer();
    server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); });
  });
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function stop(why) {
  throw new Error(why);
}

module.exports = { Stage, demo, locked, full, parted, pause, freePort };
