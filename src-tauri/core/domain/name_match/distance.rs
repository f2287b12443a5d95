//! How many slips apart two spellings are, up to a limit: a letter more, a letter less, another letter, two swapped.
//! It is the restricted Damerau-Levenshtein distance (no letter is touched twice), computed in a band of the matrix,
//! so that the cost depends on the limit and not on the square of the length.
//! Never decides alone: a close spelling is to be checked by the clerk.

/// The distance between `a` and `b` when it is at most `max`, else `None`.
#[must_use]
pub fn damerau_within(a: &str, b: &str, max: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > max {
        return None;
    }
    let far = max + 1;
    // Three rows are enough: a swap looks two rows back.
    let mut before_last = vec![far; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).map(|column| column.min(far)).collect();
    for (row, letter) in a.iter().enumerate() {
        let mut current = vec![far; b.len() + 1];
        let set = |row: &mut Vec<usize>, column: usize, value: usize| {
            if let Some(cell) = row.get_mut(column) {
                *cell = value.min(far);
            }
        };
        let get = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(far);
        let first = (row + 1).saturating_sub(max);
        if first == 0 {
            set(&mut current, 0, row + 1);
        }
        for column in first.max(1)..=(row + 1 + max).min(b.len()) {
            let other = b.get(column - 1);
            let mut value = get(&last, column - 1) + usize::from(other != Some(letter));
            value = value
                .min(get(&last, column) + 1)
                .min(get(&current, column - 1) + 1);
            let swapped = row > 0
                && column > 1
                && a.get(row - 1) == other
                && b.get(column - 2) == Some(letter);
            if swapped {
                value = value.min(get(&before_last, column - 2) + 1);
            }
            set(&mut current, column, value);
        }
        if current.iter().all(|value| *value > max) {
            return None;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|distance| *distance <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook matrix, for comparison.
    fn plain(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut cost = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                cost[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let mut best = (cost[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]))
                        .min(cost[i - 1][j] + 1)
                        .min(cost[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(cost[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        cost[a.len()][b.len()]
    }

    #[test]
    fn known_distances() {
        #[rustfmt::skip]
        let table = [
            ("LEFEVRE", "LEFEBVRE", 1),
            ("MATHIEU", "MATTHIEU", 1),
            ("DUBOSC", "DUBOSCQ", 1),
            ("MARTIN", "MARTIN", 0),
            ("MARTIN", "MATRIN", 1),
            ("RENAUD", "RENAULT", 2),
            ("", "AB", 2),
            ("łódź", "łodz", 2),
        ];
        for (a, b, distance) in table {
            assert_eq!(damerau_within(a, b, 3), Some(distance), "{a} / {b}");
            assert_eq!(damerau_within(b, a, 3), Some(distance), "{b} / {a}");
        }
        assert_eq!(damerau_within("RENAUD", "RENAULT", 1), None);
        assert_eq!(damerau_within("A", &"B".repeat(10_000), 2), None);
    }

    #[test]
    fn the_band_gives_what_the_whole_matrix_gives() {
        let words = [
            "", "A", "AB", "BA", "ABC", "ACB", "CAB", "ABCA", "BACA", "AABBC", "ABABA", "BABAB",
            "CABBAGE", "GABBACE",
        ];
        for a in words {
            for b in words {
                for max in 0..6 {
                    let expected = Some(plain(a, b)).filter(|distance| *distance <= max);
                    assert_eq!(
                        damerau_within(a, b, max),
                        expected,
                        "{a} / {b} within {max}"
                    );
                }
            }
        }
    }
}
