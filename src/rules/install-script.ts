import { defineRule, nameAt, placesOf } from './rule.ts';

export default defineRule({
  id: 'install-script',
  title: 'Runs a script of its own when it is installed',
  needs: ['packages'],
  *check({ packages }) {
    for (const subject of packages) {
      if (subject.installScript !== true || subject.importer) continue;
      yield {
        severity: 'low',
        message: `${nameAt(subject)} runs a script of its own on every machine that installs it`,
        package: subject,
        places: placesOf(subject),
        identity: [subject.name, subject.tree.file],
        fix: 'install with scripts off (ignore-scripts=true in .npmrc) and allow the few that need them',
      };
    }
  },
});
