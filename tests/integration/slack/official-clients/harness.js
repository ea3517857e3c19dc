// SPDX-License-Identifier: Apache-2.0
// What the scripts share: the emulator's world, its control API, and waiting for conditions.
'use strict';

const assert = require('node:assert/strict');
const https = require('node:https');

const world = JSON.parse(process.env.WORLD);
const clients = JSON.parse(process.env.CLIENTS);

function control(action, args = {}) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(args);
    const request = https.request(world.control_url + action, {
      method: 'POST', headers: { 'content-type': 'application/json',
                                 'content-length': Buffer.byteLength(body) } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece) => { text += piece; });
      answer.on('end', () => {
        const parsed = JSON.parse(text);
        if (parsed.ok) resolve(parsed.result);
        else reject(new Error(`${action}: ${parsed.error}`));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

// Asks until the condition holds; fails after ten seconds.
async function eventually(what, condition) {
  const end = Date.now() + 10000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function noViolations(allowed = []) {
  const found = (await control('violations')).filter((one) => !allowed.includes(one.rule));
  assert.deepEqual(found, []);
}

const texts = async (channel) => (await control('posted', { channel })).map((one) => one.text);

module.exports = { world, clients, control, eventually, noViolations, texts };
