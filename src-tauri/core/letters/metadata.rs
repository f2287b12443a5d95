//! What the file says of itself: title, author, dates, conformance, identifier.
//! The same values go to the information dictionary and to the XMP packet, as PDF/A asks.
//! No name, login or number: a file list or an indexer must not tell whose letter it is.

use lopdf::{Object, StringFormat, dictionary};

pub(super) const TITLE: &str = "Lettre de remise";
const PRODUCER: &str = "Guichet";

pub(super) struct Metadata<'t> {
    /// The establishment.
    pub(super) author: &'t str,
    /// Main language of the text, BCP 47.
    pub(super) lang: &'static str,
    pub(super) created: jiff::Timestamp,
    pub(super) random_id: [u8; 16],
}

/// Declared so that PDF/A accepts the PDF/UA property in the packet (ISO 19005-3, 6.6.2.3).
const UA_SCHEMA: &str = r#"<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"#;

const NAMESPACES: &str = r#"xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#""#;

impl Metadata<'_> {
    pub(super) fn information(&self) -> lopdf::Dictionary {
        let date = literal(&self.created.strftime("D:%Y%m%d%H%M%SZ").to_string());
        dictionary! {
            "Title" => utf16(TITLE),
            "Author" => utf16(self.author),
            "Producer" => literal(PRODUCER),
            "CreationDate" => date.clone(),
            "ModDate" => date,
        }
    }

    pub(super) fn packet(&self) -> String {
        let date = self.created.strftime("%Y-%m-%dT%H:%M:%SZ");
        let (title, author, lang) = (escape(TITLE), escape(self.author), self.lang);
        format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description rdf:about=\"\" {NAMESPACES}>\
             <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
             <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
             <dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>\
             <xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>\
             <pdf:Producer>{PRODUCER}</pdf:Producer>\
             <pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>\
             <pdfuaid:part>1</pdfuaid:part>{UA_SCHEMA}\
             </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
        )
    }

    /// Both halves are the same in a file that was never modified (ISO 32000-1, 14.4).
    pub(super) fn identifier(&self) -> Object {
        let half = Object::String(self.random_id.to_vec(), StringFormat::Hexadecimal);
        Object::Array(vec![half.clone(), half])
    }
}

/// A text string any reader shows rightly: UTF-16 with its mark.
pub(super) fn utf16(text: &str) -> Object {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

pub(super) fn literal(text: &str) -> Object {
    Object::String(text.as_bytes().to_vec(), StringFormat::Literal)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
