//! Makes printpdf's file a PDF/UA-1 and PDF/A-3a one: structure tree, language, XMP, colour profile, identifier.
//! printpdf writes none of these by itself; veraPDF checks the result in the letters suite.
//! It adds nothing that shows on paper.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::LetterError;
use super::metadata::{Metadata, literal, utf16};
use super::structure::{Element, Kid, Structure, Tag};

/// sRGB in 736 bytes (Compact ICC profiles, CC0).
const SRGB: &[u8] = include_bytes!("sRGB-v2-magic.icc");

/// Completes the one-page `document`.
pub(super) fn complete(
    document: &mut Document,
    structure: &Structure,
    metadata: &Metadata<'_>,
) -> Result<(), LetterError> {
    document.version = "1.7".to_owned();
    let page = document
        .get_pages()
        .into_values()
        .next()
        .ok_or_else(|| LetterError::Pdf("page absente".to_owned()))?;
    let links: Vec<ObjectId> = structure
        .links
        .iter()
        .map(|_| document.new_object_id())
        .collect();
    let (root, elements) = write_elements(document, structure, page, &links);
    let parent_tree = write_links_and_parents(document, structure, page, &links, &elements)?;
    let first: Vec<Object> = elements
        .first()
        .map(|&id| Object::Reference(id))
        .into_iter()
        .collect();
    document.objects.insert(
        root,
        Object::Dictionary(dictionary! {
            "Type" => "StructTreeRoot",
            "K" => first,
            "ParentTree" => parent_tree,
            "ParentTreeNextKey" => count(1 + links.len()),
        }),
    );
    write_catalog(document, root, metadata)
}

fn write_elements(
    document: &mut Document,
    structure: &Structure,
    page: ObjectId,
    links: &[ObjectId],
) -> (ObjectId, Vec<ObjectId>) {
    let root = document.new_object_id();
    let ids: Vec<ObjectId> = structure
        .elements
        .iter()
        .map(|_| document.new_object_id())
        .collect();
    for (index, (element, &id)) in structure.elements.iter().zip(&ids).enumerate() {
        let parent = if index == 0 {
            root
        } else {
            ids.get(element.parent).copied().unwrap_or(root)
        };
        let kids: Vec<Object> = element
            .kids
            .iter()
            .filter_map(|kid| kid_object(kid, &ids, links, page))
            .collect();
        let mut entry = dictionary! {
            "Type" => "StructElem",
            "S" => Object::Name(element.tag.name().as_bytes().to_vec()),
            "P" => parent,
            "Pg" => page,
            "K" => kids,
        };
        if let Some(alt) = &element.alt {
            entry.set("Alt", utf16(alt));
        }
        if let Some(lang) = element.lang {
            entry.set("Lang", literal(lang));
        }
        if let Some(attributes) = attributes(element) {
            entry.set("A", attributes);
        }
        document.objects.insert(id, Object::Dictionary(entry));
    }
    (root, ids)
}

fn kid_object(
    kid: &Kid,
    elements: &[ObjectId],
    links: &[ObjectId],
    page: ObjectId,
) -> Option<Object> {
    match kid {
        Kid::Element(index) => elements.get(*index).map(|&id| Object::Reference(id)),
        Kid::Content(number) => Some(Object::Integer(*number)),
        Kid::Link(rank) => links.get(*rank).map(|&id| {
            Object::Dictionary(dictionary! { "Type" => "OBJR", "Obj" => id, "Pg" => page })
        }),
    }
}

fn attributes(element: &Element) -> Option<Dictionary> {
    match element.tag {
        Tag::HeaderCell => Some(dictionary! { "O" => "Table", "Scope" => "Row" }),
        Tag::NumberedList => Some(dictionary! { "O" => "List", "ListNumbering" => "Decimal" }),
        Tag::BulletList => Some(dictionary! { "O" => "List", "ListNumbering" => "Disc" }),
        Tag::Figure => element.bounds.map(
            |bounds| dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => reals(bounds) },
        ),
        Tag::Document
        | Tag::Paragraph
        | Tag::Heading1
        | Tag::Heading2
        | Tag::Table
        | Tag::Row
        | Tag::Cell
        | Tag::Item
        | Tag::Label
        | Tag::Body
        | Tag::Link => None,
    }
}

/// Key 0 of the parent tree is the page's content; the links follow.
fn write_links_and_parents(
    document: &mut Document,
    structure: &Structure,
    page: ObjectId,
    links: &[ObjectId],
    elements: &[ObjectId],
) -> Result<ObjectId, LetterError> {
    let owner = |index: usize| {
        elements
            .get(index)
            .map(|&id| Object::Reference(id))
            .unwrap_or(Object::Null)
    };
    let owners: Vec<Object> = structure.owners.iter().map(|&index| owner(index)).collect();
    let mut numbers: Vec<Object> = vec![0.into(), document.add_object(owners).into()];
    for (rank, (link, &id)) in structure.links.iter().zip(links).enumerate() {
        let key = count(1 + rank);
        let area = dictionary! {
            "Type" => "Annot",
            "Subtype" => "Link",
            // Print.
            "F" => 4,
            "Border" => vec![0.into(), 0.into(), 0.into()],
            "Rect" => reals(link.bounds),
            "Contents" => utf16(&link.uri),
            "StructParent" => key,
            "A" => dictionary! { "Type" => "Action", "S" => "URI", "URI" => literal(&link.uri) },
        };
        document.objects.insert(id, Object::Dictionary(area));
        numbers.push(key.into());
        numbers.push(owner(link.element));
    }
    let entry = document
        .get_object_mut(page)
        .and_then(Object::as_dict_mut)
        .map_err(pdf)?;
    entry.set("StructParents", 0);
    entry.set("Tabs", "S");
    // printpdf leaves an empty list there.
    entry.remove(b"Annots");
    if !links.is_empty() {
        entry.set(
            "Annots",
            links
                .iter()
                .map(|&id| Object::Reference(id))
                .collect::<Vec<_>>(),
        );
    }
    Ok(document.add_object(dictionary! { "Nums" => numbers }))
}

fn write_catalog(
    document: &mut Document,
    root: ObjectId,
    metadata: &Metadata<'_>,
) -> Result<(), LetterError> {
    let packet = Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        metadata.packet().into_bytes(),
    );
    let packet = document.add_object(packet.with_compression(false));
    let profile = document.add_object(Stream::new(dictionary! { "N" => 3 }, SRGB.to_vec()));
    let information = document.add_object(metadata.information());
    document.trailer.set("Info", information);
    document.trailer.set("ID", metadata.identifier());
    let catalog = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .map_err(pdf)?;
    let catalog = document
        .get_object_mut(catalog)
        .and_then(Object::as_dict_mut)
        .map_err(pdf)?;
    catalog.set("Lang", literal(metadata.lang));
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("StructTreeRoot", root);
    catalog.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true },
    );
    catalog.set("Metadata", packet);
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => literal("sRGB IEC61966-2.1"),
        "Info" => literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    };
    catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
    Ok(())
}

fn reals(values: [f32; 4]) -> Vec<Object> {
    values.into_iter().map(Object::Real).collect()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn pdf(error: lopdf::Error) -> LetterError {
    LetterError::Pdf(error.to_string())
}
