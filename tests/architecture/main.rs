//! The direction of the arrows, read off the parsed source: a folder that reaches what it must not fails here.
//! Every path counts, not only `use` lines; tests inside a file are free.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// What each part of the core may name, itself apart.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("faults", &[]),
    // The recovery recipient is checked when the settings are read.
    ("settings", &["domain", "vault"]),
    ("post", &[]),
    ("vault", &["domain", "faults"]),
    ("store", &["domain", "faults", "vault"]),
    ("directory", &["domain", "faults", "settings"]),
    ("letters", &["domain"]),
    ("sync", &["directory", "domain", "faults", "store"]),
    ("rehearsal", &["settings", "domain"]),
    ("texts", &["directory", "domain", "operations"]),
    (
        "operations",
        &[
            "directory",
            "domain",
            "faults",
            "letters",
            "post",
            "rehearsal",
            "settings",
            "store",
            "sync",
            "texts",
            "vault",
        ],
    ),
];

/// Crates that only one part of the repository may know.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("ldap3", &["directory"]),
    ("rusqlite", &["store"]),
    ("printpdf", &["letters"]),
    ("lopdf", &["letters"]),
    ("keyring", &["vault"]),
    ("age", &["vault"]),
    ("lettre", &["operations"]),
];

fn core() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[derive(Default)]
struct Paths {
    crate_parts: BTreeSet<String>,
    roots: BTreeSet<String>,
}

impl Paths {
    fn add(&mut self, segments: &[String]) {
        match segments {
            [first, second, ..] if first == "crate" => {
                self.crate_parts.insert(second.clone());
            }
            [first, ..] => {
                self.roots.insert(first.clone());
            }
            [] => {}
        }
    }

    fn tree(&mut self, prefix: &mut Vec<String>, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.tree(prefix, &path.tree);
                prefix.pop();
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|item| self.tree(prefix, item))
            }
            syn::UseTree::Name(name) => self.leaf(prefix, name.ident.to_string()),
            syn::UseTree::Rename(rename) => self.leaf(prefix, rename.ident.to_string()),
            syn::UseTree::Glob(_) => self.add(&prefix.clone()),
        }
    }

    fn leaf(&mut self, prefix: &[String], name: String) {
        let mut whole = prefix.to_vec();
        whole.push(name);
        self.add(&whole);
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&mut Vec::new(), &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        // One name alone is an item or a variable, which may be called as a crate is.
        if segments.len() > 1 {
            self.add(&segments);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let test = module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute
                    .meta
                    .require_list()
                    .is_ok_and(|list| list.tokens.to_string() == "test")
        });
        if !test {
            syn::visit::visit_item_mod(self, module);
        }
    }
}

fn part_of(file: &Path) -> String {
    let relative = file.strip_prefix(core()).expect("inside the core");
    let first = relative
        .components()
        .next()
        .expect("a name")
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn is_test(file: &Path) -> bool {
    let name = file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    name == "tests" || name.ends_with("_tests")
}

#[test]
fn every_arrow_points_the_right_way() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut files = Vec::new();
    sources(&core(), &mut files);
    let mut faults = Vec::new();
    let mut read = 0;
    for file in files.iter().filter(|file| !is_test(file)) {
        let part = part_of(file);
        if part == "lib" || part == "target" {
            continue;
        }
        let text = fs::read_to_string(file).expect("a source");
        let mut paths = Paths::default();
        paths.visit_file(
            &syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())),
        );
        read += 1;
        let may = allowed
            .get(part.as_str())
            .unwrap_or_else(|| panic!("{part} has no line in ALLOWED"));
        for target in &paths.crate_parts {
            if *target != part && !may.contains(&target.as_str()) {
                faults.push(format!("{}: {part} → {target}", file.display()));
            }
        }
        for (name, parts) in ONLY_IN {
            if paths.roots.contains(*name) && !parts.contains(&part.as_str()) {
                faults.push(format!("{}: knows {name}", file.display()));
            }
        }
    }
    assert!(read > 60, "only {read} sources were read");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("{read} sources, no arrow against the rule");
}
