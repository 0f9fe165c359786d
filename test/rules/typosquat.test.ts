import { popularNames } from '../../src/popular.ts';
import rule from '../../src/rules/typosquat.ts';
import { facts, pkg, type RuleCase, testRule } from '../builders.ts';

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
