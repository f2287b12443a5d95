//! The access rules that ship with the product, tried with OpenLDAP's own clients on a rehearsal directory.
//! A right is proven by what changed; a denial by any non-zero code and an entry left as it was.
//! Never goes through our own client: a mistake there must not hide one here.

pub mod clients;
mod must_change;
mod perimeters;
mod reading;
mod records;
mod resets;
