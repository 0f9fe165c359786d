/** The parts of SARIF that vakt writes. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */

interface Message {
  text: string;
  markdown?: string;
}

export type SarifLevel = 'error' | 'warning' | 'note' | 'none';

/** §3.49 */
export interface Descriptor {
  id: string;
  name: string;
  shortDescription: Message;
  fullDescription: Message;
  help: Message;
  helpUri?: string;
  defaultConfiguration: { level: SarifLevel };
  properties: { tags: string[]; precision: 'high'; 'security-severity'?: string };
}

/** §3.30: a text region. Byte offsets would have to say the same stretch, and make it a binary one to some. */
export interface Region {
  startLine: number;
  startColumn: number;
  endLine?: number;
  endColumn?: number;
}

/** §3.4 */
export interface ArtifactLocation {
  uri: string;
  uriBaseId: '%SRCROOT%';
}

/** §3.55 */
export interface Fix {
  description: Message;
  artifactChanges: {
    artifactLocation: ArtifactLocation;
    replacements: { deletedRegion: Region; insertedContent?: { text: string } }[];
  }[];
}

/** §3.27 */
export interface Result {
  ruleId: string;
  ruleIndex: number;
  kind: 'fail';
  level: SarifLevel;
  message: Message;
  locations: { physicalLocation: { artifactLocation: ArtifactLocation; region: Region } }[];
  partialFingerprints: Record<string, string>;
  properties: Record<string, string>;
  baselineState?: 'new' | 'unchanged';
  fixes?: Fix[];
  suppressions?: { kind: 'external'; status: 'accepted'; justification: string }[];
}

/** §3.58 */
export interface Notification {
  level: SarifLevel;
  message: Message;
  descriptor: { id: string };
}
