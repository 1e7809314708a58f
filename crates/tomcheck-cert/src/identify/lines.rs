//! How is an identifier, or a certificate, told to a person?

use std::borrow::Cow;

use tomcheck_diagnosis::{Instant, Lang, Text};

use super::{
    Assumption, CardFamily, Defect, HolderCertificate, Identified, Kind, Number, PublicKey, Scheme,
};
use crate::x509::extensions::Usages;

/// One line: what it is, and what it is here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line<'a> {
    /// Without colon.
    pub label: &'static str,
    /// Shown in clear: it may name a person.
    pub value: Cow<'a, str>,
}

pub(super) fn of(identified: &Identified, now: Instant, lang: Lang) -> Vec<Line<'_>> {
    let mut page = Page::new(lang);
    match &identified.certificate {
        Some(holder) => page.certificate(holder, now),
        None => page.add(text("Identifiant", "Identifier"), identified.input.reveal()),
    }
    page.identifier(identified);
    page.lines
}

impl HolderCertificate {
    /// What people read of it, line by line. `now`: what « périmé » is measured at.
    pub fn lines(&self, now: Instant, lang: Lang) -> Vec<Line<'_>> {
        let mut page = Page::new(lang);
        page.certificate(self, now);
        page.lines
    }
}

struct Page<'a> {
    lang: Lang,
    lines: Vec<Line<'a>>,
}

impl<'a> Page<'a> {
    fn new(lang: Lang) -> Self {
        let lines = Vec::with_capacity(USUAL);
        Self { lang, lines }
    }

    fn add(&mut self, label: Text, value: impl Into<Cow<'a, str>>) {
        self.lines.push(Line {
            label: label.get(self.lang),
            value: value.into(),
        });
    }

    fn say(&mut self, label: Text, value: Text) {
        self.add(label, value.get(self.lang));
    }

