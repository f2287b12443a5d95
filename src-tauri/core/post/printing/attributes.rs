//! IPP questions and answers in the few words printing needs (RFC 8011, and the CUPS operations of
//! cups.org/doc/spec-ipp.html). It knows attributes and status codes, never sentences for staff.

use std::time::Duration;

use ipp::attribute::{IppAttribute, IppAttributeGroup, IppAttributes};
use ipp::model::{DelimiterTag, IppVersion, JobState, Operation, PrinterState, StatusCode};
use ipp::parser::IppParseError;
use ipp::request::IppRequestResponse;
use ipp::value::IppValue;

use super::problem::PrintProblem;
use super::server::PrintServer;
use super::wire;

/// A question being put together.
pub(super) struct Asked {
    request: IppRequestResponse,
    path: String,
    document: Vec<u8>,
}

/// What the server said, as far as printing cares.
pub(super) struct Reply {
    pub(super) status: Status,
    attributes: IppAttributes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Status {
    Done,
    NotFound,
    NotAllowed,
    /// The server's own words, for the diagnostic.
    Refused(String),
}

/// One group of an answer: a printer or a job.
pub(super) struct Attributes<'a>(&'a IppAttributeGroup);

impl Asked {
    pub(super) fn new(operation: Operation, path: &str) -> Result<Self, PrintProblem> {
        let request = IppRequestResponse::new(IppVersion::v1_1(), operation, None)
            .map_err(|_| unsendable(path))?;
        Ok(Asked {
            request,
            path: path.to_owned(),
            document: Vec::new(),
        })
    }

    /// A question about one queue. CUPS finds classes under `/printers/` as well.
    pub(super) fn about(operation: Operation, queue: &str) -> Result<Self, PrintProblem> {
        let path = format!("/printers/{}", percent_encoded(queue));
        let mut asked = Asked::new(operation, &path)?;
        // The host of the URI is not looked at: CUPS goes by the path alone.
        asked.operation(
            "printer-uri",
            IppValue::new_uri(format!("ipp://localhost{path}")),
        )?;
        Ok(asked)
    }

    pub(super) fn user(&mut self, user: &str) -> Result<&mut Self, PrintProblem> {
        self.operation(
            "requesting-user-name",
            IppValue::new_name_without_language(user),
        )
    }

    pub(super) fn wanting(&mut self, names: &[&str]) -> Result<&mut Self, PrintProblem> {
        let wanted = names
            .iter()
            .map(|name| IppValue::new_keyword(*name))
            .collect::<Result<Vec<_>, _>>();
        self.operation("requested-attributes", wanted.map(IppValue::Array))
    }

    pub(super) fn operation(
        &mut self,
        name: &str,
        value: Result<IppValue, IppParseError>,
    ) -> Result<&mut Self, PrintProblem> {
        self.add(DelimiterTag::OperationAttributes, name, value)
    }

    pub(super) fn job(
        &mut self,
        name: &str,
        value: Result<IppValue, IppParseError>,
    ) -> Result<&mut Self, PrintProblem> {
        self.add(DelimiterTag::JobAttributes, name, value)
    }

    pub(super) fn document(mut self, bytes: &[u8]) -> Self {
        self.document = bytes.to_vec();
        self
    }

    pub(super) async fn send(
        self,
        server: &PrintServer,
        limit: Duration,
    ) -> Result<Reply, wire::Fault> {
        let mut body = self.request.to_bytes().to_vec();
        body.extend_from_slice(&self.document);
        let (header, attributes) = wire::exchange(server, &self.path, body, limit).await?;
        let code = header.status_code();
        let status = if code.is_success() {
            Status::Done
        } else {
            refused(code, &attributes)
        };
        Ok(Reply { status, attributes })
    }

