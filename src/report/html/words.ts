import { SEVERITIES, type Severity } from '../../model.ts';
import { html, type Markup } from './markup.ts';

/** A severity as a coloured word; other words stay plain. */
export function severityBadge(severity: Severity | string): Markup {
  const known = SEVERITIES.find((one) => one === severity);
  return known === undefined ? html`${severity}` : html`<span class="badge ${known}">${known}</span>`;
}
