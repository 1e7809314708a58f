//! What do the flags of the token say of the code porteur, and what is to be done?

use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, Remedy, Severity, Step, System, Text,
};

use crate::TokenFlags;

/// The one thing worth saying: locked, else one try left, else a wrong try.
pub(crate) fn state(flags: TokenFlags) -> Vec<Finding> {
    let kind = if flags.pin_locked() {
        &PIN_LOCKED
    } else if flags.pin_final_try() {
        &PIN_FINAL_TRY
    } else if flags.pin_count_low() {
        &PIN_COUNT_LOW
    } else {
        return vec![];
    };
    vec![Finding::of(kind).with(evidence(flags))]
}

/// The flags as `C_GetTokenInfo` gave them, with the names of those about the code.
pub(crate) fn evidence(flags: TokenFlags) -> Evidence {
    let is_state = |name: &&str| name.contains("_USER_PIN_") && !name.ends_with("INITIALIZED");
    let names: Vec<_> = flags.names().into_iter().filter(is_state).collect();
    let value = format!("0x{:X} {}", flags.raw, names.join(" "));
    Evidence::raw("CK_TOKEN_INFO.flags", value.trim_end())
}

pub(crate) static PIN_LOCKED: FindingKind = FindingKind {
    code: "token.pin-locked",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte est bloquée : un code porteur faux a été saisi trop de fois",
        en: "The card is locked: a wrong code was typed too many times",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::on(
                System::Windows,
                "Menu Démarrer > dossier « Santé Social » > « Gestionnaire de la carte CPS », puis « Débloquer Code » avec le code de déblocage à 8 chiffres reçu avec le code porteur.",
                "Start menu > folder “Santé Social” > “Gestionnaire de la carte CPS”, then “Débloquer Code” with the 8-digit unblocking code that came with the code of the card.",
            ),
            Step::on(
                System::Linux,
                "Lancez `/opt/santesocial/CPS/bin/cpgeslux`, puis « Débloquer Code » avec le code de déblocage à 8 chiffres reçu avec le code porteur.",
                "Run `/opt/santesocial/CPS/bin/cpgeslux`, then “Débloquer Code” with the 8-digit unblocking code that came with the code of the card.",
            ),
            Step::on(
                System::Macos,
                "Ouvrez Applications > cpgesosx, puis « Débloquer Code » avec le code de déblocage à 8 chiffres reçu avec le code porteur.",
                "Open Applications > cpgesosx, then “Débloquer Code” with the 8-digit unblocking code that came with the code of the card.",
            ),
            Step::anywhere(
                "Sans code de déblocage : demandez qu'il vous soit renvoyé au service client de l'ANS, ou faites débloquer la carte à la CPAM.",
                "Without the unblocking code: ask the client service of the ANS to send it again, or have the card unlocked at the CPAM.",
            ),
        ],
    },
};

pub(crate) static PIN_FINAL_TRY: FindingKind = FindingKind {
    code: "token.pin-final-try",
    severity: Severity::Warning,
    title: Text {
        fr: "Il ne reste qu'un essai du code porteur : tomcheck ne l'utilise pas",
        en: "One try of the code is left: tomcheck does not use it",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::on(
                System::Windows,
                "Si vous êtes sûr de votre code porteur : menu Démarrer > dossier « Santé Social » > « Gestionnaire de la carte CPS », et saisissez-le là seulement. Un code juste rend les trois essais.",
                "If you are sure of your code: Start menu > folder “Santé Social” > “Gestionnaire de la carte CPS”, and type it there only. A right code gives the three tries back.",
            ),
            Step::on(
                System::Linux,
                "Si vous êtes sûr de votre code porteur : lancez `/opt/santesocial/CPS/bin/cpgeslux` et saisissez-le là seulement. Un code juste rend les trois essais.",
                "If you are sure of your code: run `/opt/santesocial/CPS/bin/cpgeslux` and type it there only. A right code gives the three tries back.",
            ),
            Step::on(
                System::Macos,
                "Si vous êtes sûr de votre code porteur : ouvrez Applications > cpgesosx et saisissez-le là seulement. Un code juste rend les trois essais.",
                "If you are sure of your code: open Applications > cpgesosx and type it there only. A right code gives the three tries back.",
            ),
            Step::anywhere(
                "Sinon, cherchez d'abord le courrier du code porteur et du code de déblocage : un code faux de plus bloque la carte.",
                "If not, look for the letter with the code and the unblocking code first: one more wrong code locks the card.",
            ),
        ],
    },
};

pub(crate) static PIN_COUNT_LOW: FindingKind = FindingKind {
    code: "token.pin-count-low",
    severity: Severity::Warning,
    title: Text {
        fr: "Un code porteur faux a été saisi : il reste moins de trois essais",
        en: "A wrong code was typed: fewer than three tries are left",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Vérifiez votre code porteur sur le courrier reçu avec la carte avant de le saisir de nouveau : un code juste rend les trois essais.",
                "Check your code in the letter that came with the card before you type it again: a right code gives the three tries back.",
            ),
            Step::anywhere(
                "Si vous ne l'avez plus, demandez un nouveau courrier à l'Agence du Numérique en Santé : n'essayez pas au hasard.",
                "If you no longer have it, ask the Agence du Numérique en Santé for a new letter: do not guess.",
            ),
        ],
    },
};

pub(crate) static PIN_INCORRECT: FindingKind = FindingKind {
    code: "token.pin-incorrect",
    severity: Severity::Fault,
    title: Text {
        fr: "Le code porteur saisi est faux",
        en: "The code typed is wrong",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Vérifiez le code porteur (4 chiffres à la livraison) sur le courrier reçu avec la carte, puis relancez `tomcheck --with-pin`.",
                "Check the code (4 digits as delivered) in the letter that came with the card, then run `tomcheck --with-pin` again.",
            ),
            Step::anywhere(
                "Ne le saisissez pas au hasard : trois codes faux de suite bloquent la carte.",
                "Do not guess: three wrong codes in a row lock the card.",
            ),
        ],
    },
};

pub(crate) static PIN_CANCELLED: FindingKind = FindingKind {
    code: "token.pin-cancelled",
    severity: Severity::Warning,
    title: Text {
        fr: "La saisie du code porteur a été abandonnée",
        en: "Typing the code was given up",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Recommencez et validez le code porteur sur le clavier du lecteur avant qu'il ne s'éteigne.",
                "Try again and confirm the code on the reader's keypad before it goes dark.",
            ),
            Step::anywhere(
                "Si le clavier ne réagit pas, demandez un autre lecteur à votre assistance informatique.",
                "If the keypad does not react, ask your IT support for another reader.",
            ),
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::Lang;

    fn code(raw: u64) -> Vec<&'static str> {
        state(raw.into())
            .iter()
            .map(|finding| finding.kind.code)
            .collect()
    }

    #[test]
    fn the_worst_state_of_the_code_is_said_once() {
        assert_eq!(code(0x40D), Vec::<&str>::new());
        assert_eq!(code(0x1_040D), ["token.pin-count-low"]);
        assert_eq!(code(0x3_040D), ["token.pin-final-try"]);
        assert_eq!(code(0x7_040D), ["token.pin-locked"]);
    }

    #[test]
    fn the_flags_are_the_evidence() {
        let findings = state(0x3_040D.into());
        let seen = findings[0].evidence[0].render(Lang::Fr);
        assert_eq!(
            seen,
            "0x3040D CKF_USER_PIN_COUNT_LOW CKF_USER_PIN_FINAL_TRY"
        );
    }
}
