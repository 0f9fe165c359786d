import rule from '../../src/rules/signature-invalid.ts';
import { facts, pkg, testRule } from '../builders.ts';

const subject = pkg('a@1.0.0');

testRule(rule, [
  { name: 'silent where none is wrong', facts: facts([subject]), want: [] },
  {
    name: 'reports what is wrong with it',
    facts: facts([subject], { badSignatures: new Map([[subject, 'its key had expired']]) }),
    want: ["the registry's signature of a@1.0.0 is wrong: its key had expired"],
    severities: ['critical'],
  },
]);
