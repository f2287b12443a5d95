//! The tree a screen reader follows: headings, paragraphs, lists, a table, figures, in reading order.
//! Each piece drawn on the page belongs to one element or is an artifact (PDF/UA-1, clause 7.1).
//! It knows nothing of coordinates, except the box of a figure.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Document,
    Paragraph,
    Heading1,
    Heading2,
    Table,
    Row,
    HeaderCell,
    Cell,
    NumberedList,
    BulletList,
    Item,
    Label,
    Body,
    Figure,
    Link,
}

impl Tag {
    /// Standard structure type (ISO 32000-1, 14.8.4).
    pub(super) fn name(self) -> &'static str {
        match self {
            Tag::Document => "Document",
            Tag::Paragraph => "P",
            Tag::Heading1 => "H1",
            Tag::Heading2 => "H2",
            Tag::Table => "Table",
            Tag::Row => "TR",
            Tag::HeaderCell => "TH",
            Tag::Cell => "TD",
            Tag::NumberedList | Tag::BulletList => "L",
            Tag::Item => "LI",
            Tag::Label => "Lbl",
            Tag::Body => "LBody",
            Tag::Figure => "Figure",
            Tag::Link => "Link",
        }
    }
}

#[derive(Debug)]
pub(super) enum Kid {
    Element(usize),
    /// Marked content of the page, by its number.
    Content(i64),
    /// The clickable area of a link, by its rank.
    Link(usize),
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) tag: Tag,
    pub(super) parent: usize,
    pub(super) kids: Vec<Kid>,
    pub(super) alt: Option<String>,
    /// Only where it differs from the document's.
    pub(super) lang: Option<&'static str>,
    /// Figure only: left, bottom, right, top in points.
    pub(super) bounds: Option<[f32; 4]>,
}

#[derive(Debug)]
pub(super) struct LinkArea {
    pub(super) element: usize,
    /// Left, bottom, right, top in points.
    pub(super) bounds: [f32; 4],
    pub(super) uri: String,
}

/// Elements of the single page; the first one is the document.
#[derive(Debug)]
pub(super) struct Structure {
    pub(super) elements: Vec<Element>,
    /// Element that owns each marked content, by its number.
    pub(super) owners: Vec<usize>,
    pub(super) links: Vec<LinkArea>,
    open: Vec<usize>,
    lang: Option<&'static str>,
}

impl Structure {
    pub(super) fn new() -> Structure {
        let document = Element {
            tag: Tag::Document,
            parent: 0,
            kids: Vec::new(),
            alt: None,
            lang: None,
            bounds: None,
        };
        Structure {
            elements: vec![document],
            owners: Vec::new(),
            links: Vec::new(),
            open: Vec::new(),
            lang: None,
        }
    }

    /// Language of the elements opened from now on, when not the document's.
    pub(super) fn speak(&mut self, lang: Option<&'static str>) {
        self.lang = lang;
    }

    fn current(&self) -> usize {
        self.open.last().copied().unwrap_or(0)
    }

    pub(super) fn open(&mut self, tag: Tag) -> usize {
        let (parent, index) = (self.current(), self.elements.len());
        self.elements.push(Element {
            tag,
            parent,
            kids: Vec::new(),
            alt: None,
            lang: self.lang,
            bounds: None,
        });
        self.add(parent, Kid::Element(index));
        self.open.push(index);
        index
    }

    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// Number of a new marked content inside the open element, and that element's tag.
    pub(super) fn mark(&mut self) -> (i64, Tag) {
        let owner = self.current();
        let number = i64::try_from(self.owners.len()).unwrap_or(i64::MAX);
        self.owners.push(owner);
        self.add(owner, Kid::Content(number));
        (
            number,
            self.elements
                .get(owner)
                .map_or(Tag::Document, |element| element.tag),
        )
    }

    /// Makes the open element a link to `uri`.
    pub(super) fn link(&mut self, bounds: [f32; 4], uri: &str) {
        let element = self.current();
        self.add(element, Kid::Link(self.links.len()));
        self.links.push(LinkArea {
            element,
            bounds,
            uri: uri.to_owned(),
        });
    }

    pub(super) fn describe(&mut self, element: usize, alt: String, bounds: [f32; 4]) {
        if let Some(element) = self.elements.get_mut(element) {
            element.alt = Some(alt);
            element.bounds = Some(bounds);
        }
    }

    fn add(&mut self, owner: usize, kid: Kid) {
        if let Some(element) = self.elements.get_mut(owner) {
            element.kids.push(kid);
        }
    }
}
