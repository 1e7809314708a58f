//! What does an authority that is missing mean, and how does it come here?

use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, Remedy, Severity, Step, System, Text,
};

use super::{ChainEnd, ChainSeen, Link, StoreKind, StoreSeen, Stranger, StrangerKind};
use crate::identify::{Hierarchy, Validity};

pub(crate) static CHAIN_INCOMPLETE: FindingKind = FindingKind {
    code: "cert.chain-incomplete",
    severity: Severity::Warning,
    title: Text {
        fr: "L'autorité « {missing} », au-dessus du certificat de la carte, manque {where}",
        en: "The authority “{missing}”, above the card's certificate, is missing {where}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Installez ou réparez la Cryptolib CPS : son installation dépose les certificats de l'IGC-Santé dans les magasins de Windows et dans Firefox.",
                "Install or repair the Cryptolib CPS: its installation puts the certificates of IGC-Santé into the stores of Windows and into Firefox.",
            ),
            Step::on(
                System::Macos,
                "Installez de nouveau la Cryptolib CPS : elle dépose les certificats de l'IGC-Santé dans /Library/Preferences/santesocial/CPS/coffre.",
                "Install the Cryptolib CPS again: it puts the certificates of IGC-Santé into /Library/Preferences/santesocial/CPS/coffre.",
            ),
            Step::on(
                System::Linux,
                "Installez de nouveau la Cryptolib CPS : elle dépose les certificats de l'IGC-Santé dans /etc/opt/santesocial/CPS/Coffre.",
                "Install the Cryptolib CPS again: it puts the certificates of IGC-Santé into /etc/opt/santesocial/CPS/Coffre.",
            ),
            Step::anywhere(
                "Ou téléchargez toute la chaîne : {bundle}, et comparez l'empreinte SHA-256 de chaque autorité avec celle que l'Agence du Numérique en Santé publie.",
                "Or download the whole chain: {bundle}, and compare the SHA-256 fingerprint of each authority with the one the Agence du Numérique en Santé publishes.",
            ),
            Step::on(
                System::Macos,
                "Ouvrez le fichier : « Trousseaux d'accès » l'importe, dans le trousseau « Système » ; pour une « AC RACINE », double-cliquez dessus, puis « Se fier » > « Toujours approuver ».",
                "Open the file: “Keychain Access” imports it, into the “System” keychain; for an “AC RACINE”, double-click it, then “Trust” > “Always Trust”.",
            ),
            Step::on(
                System::Windows,
                "Ouvrez le fichier, puis chaque certificat : « Installer un certificat », « Ordinateur local » ; une « AC RACINE » va dans « Autorités de certification racines de confiance », les autres dans « Autorités de certification intermédiaires ».",
                "Open the file, then each certificate: “Install Certificate”, “Local Machine”; an “AC RACINE” goes to “Trusted Root Certification Authorities”, the others to “Intermediate Certification Authorities”.",
            ),
            Step::on(
                System::Linux,
                "Dans Firefox : menu ☰ > « Paramètres » > « Vie privée et sécurité », rubrique « Sécurité », titre « Certificats » : bouton « Afficher les certificats… », onglet « Autorités », « Importer… ».",
                "In Firefox: menu ☰ > “Settings” > “Privacy & Security”, section “Security”, heading “Certificates”: button “View Certificates…”, tab “Authorities”, “Import…”.",
            ),
        ],
    },
};

/// Of another issuer's chain nobody says that it should be here.
pub(super) fn judge(seen: &ChainSeen) -> Option<Finding> {
    let bundle = match seen.hierarchy {
        Hierarchy::Production => BUNDLE,
        Hierarchy::Test => TEST_BUNDLE,
        Hierarchy::Old | Hierarchy::Other => return None,
    };
    let (missing, expected, place) = seen.lacks()?;
    let is_known = expected.is_some();
    let expected = expected.map(|it| Evidence::new("sha256", EXPECTED, it));
    let finding = Finding::of(&CHAIN_INCOMPLETE)
        .with(Evidence::new("missing", MISSING, missing))
        .with(Evidence::new("where", WHERE, place))
        .with_all(expected)
        .with_all(seen.out_of_date().flat_map(|(_, it)| seen.dates(it)))
        .with_all(seen.stores.iter().map(StoreSeen::evidence))
        .with_all(seen.strangers.iter().flat_map(Stranger::evidence));
    let finding = finding.with(Evidence::new("bundle", CHAIN, bundle));
    Some(match is_known {
        true => finding.noting(COMPARE),
        false => finding,
    })
}

impl ChainSeen {
    /// The first authority that is lacking, its fingerprint where it is known, and where.
    fn lacks(&self) -> Option<(&str, Option<&str>, Text)> {
        if let ChainEnd::Missing {
            common_name,
            expected_sha256,
            ..
        } = &self.end
        {
            return Some((common_name, expected_sha256.as_deref(), ANYWHERE));
        }
        // It may have been certified again: another fingerprint would do as well.
        if let Some((link, _)) = self.out_of_date().next() {
            return Some((&link.common_name, None, IN_VALID_FORM));
        }
        let mut browsers = self
            .stores
            .iter()
            .filter(|store| store.kind.is_of_browsers());
        // A store that could not be read lacks nothing.
        let asked = browsers.clone().count() > 0 && browsers.all(|store| store.failure.is_none());
        let mut links = self.links.iter().filter(|_| asked);
        let hidden = |kinds: &[StoreKind]| !kinds.iter().any(|kind| kind.is_of_browsers());
        let link = links.find(|link| hidden(&link.found_in))?;
        Some((&link.common_name, Some(&link.sha256), IN_THE_SYSTEM))
    }

