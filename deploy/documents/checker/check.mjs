// Says what the standard's own parser has against a document, a line each; nothing when all is well.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const HINT = 3;
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const told = diagnostics.filter((one) => one.severity < HINT);
for (const one of told) console.log(`/${one.path.join("/")}: ${one.message} (${one.code})`);
process.exitCode = document && told.length === 0 ? 0 : 1;
