//! What is wrong with a token as it was seen, and what is to be done then?

use tomcheck_diagnosis::{
    Audience, Finding, FindingKind, ForeignFailure, Identity, IdentityKind, Observation, Remedy,
    Severity, Step, System, Text,
};

use super::{TokenAnswer, TokenCertificate, TokenSeen};
use crate::names::ASIP_BAD_EF_ACTUA;
use crate::{CallFailure, pin};

impl Observation for TokenSeen {
    /// Without a token there is nothing to judge here: whether there should be one, PC/SC
    /// knows.
    fn findings(&self) -> Vec<Finding> {
        match &self.token {
            TokenAnswer::Absent | TokenAnswer::ReaderNotShown => vec![],
            TokenAnswer::Read(facts) => pin::state(facts.flags),
            TokenAnswer::Failed(CallFailure::Answered(refusal)) => vec![unreadable(refusal)],
            TokenAnswer::Failed(failure) => failure.finding().into_iter().collect(),
        }
    }

    fn identities(&self) -> Vec<Identity> {
        let Some(token) = self.token() else {
            return vec![];
        };
        let der = |certificate: &TokenCertificate| {
            let text = crate::hexadecimal::encode(&certificate.der);
            Identity::new(IdentityKind::Identifier, text)
        };
        let serials = [&token.label, &token.serial];
        let serials = serials.map(|text| text.identity(IdentityKind::Serial));
        serials
            .into_iter()
            .chain(token.private_keys.identities())
            .chain(token.certificates.iter().map(der))
            .collect()
    }
}

/// The module sees a card and cannot read it.
pub(crate) fn unreadable(refusal: &ForeignFailure) -> Finding {
    let finding = Finding::of(&UNREADABLE).with(refusal);
    match u64::try_from(refusal.code) {
        Ok(ASIP_BAD_EF_ACTUA) => finding.noting(UPDATE_INTERRUPTED),
        _ => finding,
    }
}

const UPDATE_INTERRUPTED: Text = Text {
    fr: "La dernière mise à jour de cette carte a été interrompue : mettez-la à jour de nouveau.",
    en: "The last update of this card was interrupted: update it again.",
};

pub(crate) static UNREADABLE: FindingKind = FindingKind {
    code: "token.unreadable",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module voit la carte mais ne peut pas la lire",
        en: "The module sees the card but cannot read it",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Retirez la carte, essuyez la puce, remettez-la puce en avant, puis recommencez.",
                "Take the card out, wipe its chip, put it back chip first, then try again.",
            ),
            Step::on(
                System::Windows,
                "Menu Démarrer > dossier « Santé Social » > « Gestionnaire de la carte CPS » : si la carte n'y est pas lue non plus, faites-la mettre à jour ou remplacer par le service client de l'ANS.",
                "Start menu > folder “Santé Social” > “Gestionnaire de la carte CPS”: if the card cannot be read there either, have it updated or replaced by the client service of the ANS.",
            ),
            Step::on(
                System::Linux,
                "Lancez `/opt/santesocial/CPS/bin/cpgeslux` : si la carte n'y est pas lue non plus, faites-la mettre à jour ou remplacer par le service client de l'ANS.",
                "Run `/opt/santesocial/CPS/bin/cpgeslux`: if the card cannot be read there either, have it updated or replaced by the client service of the ANS.",
            ),
            Step::on(
                System::Macos,
                "Ouvrez Applications > cpgesosx : si la carte n'y est pas lue non plus, faites-la mettre à jour ou remplacer par le service client de l'ANS.",
                "Open Applications > cpgesosx: if the card cannot be read there either, have it updated or replaced by the client service of the ANS.",
            ),
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::answered;
    use crate::token::tests::seen;
    use tomcheck_diagnosis::Lang;

    #[test]
    fn a_card_the_module_cannot_read_is_judged_and_its_number_kept() {
        let failure = answered("C_GetTokenInfo", 0x30);
        let findings = seen(TokenAnswer::Failed(CallFailure::Answered(failure))).findings();
        assert_eq!(findings[0].kind.code, "token.unreadable");
        assert_eq!(
            findings[0].evidence[0].render(Lang::Fr),
            "CKR_DEVICE_ERROR 0x30"
        );
        assert_eq!(findings[0].note, None);
    }

    #[test]
    fn an_interrupted_update_of_the_card_is_said() {
        let failure = answered("C_OpenSession", 0x8000_0001);
        let findings = seen(TokenAnswer::Failed(CallFailure::Answered(failure))).findings();
        assert_eq!(findings[0].note, Some(UPDATE_INTERRUPTED));
    }

    #[test]
    fn without_a_token_nothing_is_judged_here_but_the_unknown_card_is_seen() {
        let mut seen = seen(TokenAnswer::Absent);
        assert!(seen.findings().is_empty() && !seen.holds_unrecognised_token());
        seen.slots[0].refusal = Some(answered("C_GetTokenInfo", 0xE1));
        assert!(seen.holds_unrecognised_token());
    }
}
