//! One IPP question over HTTP: by the local socket, by loopback, or to another machine over TLS with a
//! verified certificate. Everything is bounded: the time by the caller, the answer in size.
//! It never retries: what was sent once may have been done.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use ipp::IppHeader;
use ipp::attribute::IppAttributes;
use ipp::parser::IppParser;
use ipp::reader::IppReader;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::server::{Address, PrintServer};

/// A list of a thousand queues is about half of this.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
const CONNECTION: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not connected: nothing was sent.
    NotRunning,
    /// TLS failed: nothing was sent.
    Untrusted(String),
    /// HTTP 401 or 403: read, and refused.
    NotAllowed,
    /// Sent, perhaps in part, and no answer.
    NoAnswer,
    /// Answered, and not in IPP.
    Garbled,
}

pub(super) async fn exchange(
    server: &PrintServer,
    path: &str,
    body: Vec<u8>,
    limit: Duration,
) -> Result<(IppHeader, IppAttributes), Fault> {
    let answer = match server.address() {
        Address::Socket(socket) => {
            let stream = connected(UnixStream::connect(socket)).await?;
            timeout(limit, ask(stream, "localhost", path, body)).await
        }
        Address::Host { name, port } => {
            let stream = connected(TcpStream::connect((name.as_str(), *port))).await?;
            let host = if name.contains(':') {
                format!("[{name}]:{port}")
            } else {
                format!("{name}:{port}")
            };
            if server.encrypted() {
                let stream = timeout(CONNECTION, secured(stream, name))
                    .await
                    .map_err(|_| Fault::NotRunning)??;
                timeout(limit, ask(stream, &host, path, body)).await
            } else {
                timeout(limit, ask(stream, &host, path, body)).await
            }
        }
    };
    let answer = answer.map_err(|_| Fault::NoAnswer)??;
    let (header, attributes, _) = IppParser::new(IppReader::new(std::io::Cursor::new(answer)))
        .parse_parts()
        .map_err(|_| Fault::Garbled)?;
    Ok((header, attributes))
}

async fn connected<S>(stream: impl Future<Output = std::io::Result<S>>) -> Result<S, Fault> {
    match timeout(CONNECTION, stream).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(_)) | Err(_) => Err(Fault::NotRunning),
    }
}

async fn secured(
    stream: TcpStream,
    name: &str,
) -> Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static, Fault> {
    let untrusted = |detail: String| Fault::Untrusted(detail);
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let configuration =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| untrusted(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
    let name =
        ServerName::try_from(name.to_owned()).map_err(|error| untrusted(error.to_string()))?;
    TlsConnector::from(Arc::new(configuration))
        .connect(name, stream)
        .await
        .map_err(|error| untrusted(error.to_string()))
}

async fn ask<S>(stream: S, host: &str, path: &str, body: Vec<u8>) -> Result<Bytes, Fault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request = hyper::Request::post(path)
        .header("host", host)
        .header("content-type", "application/ipp")
        .header("connection", "close")
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| Fault::Garbled)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Fault::NoAnswer)?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(|error| {
            if error.is_parse() {
                Fault::Garbled
            } else {
                Fault::NoAnswer
            }
        })?;
        match response.status().as_u16() {
            200 => {}
            401 | 403 => return Err(Fault::NotAllowed),
            _ => return Err(Fault::Garbled),
        }
        let body = Limited::new(response.into_body(), LONGEST_ANSWER)
            .collect()
            .await
            .map_err(|_| Fault::NoAnswer)?;
        Ok(body.to_bytes())
    };
    let mut answer = std::pin::pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        // The connection may end before its last bytes have been read from it.
        _ = connection => answer.await,
    }
}
