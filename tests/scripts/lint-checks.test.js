import assert from "node:assert/strict";
import { test } from "node:test";

import { auditCounts } from "../../scripts/lib/lint-checks.mjs";

test("npm's report is read though warnings stand around it", () => {
  const report = { metadata: { vulnerabilities: { low: 1, high: 2, critical: 0 } } };
  const counts = auditCounts(`npm warn something\n${JSON.stringify(report)}\nnpm warn else\n`);
  assert.equal(counts?.high, 2);
});

test("a registry that answers no audit is told from one without findings", () => {
  assert.equal(auditCounts('{"statusCode":405,"error":{"summary":""}}'), undefined);
  assert.equal(auditCounts("npm error network\n"), undefined);
});
