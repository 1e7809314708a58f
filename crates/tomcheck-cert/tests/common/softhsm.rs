//! How does SoftHSM get a token?

use std::path::{Path, PathBuf};
use std::process::Command;

use tomcheck_testkit::{Identity, Workstation};

/// A token with this holder's key and certificate; the path of SoftHSM's module.
pub(crate) fn token_with(station: &Workstation, holder: &Identity) -> PathBuf {
    token_of_two(station, holder, holder)
}

/// A token with the key of one and the certificate of another, and no other token beside it.
pub(crate) fn token_of_two(station: &Workstation, owner: &Identity, holder: &Identity) -> PathBuf {
    let delete = ["--delete-token", "--token", "TEST"];
    let _ = Command::new("softhsm2-util").args(delete).output();
    let module = softhsm();
    let init = [
        "--init-token",
        "--free",
        "--label",
        "TEST",
        "--pin",
        "1234",
        "--so-pin",
        "123456",
    ];
    run(Command::new("softhsm2-util").args(init));
    let key = station.directory().join("key.der");
    std::fs::write(&key, owner.key_der()).unwrap();
    let certificate = station.directory().join("certificate.der");
    std::fs::write(&certificate, holder.certificate_der()).unwrap();
    for (file, kind) in [(&key, "privkey"), (&certificate, "cert")] {
        run(Command::new("pkcs11-tool")
            .arg("--module")
            .arg(&module)
            .args([
                "--login", "--pin", "1234", "--id", "01", "--label", "TEST", "--type", kind,
            ])
            .arg("--write-object")
            .arg(file));
    }
    module
}

/// A token with a P-256 key made by SoftHSM; its bare point is left in the file `point`.
pub(crate) fn token_of_ec(station: &Workstation) -> PathBuf {
    let holder = tomcheck_testkit::Pki::shared();
    let holder = holder.person(
        tomcheck_testkit::Holder::Cpe,
        tomcheck_testkit::Purpose::Authentication,
        tomcheck_testkit::Variant::Valid,
    );
    let module = token_with(station, &holder);
    let tool = |words: &str| {
        let mut command = Command::new("pkcs11-tool");
        command.arg("--module").arg(&module);
        command.args("--login --pin 1234 --id 01".split(' '));
        command.args(words.split(' '));
        command
    };
    run(&mut tool("--delete-object --type privkey"));
    run(&mut tool(
        "--keypairgen --key-type EC:prime256v1 --label EC",
    ));
    let file = station.directory().join("public.der");
    run(tool("--read-object --type pubkey --output-file").arg(&file));
    // SubjectPublicKeyInfo ends with the point
    let info = std::fs::read(&file).unwrap();
    let point = info.get(info.len() - 65..).unwrap();
    std::fs::write(station.directory().join("point"), point).unwrap();
    module
}

pub(crate) fn softhsm() -> PathBuf {
    let places = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
    ];
    let found = places.iter().map(Path::new).find(|path| path.exists());
    found
        .expect("SoftHSM is installed: package softhsm2")
        .to_owned()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
