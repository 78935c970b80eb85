// SPDX-License-Identifier: Apache-2.0
// validate.js MODULES bom FILE | kubernetes - is what stands in a file as its published schema wants it? For the second,
// manifests come as a JSON list on standard input. Prints what is wrong, a line each.
'use strict';
const fs = require('fs');
const path = require('path');
const [modules, kind, file] = process.argv.slice(2);
const load = (name) => require(path.join(modules, name));

async function bom() {
  const { Validation, Spec } = load('@cyclonedx/cyclonedx-library');
  const problems = await new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(fs.readFileSync(file, 'utf8'));
  return problems === null ? [] : JSON.parse(JSON.stringify(problems)).map((each) => `${each.instancePath} ${each.message}`);
}

// The validators that are made from the API's schema look at every field that it knows: one that nobody looks at is unknown.
function watch(value, where, unread) {
  if (value === null || typeof value !== 'object') return value;
  const copy = Array.isArray(value) ? [] : {};
  for (const key of Object.keys(value)) {
    const here = `${where}.${key}`;
    if (!Array.isArray(value)) unread.add(here);
    const inner = watch(value[key], here, unread);
    Object.defineProperty(copy, key, { enumerable: true, get() { unread.delete(here); return inner; } });
  }
  return copy;
}

function manifest(object) {
  const { runValidateFunc } = load('@kubernetes-models/validate');
  const where = `${object.kind} ${object.metadata && object.metadata.name}`;
  const group = object.apiVersion === 'v1' ? 'CoreV1' : object.apiVersion.split('/')
    .map((part) => part.split('.')[0]).map((part) => part[0].toUpperCase() + part.slice(1)).join('');
  let validate;
  try {
    validate = load(`kubernetes-models/_schemas/IoK8sApi${group}${object.kind}`).validate;
  } catch (problem) {
    return [`${where}: there is no ${object.apiVersion} ${object.kind}`];
  }
  const unread = new Set();
  try {
    runValidateFunc(validate, watch(object, where, unread));
  } catch (problem) {
    return [`${where}: ${problem.message}`];
  }
  return [...unread].map((field) => `${field}: the API has no such field`);
}

const run = { bom, kubernetes: async () => JSON.parse(fs.readFileSync(0, 'utf8')).flatMap(manifest) }[kind];
run().then((problems) => {
  problems.forEach((problem) => console.log(problem));
  process.exit(problems.length > 0 ? 1 : 0);
}, (problem) => { console.error(problem); process.exit(2); });
