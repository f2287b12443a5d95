//! The rehearsal's own certification authority and server certificate, and the faulty ones that a post must refuse.
//! Keys are made at each preparation and stay in its folder; the authority's own key is dropped at once.
//! Never a model for a real directory, whose certificates come from its site.

use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use super::calendar::Calendar;

/// Names the server answers to. `localhost` and the address serve tests, the last one training posts.
pub const SERVER_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "ldap.univ-rivemer.example"];

/// What is wrong with the certificate that the server presents; the authority handed out stays the sound one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFault {
    /// Ended thirty days ago.
    Expired,
    /// Begins in thirty days.
    NotYetValid,
    /// Valid, but for `ldap.univ-ailleurs.example` only.
    WrongHost,
    /// Signed by an authority of the same name that nobody was told to trust.
    OtherAuthority,
}

/// PEM texts.
pub struct Certificates {
    /// The authority to trust.
    pub authority: String,
    pub server: String,
    /// PKCS#8, for the server only.
    pub server_key: String,
}

struct Validity {
    first: Date,
    last: Date,
}

/// A certificate that verifies for [`SERVER_NAMES`], valid ten years from the rehearsal's day.
///
/// # Errors
/// When keys cannot be made (no random source).
pub fn sound(calendar: Calendar) -> Result<Certificates, rcgen::Error> {
    let authority = Authority::new(calendar)?;
    let (server, server_key) = authority.sign(&SERVER_NAMES, &years_ahead(calendar))?;
    Ok(Certificates {
        authority: authority.pem,
        server,
        server_key,
    })
}

/// A certificate that no careful client accepts.
///
/// # Errors
/// When keys cannot be made (no random source).
pub fn faulty(fault: CertificateFault, calendar: Calendar) -> Result<Certificates, rcgen::Error> {
    let authority = Authority::new(calendar)?;
    let (server, server_key) = match fault {
        CertificateFault::Expired => {
            let past = Validity {
                first: calendar.day(-400),
                last: calendar.day(-30),
            };
            authority.sign(&SERVER_NAMES, &past)?
        }
        CertificateFault::NotYetValid => {
            let to_come = Validity {
                first: calendar.day(30),
                last: calendar.day(400),
            };
            authority.sign(&SERVER_NAMES, &to_come)?
        }
        CertificateFault::WrongHost => {
            authority.sign(&["ldap.univ-ailleurs.example"], &years_ahead(calendar))?
        }
        CertificateFault::OtherAuthority => {
            Authority::new(calendar)?.sign(&SERVER_NAMES, &years_ahead(calendar))?
        }
    };
    Ok(Certificates {
        authority: authority.pem,
        server,
        server_key,
    })
}

fn years_ahead(calendar: Calendar) -> Validity {
    // Two days back: a post whose clock is late still accepts it.
    Validity {
        first: calendar.day(-2),
        last: calendar.day(3650),
    }
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(calendar: Calendar) -> Result<Self, rcgen::Error> {
        let mut params = blank("Autorité de répétition de Rivemer", &[])?;
        set_validity(
            &mut params,
            &Validity {
                first: calendar.day(-401),
                last: calendar.day(3651),
            },
        );
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Authority {
            pem,
            issuer: Issuer::new(params, key),
        })
    }

    fn sign(&self, names: &[&str], validity: &Validity) -> Result<(String, String), rcgen::Error> {
        let mut params = blank(names.last().copied().unwrap_or_default(), names)?;
        set_validity(&mut params, validity);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok((certificate.pem(), key.serialize_pem()))
    }
}

fn blank(common_name: &str, names: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Université de Rivemer");
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    Ok(params)
}

fn set_validity(params: &mut CertificateParams, validity: &Validity) {
    let midnight = |day: Date| {
        date_time_ymd(
            i32::from(day.year()),
            day.month().unsigned_abs(),
            day.day().unsigned_abs(),
        )
    };
    params.not_before = midnight(validity.first);
    params.not_after = midnight(validity.last);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::new("2026-11-24T08:31:00Z".parse().unwrap())
    }

    #[test]
    fn each_set_is_complete_and_new() {
        let first = sound(calendar()).unwrap();
        let second = sound(calendar()).unwrap();
        for pem in [&first.authority, &first.server] {
            assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
        }
        assert!(first.server_key.contains("PRIVATE KEY"));
        assert_ne!(first.server_key, second.server_key, "keys are never reused");
        assert_ne!(first.authority, second.authority);
    }
}
