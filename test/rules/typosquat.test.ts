import { popularNames } from '../../src/popular.ts';
import rule from '../../src/rules/typosquat.ts';
import { facts, history, pkg, type RuleCase, release, testRule } from '../builders.ts';

const popular = popularNames();
const silent = (name: string, why: string): RuleCase => ({
  name: `silent: ${why} (${name})`,
  facts: facts([pkg(`${name}@1.0.0`)], { popular }),
  want: [],
});
const reports = (name: string, of: string, how: string, severity = 'high'): RuleCase => ({
  name: `${name} for ${of}`,
  facts: facts([pkg(`${name}@1.0.0`)], { popular }),
  want: [`can be taken for ${of} (${how})`],
  severities: [severity],
});

const NOW = new Date('2026-11-22T12:00:00Z');
const since = (spec: string, first: string) => {
  const subject = pkg(spec);
  return facts([subject], {
    popular,
    now: NOW,
    histories: new Map([
      [subject, history(subject.name, [release('1.0.0', first), release('1.0.1', '2026-11-21')])],
    ]),
  });
};
const change = (name: string, before: string[]) => {
  const subject = pkg(`${name}@1.0.0`);
  return facts([subject], {
    popular,
    changed: new Set([subject]),
    base: { packages: before.map((spec) => pkg(spec)), loads: [] },
  });
};

testRule(rule, [
  silent('lodash', 'the name itself'),
  silent('preact', 'a well-known neighbour of react'),
  silent('our-own-thing', 'no neighbour'),
  silent('abab', 'too short'),
  { name: 'silent without the names', facts: facts([pkg('lodahs@1.0.0')]), want: [] },
  {
    name: 'silent for what comes from git',
    facts: facts([pkg('lodahs@1.0.0', { source: 'git' })], { popular }),
    want: [],
  },
  reports('lodahs', 'lodash', 'two letters swapped'),
  // Electron, discord.js and grunt-cli are among the 17,000 names, and not among the first 8,000.
  reports('electorn', 'electron', 'two letters swapped'),
  reports('discordjs', 'discord.js', 'the same letters, other separators'),
  reports('gruntcli', 'grunt-cli', 'the same letters, other separators'),
  silent('electrons', 'a neighbour of a name that fewer use'),
  reports('mongoose.js', 'mongoose', 'with a word for JavaScript or Node.js', 'moderate'),
  reports('nodemailer.js', 'nodemailer', 'with a word for JavaScript or Node.js', 'moderate'),
  reports('noderequest', 'request', 'with a word for JavaScript or Node.js', 'moderate'),
  silent('ws-js', 'too short without its end'),
  {
    name: 'says since when there is one',
    facts: since('lodahs@1.0.1', '2026-11-20'),
    want: ['lodahs is not, and was first published 2 days ago, on 2026-11-20 (2 releases since)'],
    severities: ['high'],
  },
  {
    name: 'is milder of what was there for longer than malware stays unreported',
    facts: since('lodahs@1.0.1', '2019-01-02'),
    want: ['7.9 years ago'],
    severities: ['moderate'],
  },
  {
    name: 'says where that is not known',
    facts: facts([pkg('lodahs@1.0.0')], { popular }),
    want: ['lodahs is not, and since when there is one is not known'],
  },
  { name: 'a change brings the name', facts: change('lodahs', ['lodash@4.17.21']), want: ['lodash'] },
  { name: 'silent: a change brings a version', facts: change('lodahs', ['lodahs@0.9.0']), want: [] },
  reports('crossenv', 'cross-env', 'the same letters, other separators'),
  reports('cross_env', 'cross-env', 'the same letters, other separators'),
  reports('expresss', 'express', 'one letter more', 'moderate'),
  reports('expres', 'express', 'one letter less', 'moderate'),
  reports('lodadh', 'lodash', 'the key beside'),
  reports('l0dash', 'lodash', 'letters that look alike'),
  reports('cornmander', 'commander', 'letters that look alike'),
  reports('l\u043edash', 'lodash', 'letters that look alike'),
  reports('@bable/core', '@babel/core', 'two letters swapped'),
  reports('types-node', '@types/node', 'a hyphen in place of a scope', 'moderate'),
]);
