//! The establishment's logo: what is refused when the post opens, and where and how the rest reaches the paper.

use std::process::Command;

use guichet_core::letters::{Logo, LogoProblem};
use png::{BitDepth, ColorType, Encoder};

use crate::specimen::{LOGO, letter_under, logo};
use crate::tools::{Paper, run};

/// A PNG of `color` whose every pixel is `pixel`.
fn picture(width: u32, height: u32, color: ColorType, depth: BitDepth, pixel: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ColorType::Indexed {
        encoder.set_palette([0, 0, 0, 0, 128, 0].as_slice());
    }
    let count = (width * height) as usize;
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixel.repeat(count)).unwrap();
    drop(writer);
    file
}

/// Four times wider than high.
pub fn wide() -> Logo {
    let file = picture(800, 200, ColorType::Rgb, BitDepth::Eight, &[0, 128, 0]);
    Logo::decode(&file).unwrap()
}

/// Red, green and blue at a point of the page, in millimetres from the top left.
fn ink_at(paper: &Paper, x: f32, y: f32) -> [u8; 3] {
    let pixels = |mm: f32| format!("{:.0}", mm * 10.0);
    let output = run(
        Command::new("pdftoppm")
            .args(["-r", "254", "-W", "1", "-H", "1", "-singlefile", "-x"])
            .arg(pixels(x))
            .arg("-y")
            .arg(pixels(y))
            .arg(paper.path()),
        "poppler-utils",
    );
    let end = output.stdout.len();
    output.stdout[end - 3..].try_into().unwrap()
}

fn near(seen: [u8; 3], wanted: [u8; 3]) -> bool {
    seen.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 4)
}

#[test]
fn any_png_is_printed_in_its_own_colours_on_white() {
    let eight = BitDepth::Eight;
    for (color, depth, pixel, wanted) in [
        (ColorType::Rgb, eight, &[0, 128, 0][..], [0, 128, 0]),
        (ColorType::Rgba, eight, &[0, 128, 0, 255], [0, 128, 0]),
        (ColorType::Rgba, eight, &[0, 0, 0, 51], [204, 204, 204]),
        (ColorType::Rgba, eight, &[9, 9, 9, 0], [255, 255, 255]),
        (ColorType::Grayscale, eight, &[90], [90, 90, 90]),
        (ColorType::GrayscaleAlpha, eight, &[0, 51], [204, 204, 204]),
        (ColorType::Indexed, eight, &[1], [0, 128, 0]),
        (
            ColorType::Rgb,
            BitDepth::Sixteen,
            &[0, 0, 128, 0, 0, 0],
            [0, 128, 0],
        ),
    ] {
        let file = picture(300, 300, color, depth, pixel);
        let logo = Logo::decode(&file).unwrap_or_else(|problem| panic!("{}", problem.sentence()));
        let paper = Paper::new(&letter_under(Some(&logo)));
        let seen = ink_at(&paper, 28.0, 20.0);
        assert!(near(seen, wanted), "{color:?} {pixel:?}: {seen:?}");
        let outside = ink_at(&paper, 28.0, 30.0);
        assert_eq!(outside, [255; 3], "it ends 28 mm from the top");
    }
}

#[test]
fn the_logo_is_in_the_file_once_and_silent() {
    let paper = Paper::new(&letter_under(Some(logo())));
    let said = paper.read("pdfimages", "poppler-utils", &["-list"], &[]);
    let images: Vec<&str> = said.lines().skip(2).collect();
    assert_eq!(images.len(), 1, "{said}");
    assert!(images[0].contains(" rgb "), "{said}");
    let structure = paper.read("pdfinfo", "poppler-utils", &["-struct"], &[]);
    assert_eq!(
        structure.matches("Figure").count(),
        1,
        "the QR code alone; the name beside the logo says the same: {structure}"
    );
}

#[test]
fn the_name_of_the_establishment_stands_beside_a_crest_and_under_a_banner() {
    let top_left = |logo: &Logo| {
        let words = Paper::new(&letter_under(Some(logo))).words();
        let found = words.into_iter().find(|(word, _)| word == "Université");
        let [left, top, ..] = found.unwrap().1;
        (left, top)
    };
    let (left, top) = top_left(logo());
    assert!(left > 20.0 + 14.0 && top < 18.0, "beside: {left}, {top}");
    let (left, top) = top_left(&wide());
    assert!(left < 21.0 && top >= 24.0, "under: {left}, {top}");
}

#[test]
fn a_banner_leaves_the_window_to_the_person() {
    let paper = Paper::new(&letter_under(Some(&wide())));
    for (word, [_, _, right, bottom]) in paper.words() {
        let sender = ["Université", "Campus", "guichet@univ-rivemer.example"];
        if sender.contains(&word.as_str()) && bottom < 90.0 {
            assert!(right < 126.0 && bottom < 46.0, "{word}: {right}, {bottom}");
        }
    }
    assert!(paper.text_in(110.0, 55.0, 85.0, 33.0).contains("Inès"));
}

#[test]
fn what_would_not_print_well_is_refused_with_what_would() {
    let square = |side: u32| picture(side, side, ColorType::Grayscale, BitDepth::Eight, &[0]);
    let sentence = |file: &[u8]| Logo::decode(file).unwrap_err().sentence();
    let small = sentence(&square(100));
    assert!(
        small.contains("100\u{a0}×\u{a0}100") && small.contains("126\u{a0}×\u{a0}126"),
        "{small}"
    );
    assert!(Logo::decode(&square(126)).is_ok());
    let large = sentence(&square(2001));
    assert!(large.contains("2000 au plus"), "{large}");
    let tall = picture(200, 401, ColorType::Grayscale, BitDepth::Eight, &[0]);
    assert!(sentence(&tall).contains("deux fois plus haute"));
    let long = picture(1201, 200, ColorType::Grayscale, BitDepth::Eight, &[0]);
    assert!(sentence(&long).contains("six fois plus large"));
    let mut heavy = LOGO.to_vec();
    heavy.resize(300_001, 0);
    assert_eq!(
        Logo::decode(&heavy).unwrap_err(),
        LogoProblem::TooHeavy { bytes: 300_001 }
    );
    assert!(sentence(&heavy).contains("301\u{a0}ko"));
    for broken in [&b"GIF89a"[..], &LOGO[..LOGO.len() / 2], &[]] {
        assert!(sentence(broken).contains("PNG"));
    }
}
