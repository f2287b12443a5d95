//! Opening a connection: verified TLS first, credentials after.
//! Never sends anything on an `ldap://` link before StartTLS; each call runs in its own task, for ldap3 panics on
//! malformed answers and such a panic must be a lost connection, not the end of the application.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, StdStream};
use rustls::CertificateError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::error::{DirectoryError, TlsProblem};

/// TLS configuration of the post: the site's authority, or the system's.
pub(super) fn tls(authority: Option<&Path>) -> Result<Arc<rustls::ClientConfig>, DirectoryError> {
    let unusable = |detail: String| DirectoryError::Certificate(TlsProblem::Certificate(detail));
    let mut roots = rustls::RootCertStore::empty();
    match authority {
        Some(file) => {
            let certificates = CertificateDer::pem_file_iter(file)
                .map_err(|error| unusable(format!("{}: {error}", file.display())))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|error| unusable(error.to_string()))?;
            }
            if roots.is_empty() {
                return Err(unusable(format!("{}: no certificate", file.display())));
            }
        }
        None => {
            for certificate in rustls_native_certs::load_native_certs().certs {
                // A broken certificate among the system's is the system's affair.
                let _ = roots.add(certificate);
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Opens one connection to `uri`, TLS done, nobody bound. `patience` covers the name, TCP and the TLS handshake.
pub(super) async fn open(
    uri: &str,
    tls: Arc<rustls::ClientConfig>,
    patience: Duration,
) -> Result<Ldap, DirectoryError> {
    let (starttls, rest, port) = match uri.split_once("://") {
        Some(("ldaps", rest)) => (false, rest, 636),
        Some(("ldap", rest)) => (true, rest, 389),
        Some(_) | None => return Err(DirectoryError::Plain),
    };
    let host = rest.trim_end_matches('/').to_owned();
    let address = if host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok())
    {
        host.clone()
    } else {
        format!("{host}:{port}")
    };
    let named = host.clone();
    let connect = async move {
        // ldap3 leaves Nagle on: 44 ms a request instead of 1.
        let stream = tokio::net::TcpStream::connect(&address)
            .await
            .map_err(|error| DirectoryError::Unreachable(error.to_string()))?;
        let stream = stream
            .set_nodelay(true)
            .and_then(|()| stream.into_std())
            .map_err(|error| DirectoryError::Unreachable(error.to_string()))?;
        let settings = LdapConnSettings::new()
            .set_conn_timeout(patience)
            .set_config(tls)
            .set_starttls(starttls)
            .set_std_stream(StdStream::Tcp(stream));
        let uri = format!("{}://{host}", if starttls { "ldap" } else { "ldaps" });
        let (connection, ldap) = LdapConnAsync::with_settings(settings, &uri)
            .await
            .map_err(|error| not_opened(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!(%error, "directory connection ended");
            }
        });
        Ok(ldap)
    };
    let connect = async move {
        match tokio::time::timeout(patience, connect).await {
            Ok(result) => result,
            Err(_) => Err(DirectoryError::Unreachable(format!("{named}: no answer"))),
        }
    };
    run(connect).await?
}

/// Runs one exchange in its own task; a panic there is a lost connection.
pub(super) async fn run<T: Send + 'static>(
    exchange: impl Future<Output = T> + Send + 'static,
) -> Result<T, DirectoryError> {
    tokio::spawn(exchange)
        .await
        .map_err(|_| DirectoryError::Unreachable("malformed answer".to_owned()))
}

/// An exchange that failed on an open connection: the link is lost.
pub(super) fn classify(error: &LdapError) -> DirectoryError {
    DirectoryError::Unreachable(error.to_string())
}

/// TLS that does not come up is told apart from an absent server: the remedies differ.
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "errors of ldap3 and rustls, open lists: what is not named is the link's"
)]
fn not_opened(error: &LdapError) -> DirectoryError {
    let tls = match error {
        LdapError::LdapResult { result } => {
            return DirectoryError::Certificate(TlsProblem::StartTlsRefused(result.rc));
        }
        LdapError::Rustls { source } => Some(source),
        LdapError::Io { source } => source
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>()),
        _ => None,
    };
    match tls {
        Some(rustls::Error::InvalidCertificate(fault)) => {
            DirectoryError::Certificate(certificate(fault))
        }
        Some(other) => DirectoryError::Certificate(TlsProblem::NoCommonTls(other.to_string())),
        None => classify(error),
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "rustls may name other faults: each has the general remedy"
)]
fn certificate(fault: &CertificateError) -> TlsProblem {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsProblem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsProblem::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsProblem::OtherName
        }
        // An authority of the same name signs with another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            TlsProblem::UnknownAuthority
        }
        _ => TlsProblem::Certificate(fault.to_string()),
    }
}
