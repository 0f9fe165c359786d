import { FORMATS, type FormatName } from '../report/formats.ts';
import type { Look, Report } from '../report/report.ts';

/** A report as text. SARIF holds what stood before too: code scanning closes what an analysis does not name. */
export async function printed(name: FormatName, found: Report, look: Look): Promise<string> {
  const format = await FORMATS[name].load();
  const isWhole = name === 'sarif' && found.stood !== undefined;
  return format(isWhole ? { ...found, findings: [...found.findings, ...(found.stood ?? [])] } : found, look);
}
