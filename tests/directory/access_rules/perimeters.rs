//! Which clerk may act on which person: the promise that the other files of this suite hold the directory to.
//! One person of each population, and the clerks whose perimeter holds them.
//! Says nothing of what acting means: see `resets` and `reading`.

use guichet_core::rehearsal::cast::{
    INES_LEFEVRE_NUNEZ, NADIA_BELKACEM, NADIA_BELKACEM_GRADUATE, NADIA_BELKACEM_ROUSSEL,
    NADIA_BELKHIR, NADJIA_BELKADI,
};

pub const RH: &str = "croux";
pub const STUDENT_OFFICE: &str = "mperrin";
pub const DOCTORAL_SCHOOL: &str = "ybenaissa";
pub const BRANCH: &str = "obouchet";
pub const SUPERVISOR: &str = "hvasseur";
pub const CLERKS: [&str; 5] = [RH, STUDENT_OFFICE, DOCTORAL_SCHOOL, BRANCH, SUPERVISOR];

/// A person of each population, and the roles whose perimeter holds them.
pub const PERIMETERS: &[(&str, &[&str])] = &[
    // Student, main structure served by the branch.
    (NADIA_BELKACEM, &[STUDENT_OFFICE, BRANCH, SUPERVISOR]),
    // Student, elsewhere.
    ("l25703345", &[STUDENT_OFFICE, SUPERVISOR]),
    // Doctoral student without a contract: two offices.
    ("o22701907", &[STUDENT_OFFICE, DOCTORAL_SCHOOL, SUPERVISOR]),
    // Doctoral student under contract; her laboratory is not her main structure.
    (NADIA_BELKACEM_ROUSSEL, &[RH, DOCTORAL_SCHOOL, SUPERVISOR]),
    (NADIA_BELKACEM_GRADUATE, &[STUDENT_OFFICE, SUPERVISOR]),
    (NADIA_BELKHIR, &[RH, SUPERVISOR]),
    // Staff of a laboratory that the branch serves, under the stricter policy.
    ("jmorel", &[RH, BRANCH, SUPERVISOR]),
    // Never activated: holds no password yet.
    (INES_LEFEVRE_NUNEZ, &[RH, SUPERVISOR]),
    (NADJIA_BELKADI, &[RH, SUPERVISOR]),
    // Guest of a laboratory that the branch serves.
    ("mtran-inv", &[RH, BRANCH, SUPERVISOR]),
];
