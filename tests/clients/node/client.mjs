// fhir-kit-client over undici: its second version uses the global fetch, to which only undici's dispatcher brings a certificate.
//
// Environment: BASE (FHIR base), DEMO (the demonstration's folder), DRAFTS (templates), ANSWERS (folder for answers). It is run as a copy
// beside its packages.

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Client } from 'fhir-kit-client';
import { Agent, fetch, setGlobalDispatcher } from 'undici';

const { BASE, DEMO, DRAFTS, ANSWERS } = process.env;

const CLIENT = 'fhir-kit-client';
const cast = JSON.parse(readFileSync(`${DEMO}/cast.json`, 'utf8'));
const caller = (name) => cast.callers.find((one) => one.name === name);
const open = cast.holders.find((one) => one.name === 'open');
const PATIENT = `${open.ins_system}|${open.ins}`;
const CURRENT = { 'patient.identifier': PATIENT, status: 'current' };

const agents = Object.fromEntries(['treating-physician', 'outside-specialist', 'ens'].map((name) => {
  const file = (path) => readFileSync(`${DEMO}/${path}`);
  const connect = { cert: file(caller(name).certificate), key: file(caller(name).key), ca: file('pki/ca.pem') };
  return [name, new Agent({ connect })];
}));
const client = new Client({ baseUrl: BASE });
// The holder's front end names the holder by a token.
const holder = readFileSync(`${DEMO}/${caller('ens').tokens.open}`, 'utf8').trim();
// The dispatcher is global: whoever acts, acts alone.
const as = (name) => {
  setGlobalDispatcher(agents[name]);
  client.customHeaders = name === 'ens' ? { authorization: `Bearer ${holder}` } : {};
};
const kept = { published: [] };
let answers = 0;
let current = '';
let failed = false;

mkdirSync(ANSWERS, { recursive: true });
function keep(answer) {
  answers += 1;
  writeFileSync(`${ANSWERS}/${current}-${String(answers).padStart(3, '0')}.json`, JSON.stringify(answer));
  return answer;
}

const oid = () => `urn:oid:2.25.${BigInt(`0x${randomBytes(16).toString('hex')}`)}`;

function draft(name, more = {}) {
  const text = Buffer.from(`document ${randomUUID()}`);
  const specialist = caller('outside-specialist');
  const values = {
    client: CLIENT,
    ins_system: open.ins_system,
    ins: open.ins,
    author: caller('treating-physician').ps_idnat,
    specialist: specialist.ps_idnat,
    structure: specialist.structure,
    unique_id: oid(),
    set_id: oid(),
    now: new Date().toISOString().replace(/\.\d+Z/, 'Z'),
    data: text.toString('base64'),
    size: String(text.length),
    hash: createHash('sha1').update(text).digest('base64'),
    urn_list: randomUUID(),
    urn_document: randomUUID(),
    urn_binary: randomUUID(),
    urn_update: randomUUID(),
    ...more,
  };
  kept.text = text;
  return JSON.parse(readFileSync(`${DRAFTS}/${name}.json`, 'utf8').replace(/@(\w+)@/g, (_, key) => values[key]));
}

const idIn = (location) => location.split('DocumentReference/')[1].split('/')[0];

async function isRefused(act) {
  try {
    await act();
  } catch (fault) {
    if (fault.response?.data) keep(fault.response.data);
    return fault.response?.status === 403;
  }
  return false;
}

const look = (resourceType = 'DocumentReference') =>
  client.resourceSearch({ resourceType, searchParams: { ...CURRENT, _count: 1 } });

