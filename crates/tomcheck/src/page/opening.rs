//! How does the browser come to the page without anybody else learning its address?

use std::io;

use crate::sys;

/// What leads the browser to the page, while it is needed.
#[derive(Debug)]
pub struct Opening {
    /// Removed when this is dropped.
    #[cfg(unix)]
    _file: LeadingFile,
}

/// Has the user's browser open `url`. Does not wait for it.
///
/// Where every user may see how programs were started, the address is in a file that only this user
/// reads, and the browser is sent there first.
///
/// # Errors
///
/// When the system names no browser, or cannot start it.
pub fn open_in_browser(url: &str) -> io::Result<Opening> {
    #[cfg(unix)]
    {
        let file = LeadingFile::write(url)?;
        sys::open(file.0.as_os_str())?;
        Ok(Opening { _file: file })
    }
    #[cfg(windows)]
    {
        sys::open(url.as_ref())?;
        Ok(Opening {})
    }
}

#[cfg(unix)]
#[derive(Debug)]
struct LeadingFile(std::path::PathBuf);

#[cfg(unix)]
impl LeadingFile {
    fn write(url: &str) -> io::Result<Self> {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;

        let own = std::env::var_os("XDG_RUNTIME_DIR").map(std::path::PathBuf::from);
        let folder = own.filter(|folder| folder.is_dir());
        let folder = folder.unwrap_or_else(std::env::temp_dir);
        let path = folder.join(format!("tomcheck-{}.html", super::lock::random_word()?));
        let mut options = std::fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        let file_of_ours = Self(path);
        file.write_all(leading_to(url).as_bytes())?;
        Ok(file_of_ours)
    }
}

#[cfg(unix)]
impl Drop for LeadingFile {
    fn drop(&mut self) {
        // the address in it leads nowhere any more
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(unix)]
fn leading_to(url: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>tomcheck</title>\n<meta http-equiv=\"refresh\" content=\"0; url={url}\">\n\
         <a href=\"{url}\">tomcheck</a>\n"
    )
}

#[cfg(unix)]
#[test]
fn the_address_stands_in_a_file_of_ours_that_goes_again() {
    use std::os::unix::fs::PermissionsExt as _;

    let file = LeadingFile::write("http://127.0.0.1:1/token/").unwrap();
    let path = file.0.clone();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("url=http://127.0.0.1:1/token/"), "{text}");
    drop(file);
    assert!(!path.exists());
}