    /// The authorities that were not valid at the moment the chain was judged.
    fn out_of_date(&self) -> impl Iterator<Item = (&Link, Validity)> {
        let dated = self
            .links
            .iter()
            .filter_map(|link| Some((link, link.validity?)));
        dated.filter(|(_, validity)| self.at.is_some_and(|at| !validity.contains(at)))
    }

    fn dates(&self, validity: Validity) -> impl Iterator<Item = Evidence> {
        let judged_at = self.at.map(|at| Evidence::new("judged_at", JUDGED_AT, at));
        let dates = [
            Evidence::new("not_before", NOT_BEFORE, validity.not_before),
            Evidence::new("not_after", NOT_AFTER, validity.not_after),
        ];
        dates.into_iter().chain(judged_at)
    }
}

impl StoreSeen {
    fn evidence(&self) -> Evidence {
        let count = match self.place.as_str() {
            "" => self.certificates.to_string(),
            place => format!("{} ({place})", self.certificates),
        };
        let value = match &self.failure {
            Some(failure) => format!("{count} — {failure}"),
            None => count,
        };
        Evidence::new("store", counted(self.kind), value)
    }
}

/// What is counted there.
const fn counted(kind: StoreKind) -> Text {
    match kind {
        StoreKind::Card => text(
            "autorités trouvées sur la carte",
            "authorities found on the card",
        ),
        StoreKind::Cryptolib => text(
            "autorités trouvées dans le coffre de la Cryptolib CPS",
            "authorities found in the Cryptolib CPS folder",
        ),
        StoreKind::CaFile => text(
            "autorités trouvées dans le fichier indiqué",
            "authorities found in the file named",
        ),
        StoreKind::System => text(
            "autorités trouvées parmi les racines du système",
            "authorities found among the system's roots",
        ),
        StoreKind::Intermediate => text(
            "autorités trouvées dans « Autorités de certification intermédiaires » de Windows",
            "authorities found in Windows' “Intermediate Certification Authorities”",
        ),
    }
}

impl Stranger {
    fn evidence(&self) -> [Evidence; 2] {
        let label = match self.kind {
            StrangerKind::NotThePublished => IMPOSTOR,
            StrangerKind::NotUnderItsRoot => NOT_UNDER_ITS_ROOT,
            StrangerKind::CannotTell => CANNOT_TELL,
            StrangerKind::DidNotSign => DID_NOT_SIGN,
            StrangerKind::NoAuthority => NO_AUTHORITY,
        };
        [
            Evidence::new("namesake", label, self.sha256.clone()),
            Evidence::new("namesake_in", NAMESAKE_IN, self.found_in.text()),
        ]
    }
}

const fn text(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// Source: the authorities' certificates name the site, guides of integrators the files.
const BUNDLE: &str = "http://igc-sante.esante.gouv.fr/AC/Chaine_de_certification-IGC-Sante.p7b";
const TEST_BUNDLE: &str =
    "http://igc-sante.esante.gouv.fr/AC%20TEST/Chaine_de_certification-IGC-Sante-TEST.p7b";
const ANYWHERE: Text = text("sur ce poste", "on this machine");
const IN_THE_SYSTEM: Text = text(
    "dans le magasin de certificats que les navigateurs utilisent",
    "in the certificate store that browsers use",
);
const IN_VALID_FORM: Text = text(
    "sur ce poste : le certificat qui s'y trouve n'est pas valable à la date du jour",
    "on this machine: the certificate that is there is not valid today",
);
const NOT_BEFORE: Text = text("autorité valable à partir du", "authority valid from");
const NOT_AFTER: Text = text("autorité valable jusqu'au", "authority valid until");
const JUDGED_AT: Text = text("date de ce poste", "date of this machine");
const COMPARE: Text = text(
    "N'installez l'autorité manquante que si son empreinte SHA-256 est celle donnée ci-dessus.",
    "Install the missing authority only if its SHA-256 fingerprint is the one given above.",
);
const MISSING: Text = text("autorité manquante", "missing authority");
const WHERE: Text = text("où", "where");
const EXPECTED: Text = text("son empreinte SHA-256", "its SHA-256 fingerprint");
const CHAIN: Text = text("chaîne à télécharger", "chain to download");
const IMPOSTOR: Text = text(
    "certificat du même nom, qui n'est pas celui que l'IGC-Santé publie",
    "certificate of the same name that is not the one IGC-Santé publishes",
);
const NOT_UNDER_ITS_ROOT: Text = text(
    "certificat du même nom, que les racines de l'IGC-Santé n'ont pas signé",
    "certificate of the same name that no root of IGC-Santé signed",
);
const CANNOT_TELL: Text = text(
    "certificat du même nom, dont tomcheck ne sait pas vérifier la signature (algorithme ou taille de clé)",
    "certificate of the same name whose signature tomcheck cannot verify (algorithm or size of the key)",
);
const DID_NOT_SIGN: Text = text(
    "certificat du même nom, qui n'a pas signé celui d'en dessous",
    "certificate of the same name that did not sign the one below",
);
const NO_AUTHORITY: Text = text(
    "certificat du même nom, qui n'est pas celui d'une autorité",
    "certificate of the same name that is no authority's",
);
const NAMESAKE_IN: Text = text("il est dans", "it is in");
