// SPDX-License-Identifier: Apache-2.0
// Runs each script with each set of clients that this node can run, against an emulator of its own.
'use strict';

const { spawn } = require('node:child_process');
const readline = require('node:readline');

const emulator = process.argv[2];
const sets = [
  { name: 'node-18', bolt: 'bolt-for-node-18', socketMode: 'socket-mode-for-node-18',
    webApi: 'web-api-for-node-18' },
];
if (Number(process.versions.node.split('.')[0]) >= 20) {
  sets.push({ name: 'current', bolt: '@slack/bolt', socketMode: '@slack/socket-mode',
              webApi: '@slack/web-api' });
}
const scripts = [
  { file: 'web_api.js', options: [] },
  { file: 'socket_mode.js', options: [] },
  { file: 'bolt_socket_mode.js', options: [] },
  { file: 'bolt_http.js', options: ['--http'] },
];

async function run(script, set) {
  const server = spawn(emulator, script.options, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = readline.createInterface({ input: server.stdout });
    const [world] = await Promise.race([
      new Promise((resolve) => lines.once('line', (line) => resolve([line]))),
      new Promise((_, reject) => server.once('exit', () => reject(new Error('no emulator')))),
      new Promise((_, reject) => server.once('error', reject)),
    ]);
    const child = spawn(process.execPath, [script.file], {
      stdio: 'inherit',
      env: { ...process.env, NODE_EXTRA_CA_CERTS: JSON.parse(world).ca_file, WORLD: world,
             CLIENTS: JSON.stringify(set) },
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), 120000);
    const code = await new Promise((resolve) => child.once('exit', resolve));
    clearTimeout(limit);
    return code === 0;
  } finally {
    const ended = server.exitCode !== null || new Promise((resolve) => server.once('exit', resolve));
    server.stdin.end();
    await ended;
  }
}

(async () => {
  let failed = 0;
  for (const set of sets) {
    for (const script of scripts) {
      console.log(`== ${script.file} with the ${set.name} clients`);
      if (!await run(script, set)) {
        console.log(`== FAILED: ${script.file} with the ${set.name} clients`);
        failed += 1;
      }
    }
  }
  process.exitCode = failed === 0 ? 0 : 1;
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
