/** The `yaml` library's nodes, which know their places. Loaded where its subset reader or a preset does not do. */
export {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  parseDocument,
} from 'yaml';
