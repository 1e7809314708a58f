//! How does a reader look while another program has the card?
//!
//! `card-holder exclusive|transaction|shared READER` connects, prints `holding`, and lets go when its
//! standard input closes. With `shared`, each line `reset` before that resets the card and prints `reset`.

#[cfg(unix)]
#[expect(clippy::print_stdout, reason = "the kit waits for this line")]
fn main() -> Result<(), String> {
    use std::io::Read as _;

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [how, reader] = arguments.as_slice() else {
        return Err(
            "two arguments expected: exclusive, transaction or shared, and a reader".into(),
        );
    };
    let share = if how == "exclusive" {
        pcsc::ShareMode::Exclusive
    } else {
        pcsc::ShareMode::Shared
    };
    let reader = std::ffi::CString::new(reader.as_str()).map_err(|error| error.to_string())?;
    let context = pcsc::Context::establish(pcsc::Scope::User).map_err(|error| error.to_string())?;
    let mut card = context
        .connect(&reader, share, pcsc::Protocols::ANY)
        .map_err(|error| error.to_string())?;
    let until_told = || {
        println!("holding");
        // any end of the input will do
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
    };
    if how == "transaction" {
        let transaction = card.transaction().map_err(|error| error.to_string())?;
        until_told();
        transaction
            .end(pcsc::Disposition::LeaveCard)
            .map_err(|(_, error)| error.to_string())?;
    } else {
        println!("holding");
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if line == "reset" {
                card.reconnect(share, pcsc::Protocols::ANY, pcsc::Disposition::ResetCard)
                    .map_err(|error| error.to_string())?;
                println!("reset");
            }
        }
    }
    card.disconnect(pcsc::Disposition::LeaveCard)
        .map_err(|(_, error)| error.to_string())
}

#[cfg(not(unix))]
fn main() {}