    fn add(
        &mut self,
        group: DelimiterTag,
        name: &str,
        value: Result<IppValue, IppParseError>,
    ) -> Result<&mut Self, PrintProblem> {
        let attribute = IppAttribute::with_name(name, value.map_err(|_| unsendable(name))?)
            .map_err(|_| unsendable(name))?;
        self.request.attributes_mut().add(group, attribute);
        Ok(self)
    }
}

impl Reply {
    pub(super) fn printers(&self) -> impl Iterator<Item = Attributes<'_>> {
        self.attributes
            .groups_of(DelimiterTag::PrinterAttributes)
            .map(Attributes)
    }

    pub(super) fn jobs(&self) -> impl Iterator<Item = Attributes<'_>> {
        self.attributes
            .groups_of(DelimiterTag::JobAttributes)
            .map(Attributes)
    }
}

impl Attributes<'_> {
    /// Empty when absent.
    pub(super) fn text(&self, name: &str) -> String {
        self.value(name).and_then(words).unwrap_or_default()
    }

    pub(super) fn keywords(&self, name: &str) -> Vec<String> {
        self.value(name)
            .map(|value| value.into_iter().filter_map(words).collect())
            .unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> Option<i32> {
        self.value(name)
            .and_then(|value| value.as_integer().or(value.as_enum()).copied())
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.value(name)
            .and_then(|value| value.as_boolean().copied())
    }

    pub(super) fn state(&self) -> Option<JobState> {
        [
            JobState::Pending,
            JobState::PendingHeld,
            JobState::Processing,
            JobState::ProcessingStopped,
            JobState::Canceled,
            JobState::Aborted,
            JobState::Completed,
        ]
        .into_iter()
        .find(|state| self.number("job-state") == Some(*state as i32))
    }

    pub(super) fn printer_state(&self) -> Option<PrinterState> {
        [
            PrinterState::Idle,
            PrinterState::Processing,
            PrinterState::Stopped,
        ]
        .into_iter()
        .find(|state| self.number("printer-state") == Some(*state as i32))
    }

    fn value(&self, name: &str) -> Option<&IppValue> {
        self.0.get(name).map(IppAttribute::value)
    }
}

/// Only a name longer than IPP carries cannot be sent, and CUPS has no queue with such a name.
fn unsendable(name: &str) -> PrintProblem {
    PrintProblem::UnknownQueue {
        queue: name.to_owned(),
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "IPP has some sixty status codes; three decide something here"
)]
fn refused(code: StatusCode, attributes: &IppAttributes) -> Status {
    match code {
        StatusCode::ClientErrorNotFound | StatusCode::ClientErrorGone => Status::NotFound,
        StatusCode::ClientErrorForbidden
        | StatusCode::ClientErrorNotAuthenticated
        | StatusCode::ClientErrorNotAuthorized => Status::NotAllowed,
        other => {
            let said = attributes
                .first_of(DelimiterTag::OperationAttributes)
                .map(|group| Attributes(group).text("status-message"));
            Status::Refused(
                said.filter(|words| !words.is_empty())
                    .unwrap_or_else(|| format!("{other:?}")),
            )
        }
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "only the kinds of value that are words"
)]
fn words(value: &IppValue) -> Option<String> {
    match value {
        IppValue::TextWithoutLanguage(text) | IppValue::TextWithLanguage { text, .. } => {
            Some(text.to_string())
        }
        IppValue::NameWithoutLanguage(name) | IppValue::NameWithLanguage { name, .. } => {
            Some(name.to_string())
        }
        IppValue::Keyword(keyword) => Some(keyword.to_string()),
        _ => None,
    }
}

/// RFC 3986: everything but the unreserved characters.
fn percent_encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_named_in_french_fits_in_a_uri() {
        assert_eq!(percent_encoded("RH-2e-étage"), "RH-2e-%C3%A9tage");
        assert_eq!(
            percent_encoded("../admin?x=1"),
            "..%2Fadmin%3Fx%3D1",
            "a queue's name never changes the path"
        );
    }
}
