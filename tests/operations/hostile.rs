//! Hostile inputs: each gives a sentence or a harmless result, none changes the shape of a filter.

use guichet_core::domain::travel_document::RawReading;
use guichet_core::operations::{counter, handover};
use guichet_core::rehearsal::cast;

use super::desk::{Post, person};

/// Two hundred inputs, from a few roots and every way to bend them.
fn inputs() -> Vec<String> {
    let roots = [
        "*",
        ")(uid=*",
        "a)(|(uid=*))",
        "*)(objectClass=*",
        "\\2a",
        "\\",
        "\0",
        "\u{202e}evil",
        "\u{200b}",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "{{7*7}}",
        "'; DROP TABLE people; --",
        "\" OR 1=1 --",
        "%00",
        "../../etc/passwd",
        "uid=croux,ou=people",
        "a\r\nb",
        "\u{feff}",
        "🦀🦀🦀",
    ];
    let mut inputs: Vec<String> = Vec::new();
    for root in roots {
        for bend in 0..10 {
            inputs.push(match bend {
                0 => root.to_owned(),
                1 => format!("{root} {root}"),
                2 => format!("lefevre {root}"),
                3 => format!("{root}lefevre"),
                4 => root.repeat(40),
                5 => format!("16/03/1994 {root}"),
                6 => format!("{root}@univ-rivemer.example"),
                7 => root.to_uppercase(),
                8 => format!("({root})"),
                _ => format!("{root}1234567"),
            });
        }
    }
    inputs
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_hostile_texts_are_harmless() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    counter::wait_for_index(&office).await;
    let everybody = office
        .directory()
        .find(&["nadia".to_owned()], &[])
        .await
        .expect("a search")
        .len();
    assert!(everybody > 0);
    let inputs = inputs();
    assert_eq!(inputs.len(), 200);
    for text in &inputs {
        let local = counter::find(&office, text)
            .await
            .unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
        assert!(local.rows.len() <= 50, "{text:?}");
        let asked = counter::find_in_directory(&office, text)
            .await
            .unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
        assert!(
            asked.notice.is_none(),
            "{text:?}: the server understood the filter: {:?}",
            asked.notice
        );
        if !text.chars().any(char::is_alphanumeric) {
            assert!(
                asked.rows.is_empty(),
                "{text:?} found {} people",
                asked.rows.len()
            );
        }
        // A filter let through would answer with everybody readable, fifty at a time.
        assert!(asked.rows.len() < 50, "{text:?} widened the search");
    }
    println!("{} hostile texts, local and in the directory", inputs.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn huge_texts_are_refused_before_any_work() {
    let post = Post::new();
    let office = post.signed_in("croux").await;
    let huge = "a".repeat(10 << 20);
    assert!(
        counter::find(&office, &huge)
            .await
            .expect("an answer")
            .rows
            .is_empty()
    );
    assert!(
        counter::find_in_directory(&office, &huge)
            .await
            .expect("an answer")
            .rows
            .is_empty()
    );
    let id = person(&office, cast::INES_LEFEVRE_NUNEZ).await;
    let view = handover::begin(&office, &id).await.expect("opens");
    for characters in [
        huge,
        "\u{202e}IDFRA".to_owned(),
        "IDFRA".to_owned(),
        String::new(),
    ] {
        let reading = RawReading {
            characters,
            physical_keys: None,
        };
        let answer = handover::check_document(&office, &view.id, reading)
            .await
            .expect("a notice");
        let notice = answer.identity.notice.expect("a sentence");
        assert!(notice.text.ends_with('.'), "{notice:?}");
        assert!(!answer.identity.awaits_photo);
    }
    assert!(counter::show(&office, "not-an-id").await.is_err());
    assert!(handover::resume(&office, "not-an-id").await.is_err());
}