    fn add_some<T: Into<Cow<'a, str>>>(&mut self, label: Text, value: Option<T>) {
        if let Some(value) = value {
            self.add(label, value);
        }
    }

    fn identifier(&mut self, identified: &'a Identified) {
        if identified.kind != Kind::Unknown {
            self.say(text("Nature", "Kind"), identified.kind.text());
        }
        for number in [&identified.structure, &identified.person]
            .into_iter()
            .flatten()
        {
            self.add(number.scheme.label(), self.number(number));
        }
        if let (None, [_, ..]) = (&identified.certificate, identified.card_families.as_slice()) {
            let families = self.families(&identified.card_families);
            self.add(text("Carte", "Card"), families);
        }
        if let Some(assumption) = identified.assumption {
            self.say(text("Lu ainsi", "Read as"), assumption.text());
        }
    }

    fn number(&self, number: &'a Number) -> Cow<'a, str> {
        let bare = number.number.reveal();
        let key = match number.key_valid {
            Some(true) => text("clé de contrôle juste", "check digit right"),
            Some(false) => text("clé de contrôle FAUSSE", "check digit WRONG"),
            None if number.holds_letters_of_finess() => text(
                "clé non vérifiée : la règle pour les lettres (2A, 2B) n'est pas publiée",
                "check digit not verified: the rule for letters (2A, 2B) is not published",
            ),
            None => return Cow::Borrowed(bare),
        };
        [bare, " — ", key.get(self.lang)].concat().into()
    }

    fn families(&self, families: &[CardFamily]) -> String {
        let mut all = String::with_capacity(64 * families.len());
        for family in families {
            if !all.is_empty() {
                all.push_str(text(" ou ", " or ").get(self.lang));
            }
            let words = family.text().get(self.lang);
            all.extend([family.name(), " (", words, ")"]);
        }
        all
    }

    fn certificate(&mut self, holder: &'a HolderCertificate, now: Instant) {
        self.add(
            text("Délivré à", "Delivered to"),
            holder.delivered_to.reveal(),
        );
        self.add(text("Délivré par", "Delivered by"), &holder.delivered_by);
        let name = holder.full_name();
        let name = name.map(|name| name.reveal().to_owned());
        self.add_some(text("Titulaire", "Holder"), name);
        self.add_some(text("Profession", "Profession"), holder.profession_text());
        self.add_some(text("Organisme", "Organisation"), holder.subject_value("O"));
        self.validity(holder, now);
        self.add(text("Sert à", "Made for"), self.usage(holder));
        let family = holder.card_family.map(|family| self.families(&[family]));
        self.add_some(text("Carte", "Card"), family);
        let number = holder.card_number.as_ref().map(|number| number.reveal());
        self.add_some(text("N° de carte", "Card number"), number);
        let category = holder.category.as_ref();
        let category = category.and_then(|one| one.label.as_deref());
        self.add_some(text("Catégorie", "Category"), category);
        if !holder.specialities.is_empty() {
            self.add(
                text("Spécialités", "Specialities"),
                holder.specialities.join(", "),
            );
        }
        let upn = holder.upn.as_ref().map(|upn| upn.reveal());
        self.add_some(
            text("Nom pour Windows (UPN)", "Name for Windows (UPN)"),
            upn,
        );
        self.coded(holder);
        self.technical(holder);
    }

    /// What has a code and no words of its own.
    fn coded(&mut self, holder: &'a HolderCertificate) {
        let level = holder.responsibility.as_ref().map(|one| &*one.code);
        let label = text("Niveau de responsabilité", "Level of responsibility");
        self.add_some(label, level);
        for other in &holder.private_extensions {
            let label = text("Extension privée", "Private extension");
            self.add(label, format!("{} = {}", other.oid, other.der.reveal()));
        }
    }

    fn validity(&mut self, holder: &HolderCertificate, now: Instant) {
        let validity = holder.validity;
        let (from, to) = (
            validity.not_before.render(self.lang),
            validity.not_after.render(self.lang),
        );
        let state = if validity.has_ended(now) {
            text("PÉRIMÉ", "EXPIRED")
        } else if validity.is_to_come(now) {
            text("PAS ENCORE VALABLE", "NOT YET VALID")
        } else {
            text("valable aujourd'hui", "valid today")
        };
        let state = state.get(self.lang);
        let value = match self.lang {
            Lang::Fr => format!("du {from} au {to} — {state}"),
            Lang::En => format!("{from} to {to} — {state}"),
        };
        self.add(text("Valable", "Valid"), value);
    }

    fn usage(&self, holder: &HolderCertificate) -> String {
        let role = if holder.is_authority {
            text(
                "délivrer des certificats (autorité)",
                "issuing certificates (authority)",
            )
        } else {
            role(&holder.usages)
        };
        let raw = [&holder.usages.key, &holder.usages.extended];
        let raw: Vec<&str> = raw
            .into_iter()
            .flatten()
            .flatten()
            .map(String::as_str)
            .collect();
        match raw.as_slice() {
            [] => role.get(self.lang).to_owned(),
            raw => format!("{} — {}", role.get(self.lang), raw.join(", ")),
        }
    }

    fn technical(&mut self, holder: &'a HolderCertificate) {
        self.add(text("Sujet", "Subject"), holder.subject.reveal());
        self.add(text("Émetteur", "Issuer"), &holder.issuer);
        self.add(text("N° de série", "Serial number"), holder.serial.reveal());
        self.add(
            text("Empreinte SHA-256", "SHA-256 fingerprint"),
            holder.sha256.reveal(),
        );
        self.key(holder);
        for policy in &holder.policies {
            let value = match &policy.cps {
                Some(cps) => format!("{} — {cps}", policy.oid),
                None => policy.oid.clone(),
            };
            self.add(text("Politique", "Policy"), value);
        }
        self.addresses(holder);
    }

    fn key(&mut self, holder: &'a HolderCertificate) {
        let PublicKey {
            algorithm, bits, ..
        } = &holder.public_key;
        let size = bits.filter(|_| algorithm == "RSA");
        let size = size.map_or_else(String::new, |bits| format!(" {bits} bits"));
        let value = match self.lang {
            Lang::Fr => format!("{algorithm}{size}, signé en {}", holder.signature_algorithm),
            Lang::En => format!(
                "{algorithm}{size}, signed by {}",
                holder.signature_algorithm
            ),
        };
        self.add(text("Clé", "Key"), value);
        let until = holder.private_key_usage.and_then(|period| period.not_after);
        let until = until.map(|until| until.render(self.lang));
        self.add_some(text("La clé signe jusqu'au", "The key signs until"), until);
        let own = holder.subject_key_id.as_ref().map(|id| id.reveal());
        self.add_some(text("Identifiant de clé", "Key identifier"), own);
        let issuer = holder.authority_key_id.as_deref();
        self.add_some(text("Clé de l'émetteur", "Issuer's key"), issuer);
    }

    fn addresses(&mut self, holder: &'a HolderCertificate) {
        let lists = [
            (text("Liste de révocation", "Revocation list"), &holder.crl),
            (
                text("Liste de révocation delta", "Delta revocation list"),
                &holder.freshest_crl,
            ),
            (Text::same("OCSP"), &holder.ocsp),
            (
                text("Certificat de l'émetteur", "Issuer's certificate"),
                &holder.issuer_certificates,
            ),
        ];
        for (label, addresses) in lists {
            for address in addresses {
                self.add(label, address);
            }
        }
    }
}

