use std::fs;

use super::*;

/// The settings of a machine with these two files, and these variables.
fn loaded(system: &str, user: &str, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str, text: &str| {
        let path = folder.path().join(name);
        if !text.is_empty() {
            fs::write(&path, text).unwrap();
        }
        Some(path)
    };
    let places = Places {
        system: place("system.toml", system),
        user: place("user.toml", user),
        ..Places::default()
    };
    let environment = environment.iter();
    Settings::load(
        &places,
        environment.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn refusal(text: &str) -> String {
    loaded("", text, &[]).unwrap_err().say(Lang::Fr)
}

#[test]
fn the_environment_wins_over_the_user_over_the_machine_over_what_is_built_in() {
    let system = "deadline = 10\nreader = \"A\"\nstrict = true\n";
    let user = "\nreader = \"B\"\ndeadline = 20\n";
    let settings = loaded(system, user, &[("TOMCHECK_DEADLINE", "30")]).unwrap();
    let all = ["deadline", "reader", "strict", "target", "module"].map(|key| settings.value(key));
    assert_eq!(
        all,
        [Some("30"), Some("B"), Some("true"), Some("tom"), None]
    );
    let origin = |key| &settings.setting(key).unwrap().origin;
    assert_eq!(
        *origin("deadline"),
        Origin::Environment("TOMCHECK_DEADLINE".into())
    );
    assert!(matches!(origin("reader"), Origin::User(_, 2)));
    assert!(matches!(origin("strict"), Origin::System(_, 3)));
}

#[test]
fn what_a_file_does_not_know_is_refused_with_its_line_and_the_nearest_name() {
    for (text, line, near) in [
        ("\ndedline = 3", ":2", "peut-être deadline"),
        ("ca_file = \"x\"", ":1", "peut-être ca-file"),
        ("[target.chu]\nurl = \"https://a/\"", ":1", ""),
        (
            "[targets.chu]\nurl = \"https://a/\"\nadresses = []",
            ":3",
            "peut-être addresses",
        ),
        ("[support]\nemial = \"a@b\"", ":2", "peut-être email"),
        ("[suport]\nemail = \"a@b\"", ":1", "peut-être support"),
    ] {
        let said = refusal(text);
        assert!(said.contains(line) && said.contains(near), "{said}");
    }
    let said = refusal("zzzzzzzz = 1");
    assert!(!said.contains("peut-être"), "{said}");
}

#[test]
fn a_code_or_a_password_is_refused_and_never_repeated() {
    for text in [
        "pin = \"47110815\"",
        "code-porteur = \"47110815\"",
        "proxy_password = \"47110815\"",
        "mot_de_passe = \"47110815\"",
        "proxy = \"http://luc:47110815@proxy:3128\"",
        "[targets.x]\nurl = \"https://a/\"\npassword = \"47110815\"",
        "[targets.x]\nurl = \"https://luc:47110815@a/\"",
        "[support]\npin = \"47110815\"",
    ] {
        let error = loaded("", text, &[]).unwrap_err();
        for lang in [Lang::Fr, Lang::En] {
            let said = error.say(lang);
            assert!(
                said.contains("mot de passe") || said.contains("password"),
                "{said}"
            );
            assert!(!said.contains("47110815"), "{said}");
        }
        assert!(!format!("{error:?}").contains("47110815"), "{error:?}");
    }
}

#[test]
fn what_spends_shows_or_loads_something_is_never_in_a_file() {
    for key in [
        "with-pin",
        "spend-final-try",
        "show-identity",
        "exec",
        "module",
    ] {
        let said = refusal(&format!("{key} = true"));
        assert!(said.contains("ligne de commande"), "{said}");
    }
}

#[test]
fn a_value_that_will_not_do_is_told_with_what_would() {
    for (text, wanted) in [
        ("deadline = 0", "entre 1 et 86400"),
        ("deadline = \"30\"", "entre 1 et 86400"),
        ("lang = \"de\"", "\"fr\" ou \"en\""),
        ("strict = \"oui\"", "true ou false"),
        ("only = [\"lecteur\"]", "reader"),
        ("proxy = \"http://:1\"", "pac:"),
        ("targets = 3", "n'existe pas"),
        ("[targets]\nchu = 3", "[targets.NOM]"),
        ("[targets.chu]\nurl = 3", "https://"),
        ("[targets.chu]\n", "url"),
        ("[targets.chu]\nurl = \"http://a/\"", "https://"),
        (
            "[targets.chu]\nurl = \"https://a/\"\naddresses = [\"a\"]",
            "192.0.2.7",
        ),
        (
            "[targets.chu]\nurl = \"https://a/\"\nissuers = \"ans\"",
            "igc-sante",
        ),
        ("target = \"chu\"", "tom"),
        ("a = ", "TOML"),
    ] {
        let said = refusal(text);
        assert!(said.contains(wanted), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_service_of_a_file_has_its_name_its_addresses_and_its_cards() {
    let text = "target = \"recette\"\n[targets.recette]\nurl = \"https://recette.example/x\"\naddresses = [\"192.0.2.7\", \"2001:db8::7\"]\nissuers = \"igc-sante\"\n[targets.tom]\nurl = \"https://tom.example/\"\n";
    let settings = loaded("", text, &[]).unwrap();
    let target = settings.target("Recette").unwrap();
    assert_eq!(
        (target.host(), target.addresses().len()),
        ("recette.example", 2)
    );
    assert_eq!(target.issuers(), crate::Issuers::IgcSante);
    let tom = settings.target("tom").unwrap();
    assert_eq!(tom.host(), "tom.example");
    assert!(tom.is_tom() && tom.is_confirmed());
    let names: Vec<_> = settings
        .targets()
        .iter()
        .map(|it| it.target.name().to_owned())
        .collect();
    assert_eq!(names, ["recette", "tom", "testssl", "dmp", "psc"]);
    let unknown = settings.target("ameli").unwrap_err().say(Lang::Fr);
    assert!(unknown.contains("recette, tom, testssl"), "{unknown}");
}

#[test]
fn the_users_service_wins_over_that_of_the_machine() {
    let of = |host: &str| format!("[targets.chu]\nurl = \"https://{host}/\"\n");
    let settings = loaded(&of("a.example"), &of("b.example"), &[]).unwrap();
    assert_eq!(settings.target("chu").unwrap().host(), "b.example");
}

#[test]
fn a_variable_says_yes_in_either_language_and_unknown_ones_are_named_without_their_value() {
    let environment = [
        ("TOMCHECK_STRICT", "oui"),
        ("TOMCHECK_ASCII", "0"),
        ("TOMCHECK_PIN", "4711"),
        ("TOMCHECK_MODULE", "/opt/x.so"),
        ("TOMCHECK_READER", ""),
        ("PATH", "/bin"),
    ];
    let settings = loaded("", "", &environment).unwrap();
    let all = ["strict", "ascii", "module", "reader"].map(|key| settings.set(key));
    assert_eq!(all, [Some("true"), Some("false"), Some("/opt/x.so"), None]);
    assert_eq!(settings.ignored(), ["TOMCHECK_PIN"]);
    let shown = settings_text(&settings, Lang::Fr, |_| None);
    assert!(
        shown.contains("TOMCHECK_PIN") && !shown.contains("4711"),
        "{shown}"
    );
    let error = loaded("", "", &[("TOMCHECK_DEADLINE", "bientôt")]).unwrap_err();
    assert!(
        error.say(Lang::Fr).starts_with("TOMCHECK_DEADLINE : "),
        "{error}"
    );
}

#[test]
fn a_file_that_was_asked_for_must_be_there_and_is_read_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    let missing = Settings::load(&Places::asked(&path), []).unwrap_err();
    assert!(missing.say(Lang::Fr).contains("n'existe pas"), "{missing}");
    fs::write(&path, "\u{feff}lang = \"en\"\r\n").unwrap();
    let settings = Settings::load(&Places::asked(&path), []).unwrap();
    assert_eq!(settings.lang(), Some(Lang::En));
    assert!(matches!(
        settings.setting("lang").unwrap().origin,
        Origin::Asked(_, 1)
    ));
    fs::write(&path, "#".repeat(70_000)).unwrap();
    let long = Settings::load(&Places::asked(&path), []).unwrap_err();
    assert!(matches!(long, ConfigError::TooLong { .. }));
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(Settings::load(&Places::asked(&path), []).is_err());
}

#[test]
fn the_example_changes_nothing_and_each_of_its_lines_may_be_taken() {
    for lang in [Lang::Fr, Lang::En] {
        let example = example(lang);
        let untouched = loaded("", &example, &[]).unwrap();
        assert!(untouched.values.is_empty() && untouched.targets.is_empty());
        let is_setting = |line: &str| line.contains(" = ") || line.starts_with('[');
        let taken: Vec<_> = example
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| is_setting(line))
            .collect();
        let settings = loaded("", &taken.join("\n"), &[]).unwrap();
        let in_files = KEYS.iter().filter(|key| key.is_for_files).count();
        assert_eq!(settings.values.len(), in_files, "{taken:?}");
        assert_eq!(
            (settings.targets.len(), settings.support.email.is_empty()),
            (1, false)
        );
    }
}

#[test]
fn everything_that_is_shown_names_its_source() {
    let settings = loaded("strict = true\n", "", &[("TOMCHECK_READER", "Gemalto")]).unwrap();
    let typed = |key: &Key| (key.name == "lang").then(|| "en".to_owned());
    let shown = settings.shown(typed);
    let rows = shown["settings"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["key"] == name).unwrap();
    assert_eq!(row("strict")["source"], "system");
    assert!(
        row("strict")["where"]
            .as_str()
            .unwrap()
            .ends_with("system.toml:1")
    );
    assert_eq!(row("reader")["where"], "TOMCHECK_READER");
    assert_eq!(row("lang")["source"], "option");
    assert_eq!(row("target")["source"], "default");
    assert_eq!(rows.len(), KEYS.len());
    let text = settings_text(&settings, Lang::Fr, typed);
    assert!(text.contains("poste : ") && text.contains("environnement : TOMCHECK_READER"));
    let lines = settings.set_lines(Lang::Fr, typed);
    assert_eq!(lines.lines().count(), 3, "{lines}");
}

#[test]
fn no_file_makes_the_reader_panic() {
    for text in [
        "=",
        "[",
        "[targets",
        "a.b.c=1",
        "[[targets]]",
        "targets={}",
        "\"\" = 1",
        "é=1",
    ] {
        let _ = loaded("", text, &[]);
    }
}

#[test]
fn nothing_that_is_set_moves_the_cursor() {
    for (text, key) in [
        ("reader = \"a\\u001b[2Jb\"", "reader"),
        ("reader = \"a\\u202eb\"", "reader"),
        ("ca-file = \"/a\\u009bb\"", "ca-file"),
        ("[targets.\"a\\u001b[2J\"]\nurl = \"https://a/\"", "targets"),
    ] {
        let said = refusal(text);
        assert!(said.contains(&format!(" {key} : il faut ")), "{said}");
        assert!(!said.contains(char::is_control), "{said:?}");
    }
    let said = refusal("\"a\\u001b[2J\" = 1");
    assert!(said.contains("a\u{fffd}[2J"), "{said:?}");
}

#[cfg(unix)]
#[test]
fn a_machines_file_that_anybody_may_write_is_not_read_and_that_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, "deadline = 10").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let places = |guarded| Places {
        system: Some(path.clone()),
        guarded,
        ..Places::default()
    };
    let settings = Settings::load(&places(true), []).unwrap();
    assert_eq!(settings.set("deadline"), None);
    let said = settings.unguarded_lines(Lang::Fr);
    assert!(
        said.contains("pas lu : d'autres que l'administrateur"),
        "{said}"
    );
    assert!(settings_text(&settings, Lang::Fr, |_| None).contains(said.trim()));
    let settings = Settings::load(&places(false), []).unwrap();
    assert_eq!(
        (
            settings.set("deadline"),
            &*settings.unguarded_lines(Lang::Fr)
        ),
        (Some("10"), "")
    );
}

/// A pipe that nobody writes into would be waited for.
#[cfg(unix)]
#[test]
fn settings_are_read_from_an_ordinary_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("config.toml");
    let _listens = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for (path, why) in [
        (socket, "pas un fichier ordinaire"),
        (folder.path().to_owned(), "c'est un dossier"),
    ] {
        let refused = Settings::load(&Places::asked(path), []).unwrap_err();
        assert!(refused.say(Lang::Fr).contains(why), "{refused}");
    }
}
