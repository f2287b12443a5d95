//! The tools that read the PDF back. Each failure says which package brings the tool.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A letter on disk for a tool to read; removed at the end of the test.
pub struct Paper {
    file: tempfile::NamedTempFile,
}

impl Paper {
    pub fn new(bytes: &[u8]) -> Paper {
        let mut file = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Paper { file }
    }

    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// What a tool says of it on standard output; the tool must succeed.
    pub fn read(&self, tool: &str, package: &str, options: &[&str], after: &[&str]) -> String {
        let output = run(
            Command::new(tool)
                .args(options)
                .arg(self.path())
                .args(after),
            package,
        );
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{tool}: {said}{complaints}");
        said
    }

    /// The whole text in reading order, each run of spaces and line ends made one space.
    pub fn text(&self) -> String {
        one_line(&self.read("pdftotext", "poppler-utils", &["-enc", "UTF-8"], &["-"]))
    }

    /// The text inside a rectangle given in millimetres from the top left.
    pub fn text_in(&self, x: f32, y: f32, width: f32, height: f32) -> String {
        // At 254 dpi a pixel is a tenth of a millimetre.
        let pixels: Vec<String> = [x, y, width, height]
            .iter()
            .map(|v| format!("{:.0}", v * 10.0))
            .collect();
        let [x, y, w, h] = pixels.as_slice() else {
            unreachable!()
        };
        let options = [
            "-enc", "UTF-8", "-r", "254", "-x", x, "-y", y, "-W", w, "-H", h,
        ];
        self.read("pdftotext", "poppler-utils", &options, &["-"])
    }

    /// Each word and its box in millimetres: left, top, right, bottom.
    pub fn words(&self) -> Vec<(String, [f32; 4])> {
        let html = self.read(
            "pdftotext",
            "poppler-utils",
            &["-enc", "UTF-8", "-bbox"],
            &["-"],
        );
        html.lines()
            .filter_map(|line| line.trim().strip_prefix("<word "))
            .map(word)
            .collect()
    }
}

fn word(line: &str) -> (String, [f32; 4]) {
    let attribute = |name: &str| -> f32 {
        let value = line.split(&format!("{name}=\"")).nth(1).unwrap();
        value.split('"').next().unwrap().parse::<f32>().unwrap() * 25.4 / 72.0
    };
    let text = line.split_once('>').unwrap().1.trim_end_matches("</word>");
    let text = text
        .replace("&apos;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    (
        text,
        [
            attribute("xMin"),
            attribute("yMin"),
            attribute("xMax"),
            attribute("yMax"),
        ],
    )
}

/// Poppler gives a plain space for each kind of space: both sides of a comparison go through here.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn run(command: &mut Command, package: &str) -> Output {
    let tool = command.get_program().to_string_lossy().into_owned();
    command
        .output()
        .unwrap_or_else(|e| panic!("{tool} does not start ({e}): install {package}"))
}

/// Runs veraPDF; the tool is fetched once into the target folder. True when every file conforms.
pub fn verapdf(profiles: &str, files: &[&Path]) -> (bool, String) {
    let script = PathBuf::from(SCRIPT);
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verapdf");
    let output = run(
        Command::new(&script).arg(cache).arg(profiles).args(files),
        "bash",
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.code() {
        Some(0) => (true, said),
        Some(1) => (false, said),
        other => panic!(
            "veraPDF did not run ({other:?}): {}",
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/letters/verapdf/verapdf"
);