/// An identifier has at most six.
const USUAL: usize = 6;

fn role(usages: &Usages) -> Text {
    if usages.allow_client_authentication() {
        text(
            "se connecter (authentification)",
            "connecting (authentication)",
        )
    } else if usages.are_for_signing_documents() {
        text(
            "signer des documents ou du courrier, non se connecter",
            "signing documents or mail, not connecting",
        )
    } else {
        text(
            "autre chose que se connecter",
            "something else than connecting",
        )
    }
}

impl HolderCertificate {
    /// As the subject writes it, else by the extension's code.
    fn profession_text(&self) -> Option<String> {
        let coded = self.profession.as_ref();
        let title = self.subject_value("title");
        title
            .map(str::to_owned)
            .or_else(|| coded.map(|one| one.label.clone().unwrap_or_else(|| one.code.clone())))
    }
}

impl Number {
    fn holds_letters_of_finess(&self) -> bool {
        let letters = self
            .number
            .reveal()
            .chars()
            .any(|c| c.is_ascii_alphabetic());
        self.scheme == Scheme::Finess && letters
    }
}

impl Scheme {
    fn label(self) -> Text {
        match self {
            Self::Adeli => text("N° ADELI", "ADELI number"),
            Self::Rpps => text("N° RPPS", "RPPS number"),
            Self::Finess => text("Établissement (FINESS)", "Establishment (FINESS)"),
            Self::Siren => text("Structure (SIREN)", "Structure (SIREN)"),
            Self::Siret => text("Structure (SIRET)", "Structure (SIRET)"),
            Self::CabinetAdeli => text("Cabinet (ADELI)", "Practice (ADELI)"),
            Self::CabinetRpps => text("Cabinet (RPPS)", "Practice (RPPS)"),
            Self::Registre => text(
                "N° de registre de l'agent",
                "Staff member's registre number",
            ),
            Self::Drass => text("N° DRASS", "DRASS number"),
            Self::Student => text("N° d'étudiant", "Student number"),
        }
    }
}

