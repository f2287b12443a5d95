//! What can go wrong with the directory, told apart by what the desk must do next.
//! Carries technical detail for « Détail à copier », never a password.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// Nothing reached the server, or the link died: nothing was written by this call.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// No verified TLS with this server: nothing was sent.
    #[error("no verified TLS: {0}")]
    Certificate(TlsProblem),
    /// `ldap://` without StartTLS is no way to send a password.
    #[error("plain connection refused")]
    Plain,
    #[error("signed out")]
    SignedOut,
    /// The servers that answer only read: nothing was written.
    #[error("no server that writes")]
    NoWriter,
    #[error("no such entry")]
    NotFound,
    #[error("result {code}: {text}")]
    Refused { code: u32, text: String },
    /// The post could not hash the password itself: nothing was sent.
    #[error("not hashed: {0}")]
    NotHashed(String),
}

/// Why TLS was not established, told apart by what the IT office must do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsProblem {
    #[error("certificate expired")]
    Expired,
    #[error("certificate not valid yet")]
    NotYetValid,
    /// The certificate bears other names than the address of the settings.
    #[error("certificate of another name")]
    OtherName,
    #[error("certificate of an unknown authority")]
    UnknownAuthority,
    /// Another fault of the certificate, or of the site's authority file.
    #[error("{0}")]
    Certificate(String),
    /// The server answered no to StartTLS, with this result code.
    #[error("StartTLS refused, result {0}")]
    StartTlsRefused(u32),
    /// No version of TLS that both sides accept: 1.2 and 1.3 here.
    #[error("no common TLS: {0}")]
    NoCommonTls(String),
}

/// Why a clerk may not sign in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefusal {
    #[error("wrong login or password")]
    InvalidCredentials,
    #[error("the clerk's own password must be changed first")]
    MustChange,
    #[error("the clerk's own password has expired")]
    Expired,
    #[error("the clerk's own account is locked")]
    Locked,
    /// No group gives them a role at a counter.
    #[error("no role")]
    NoRole,
    /// The read account found nobody of that login.
    #[error("no account of that login")]
    UnknownLogin,
    /// The read account found several: none is tried.
    #[error("several accounts of that login")]
    AmbiguousLogin,
    #[error("read account: {0}")]
    ReadAccount(ReadAccountProblem),
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

/// Why the account that finds clerks cannot be used: the IT office's affair, not the clerk's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadAccountProblem {
    #[error("no password in the keyring")]
    NoPassword,
    #[error("password file not readable: {0}")]
    FileNotReadable(String),
    /// Others than its owner may read the password file.
    #[error("password file open to others: {0}")]
    FileOpenToOthers(String),
    /// The directory refused its password, or does not know it.
    #[error("refused")]
    Refused,
    /// `filter` is not an LDAP filter.
    #[error("broken filter")]
    BrokenFilter,
    /// `search-base` does not exist for this account.
    #[error("no search base")]
    NoSearchBase,
}

/// Outcome of a write that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteProblem {
    /// Certain: the Modify never left.
    #[error("not sent: {0}")]
    NotSent(DirectoryError),
    /// The request left and no answer came: only the marker tells.
    #[error("answer lost")]
    AnswerLost,
    #[error("refused: {0:?}")]
    Refused(WriteRefusal),
}

/// The server's own no, after which nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteRefusal {
    /// 19, or a policy error of draft-behera: this password does not please the policy.
    Policy(String),
    /// 50.
    Rights,
    /// 122: someone changed the password since the sheet was read.
    ChangedSince,
    /// 32.
    Gone,
    /// 10 or 53: this server only reads. Its referral is never followed.
    ReadOnly,
    Other {
        code: u32,
        text: String,
    },
}