const steps = {
  async capability() {
    assert.equal(keep(await client.capabilityStatement()).fhirVersion, '4.0.1');
  },
  async 'publish-105'() {
    for (let turn = 0; turn < 3; turn += 1) {
      const document = keep(await client.create({ resourceType: 'DocumentReference', body: draft('publication') }));
      kept.published.push(document.id);
      kept.published_text = kept.text;
    }
  },
  async 'publish-65'() {
    const answer = keep(await client.transaction({ body: draft('submission') }));
    assert.equal(answer.type, 'transaction-response');
    kept.submitted = idIn(answer.entry[1].response.location);
  },
  async replace() {
    const answer = keep(await client.transaction({ body: draft('replacement', { replaced: kept.submitted }) }));
    kept.replacing = idIn(answer.entry[1].response.location);
    const old = keep(await client.read({ resourceType: 'DocumentReference', id: kept.submitted }));
    assert.equal(old.status, 'superseded');
  },
  async 'search-paging'() {
    const ids = [];
    let pages = 0;
    let bundle = await client.search({ resourceType: 'DocumentReference', searchParams: { ...CURRENT, _count: 2 } });
    const { total } = bundle;
    while (bundle) {
      keep(bundle);
      pages += 1;
      assert.ok(pages < 200, 'the pages do not end');
      ids.push(...bundle.entry.filter((entry) => entry.search.mode === 'match').map((entry) => entry.resource.id));
      bundle = await client.nextPage({ bundle });
    }
    assert.ok(pages > 1);
    assert.equal(new Set(ids).size, total);
    assert.equal(ids.length, total);
    for (const id of [...kept.published, kept.replacing]) assert.ok(ids.includes(id), `${id} is missing`);
    assert.ok(!ids.includes(kept.submitted));
  },
  async 'search-post'() {
    const bundle = keep(await client.search({
      resourceType: 'DocumentReference',
      searchParams: { ...CURRENT, _count: 2 },
      options: { postSearch: true },
    }));
    assert.equal(bundle.type, 'searchset');
  },
  async read() {
    const document = keep(await client.read({ resourceType: 'DocumentReference', id: kept.published.at(-1) }));
    kept.url = document.content[0].attachment.url;
    const { id, meta: { versionId: version } } = document;
    keep(await client.vread({ resourceType: 'DocumentReference', id, version }));
  },
  async retrieve() {
    assert.equal(keep(await client.request(kept.url)).resourceType, 'Binary');
    // The client reads nothing but JSON; the bytes come by the fetch below it.
    const answer = await fetch(kept.url, { headers: { accept: '*/*' } });
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), kept.published_text);
  },
  async patch() {
    const jsonPatch = draft('archive');
    const id = kept.published.at(-1);
    const document = keep(await client.patch({ resourceType: 'DocumentReference', id, jsonPatch }));
    assert.equal(document.extension[0].valueBoolean, true);
  },
  async consent() {
    as('outside-specialist');
    assert.ok(await isRefused(look), 'seen before any consent');
    const given = keep(await client.create({ resourceType: 'Consent', body: draft('consent') }));
    keep(await look());
    as('ens');
    const active = keep(await client.search({
      resourceType: 'Consent',
      searchParams: { 'patient.identifier': PATIENT, status: 'active' },
    }));
    const mine = active.entry.map((entry) => entry.resource).find((one) => one.id === given.id);
    keep(await client.update({ resourceType: 'Consent', id: given.id, body: { ...mine, status: 'inactive' } }));
    as('outside-specialist');
    assert.ok(await isRefused(look), 'seen after the consent was withdrawn');
  },
  async 'access-log'() {
    const day = (later) => new Date(Date.now() + later).toISOString().slice(0, 10);
    const date = [`ge${day(0)}`, `le${day(86_400_000)}`];
    let bundle = await client.search({
      resourceType: 'AuditEvent',
      searchParams: { 'patient.identifier': PATIENT, date, _count: 50 },
    });
    const { id } = keep(bundle).entry[0].resource;
    keep(await client.read({ resourceType: 'AuditEvent', id }));
  },
};

for (const [name, step] of Object.entries(steps)) {
  current = name;
  as('treating-physician');
  const line = `${CLIENT.padEnd(16)} ${name.padEnd(16)}`;
  try {
    await step();
    console.log(`${line} ok`);
  } catch (fault) {
    failed = true;
    const answer = fault.response?.data ? JSON.stringify(fault.response.data) : '';
    console.log(`${line} FAILED ${`${fault.message} ${fault.cause ?? ''} ${answer}`.replace(/\s+/g, ' ').slice(0, 2500)}`);
  }
}
await Promise.all(Object.values(agents).map((agent) => agent.close()));
process.exit(failed ? 1 : 0);