impl Kind {
    fn text(self) -> Text {
        match self {
            Self::Adeli => text(
                "professionnel de santé (ADELI)",
                "health professional (ADELI)",
            ),
            Self::Rpps => text(
                "professionnel de santé (RPPS)",
                "health professional (RPPS)",
            ),
            Self::FinessRegistre => text(
                "membre du personnel d'un établissement (FINESS et n° de registre)",
                "member of an establishment's staff (FINESS and registre number)",
            ),
            Self::SirenRegistre => text(
                "membre du personnel d'une structure (SIREN et n° de registre)",
                "member of a structure's staff (SIREN and registre number)",
            ),
            Self::SiretRegistre => text(
                "membre du personnel d'une structure (SIRET et n° de registre)",
                "member of a structure's staff (SIRET and registre number)",
            ),
            Self::CabinetAdeliRegistre => text(
                "membre du personnel d'un cabinet (ADELI et n° de registre)",
                "member of a practice's staff (ADELI and registre number)",
            ),
            Self::CabinetRppsRegistre => text(
                "membre du personnel d'un cabinet (RPPS et n° de registre)",
                "member of a practice's staff (RPPS and registre number)",
            ),
            Self::Drass => text(
                "interne (n° DRASS, abandonné en 2020)",
                "intern (DRASS number, retired in 2020)",
            ),
            Self::Student => text(
                "étudiant (numéro abandonné en 2020)",
                "student (number retired in 2020)",
            ),
            Self::Finess => text("établissement (FINESS)", "establishment (FINESS)"),
            Self::Siren => text("structure (SIREN)", "structure (SIREN)"),
            Self::Siret => text("structure (SIRET)", "structure (SIRET)"),
            Self::Registre => text(
                "n° de registre, sans le numéro de sa structure",
                "registre number, without the number of its structure",
            ),
            Self::Unknown => text("inconnue", "unknown"),
        }
    }
}

impl Assumption {
    fn text(self) -> Text {
        match self {
            Self::WithoutTypeDigit => text(
                "le chiffre de type, que le certificat porte devant ce numéro, n'a pas été tapé",
                "the type digit, which the certificate has before this number, was not typed",
            ),
            Self::NineDigitsFiness => text(
                "neuf chiffres dont le troisième est 0 : un FINESS ; ce pourrait être un SIREN",
                "nine digits with 0 as the third: a FINESS; it could be a SIREN",
            ),
            Self::NineDigitsSiren => text(
                "neuf chiffres dont le troisième n'est pas 0 : un SIREN ; ce pourrait être un n° ADELI",
                "nine digits whose third is not 0: a SIREN; it could be an ADELI number",
            ),
            Self::NineCharactersAdeli => text(
                "ni FINESS ni SIREN (la clé de contrôle ne convient pas) : un n° ADELI, dont la clé ne se vérifie pas",
                "neither FINESS nor SIREN (the check digit does not fit): an ADELI number, which cannot be verified",
            ),
            Self::StructureTypeDigit => text(
                "le premier chiffre est le type d'une structure seule, sans agent",
                "the first digit is the type of a structure alone, without a member of staff",
            ),
            Self::Upn => text(
                "un nom d'ouverture de session Windows (UPN)",
                "a name for the logon to Windows (UPN)",
            ),
            Self::RegistreAlone => text(
                "le certificat le montre derrière le numéro de la structure et « / », sans « [R] »",
                "the certificate shows it behind the structure's number and “/”, without “[R]”",
            ),
        }
    }
}

impl Defect {
    pub(super) fn text(self) -> Text {
        match self {
            Self::UnknownForm => text(
                "Un identifiant de carte commence par un chiffre : 8 et 11 chiffres (RPPS), 0 et 9 caractères (ADELI), 3, 9 chiffres, « / » et un numéro (FINESS et registre).",
                "A card identifier begins with a digit: 8 and 11 digits (RPPS); 0 and 9 characters (ADELI); 3, 9 digits, “/” and a number (FINESS and registre).",
            ),
            Self::Length { .. } => text(
                "Il manque des caractères à ce numéro, ou il en a trop.",
                "This number lacks characters, or has too many.",
            ),
            Self::LengthAssumed { .. } => text(
                "La longueur d'un numéro de cabinet n'est pas publiée : tomcheck suppose 9 caractères pour un cabinet ADELI, 15 au plus pour un cabinet RPPS.",
                "The length of a practice's number is not published: tomcheck assumes 9 characters for an ADELI practice, 15 at most for an RPPS practice.",
            ),
            Self::NotDigits => text(
                "Ce numéro ne doit avoir que des chiffres.",
                "This number must have digits only.",
            ),
            Self::RegistreMissing => text(
                "Il manque « / » et le numéro de registre de l'agent derrière celui de la structure.",
                "“/” and the staff member's registre number are missing behind the structure's.",
            ),
        }
    }
}

const fn text(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}
