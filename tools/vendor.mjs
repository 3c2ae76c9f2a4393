// Copies the pinned front-end files into static/vendor, cuts the icon sprite and lists every file
// with its SHA-256 in static/vendor/manifest.json. Run after changing package.json:
//   npm ci && npm run vendor
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const VENDOR = "static/vendor";

// The icons that templates use through the macro `icon`, by lucide's names.
const ICONS = [
  "arrow-down", "arrow-up", "book-open-check", "check", "chevron-down", "chevron-left",
  "chevron-right", "circle-alert", "circle-check", "clipboard-list", "copy", "download",
  "external-link", "file-text", "flag", "globe", "history", "info", "link", "list-checks", "log-in",
  "log-out", "menu", "pencil", "plus", "search", "sigma", "table-2", "trash-2", "trending-down",
  "triangle-alert", "undo-2", "upload", "user", "users", "video", "x",
];

const version = (name) => JSON.parse(read(`node_modules/${name}/package.json`)).version;
const read = (path) => readFileSync(path, "utf8");

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function copyHtmx() {
  const folder = join(VENDOR, `htmx-${version("htmx.org")}`);
  write(join(folder, "htmx.min.js"), read("node_modules/htmx.org/dist/htmx.min.js"));
  write(join(folder, "LICENSE"), read("node_modules/htmx.org/LICENSE"));
}

function symbol(name) {
  const svg = read(`node_modules/lucide-static/icons/${name}.svg`);
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function cutIcons() {
  const folder = join(VENDOR, `lucide-${version("lucide-static")}`);
  const symbols = ICONS.map(symbol).join("\n");
  write(join(folder, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`);
  write(join(folder, "LICENSE"), read("node_modules/lucide-static/LICENSE"));
}

function listFiles() {
  const files = readdirSync(VENDOR, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hashes = files.map((path) => [
    path.slice(VENDOR.length + 1),
    createHash("sha256").update(readFileSync(path)).digest("hex"),
  ]);
  write(join(VENDOR, "manifest.json"), JSON.stringify(Object.fromEntries(hashes), null, 2) + "\n");
}

rmSync(VENDOR, { recursive: true, force: true });
copyHtmx();
cutIcons();
listFiles();
