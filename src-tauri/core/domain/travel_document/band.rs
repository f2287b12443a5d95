//! The strip shown under the document picture: the band as printed, the useful fields marked, the rest hidden.
//! The marks let the screen underline what it compares, so that the clerk sees where a value comes from.
//! Never carries the document number, the nationality, the sex or the optional data: those are dots.

use std::ops::RangeInclusive;

/// What a piece of the strip is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SegmentKind {
    Plain,
    /// Dots stand for what is not kept.
    Masked,
    FamilyName,
    GivenNames,
    Birth,
    Expiry,
}

/// A run of characters of one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BandSegment {
    pub kind: SegmentKind,
    pub text: String,
}

/// The marks of one line, given in any order, by positions from 1 as ICAO 9303 counts them.
pub(super) struct Marks {
    marks: Vec<(RangeInclusive<usize>, SegmentKind)>,
}

impl Marks {
    pub(super) fn new() -> Self {
        Self { marks: Vec::new() }
    }

    pub(super) fn put(mut self, positions: RangeInclusive<usize>, kind: SegmentKind) -> Self {
        self.marks.push((positions, kind));
        self
    }

    /// Marks a name found in a field that starts at `first`.
    pub(super) fn name(
        self,
        first: usize,
        place: Option<&std::ops::Range<usize>>,
        kind: SegmentKind,
    ) -> Self {
        match place {
            Some(place) if !place.is_empty() => {
                self.put(first + place.start..=first + place.end - 1, kind)
            }
            Some(_) | None => self,
        }
    }

    /// Cuts the line. A masked field hides even its fillers: `D<<` would tell a nationality.
    pub(super) fn cut(&self, line: &str) -> Vec<BandSegment> {
        let mut segments: Vec<BandSegment> = Vec::new();
        for (position, character) in (1..).zip(line.chars()) {
            let mark = self
                .marks
                .iter()
                .find(|(positions, _)| positions.contains(&position));
            let kind = mark.map_or(SegmentKind::Plain, |(_, kind)| *kind);
            let shown = if kind == SegmentKind::Masked {
                '•'
            } else {
                character
            };
            match segments.last_mut() {
                Some(last) if last.kind == kind => last.text.push(shown),
                Some(_) | None => segments.push(BandSegment {
                    kind,
                    text: shown.to_string(),
                }),
            }
        }
        segments
    }

    /// Hides optional data, whose trailing fillers are left visible: they keep the strip looking like the card.
    pub(super) fn optional(self, first: usize, field: &str) -> Self {
        let used = field.trim_end_matches('<').len();
        if used == 0 {
            self
        } else {
            self.put(first..=first + used - 1, SegmentKind::Masked)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_its_marks_and_hides_the_masked_ones() {
        let marks = Marks::new()
            .put(6..=9, SegmentKind::Masked)
            .name(2, Some(&(0..2)), SegmentKind::FamilyName)
            .optional(11, "AB<C<<");
        let cut: Vec<_> = marks
            .cut("XYZ<<12<4<AB<C<<")
            .into_iter()
            .map(|segment| (segment.kind, segment.text))
            .collect();
        assert_eq!(
            cut,
            [
                (SegmentKind::Plain, "X".to_owned()),
                (SegmentKind::FamilyName, "YZ".to_owned()),
                (SegmentKind::Plain, "<<".to_owned()),
                (SegmentKind::Masked, "••••".to_owned()),
                (SegmentKind::Plain, "<".to_owned()),
                (SegmentKind::Masked, "••••".to_owned()),
                (SegmentKind::Plain, "<<".to_owned()),
            ]
        );
    }
}
