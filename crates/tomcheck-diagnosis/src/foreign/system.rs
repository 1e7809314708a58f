//! How does this system's own standard name the number of an error?

/// The symbolic name; none for a number that is not among the common ones, and on a system
/// whose numbers are not known here.
pub(super) fn name_of(number: i32) -> Option<&'static str> {
    let known = HERE.iter().find(|(known, _)| *known == number);
    known.map(|(_, name)| *name)
}

type Names = &'static [(i32, &'static str)];

// MIPS and SPARC number most of theirs otherwise.
const HERE: Names = if cfg!(windows) {
    WINDOWS
} else if cfg!(target_os = "macos") {
    MACOS
} else if cfg!(all(
    target_os = "linux",
    not(any(
        target_arch = "mips",
        target_arch = "mips64",
        target_arch = "sparc64"
    ))
)) {
    LINUX
} else {
    &[]
};

/// Source: Linux, include/uapi/asm-generic/errno-base.h and errno.h.
const LINUX: Names = &[
    (1, "EPERM"),
    (2, "ENOENT"),
    (4, "EINTR"),
    (5, "EIO"),
    (6, "ENXIO"),
    (8, "ENOEXEC"),
    (9, "EBADF"),
    (11, "EAGAIN"),
    (12, "ENOMEM"),
    (13, "EACCES"),
    (16, "EBUSY"),
    (17, "EEXIST"),
    (19, "ENODEV"),
    (20, "ENOTDIR"),
    (21, "EISDIR"),
    (22, "EINVAL"),
    (23, "ENFILE"),
    (24, "EMFILE"),
    (26, "ETXTBSY"),
    (27, "EFBIG"),
    (28, "ENOSPC"),
    (30, "EROFS"),
    (32, "EPIPE"),
    (36, "ENAMETOOLONG"),
    (38, "ENOSYS"),
    (40, "ELOOP"),
    (71, "EPROTO"),
    (88, "ENOTSOCK"),
    (91, "EPROTOTYPE"),
    (95, "EOPNOTSUPP"),
    (97, "EAFNOSUPPORT"),
    (98, "EADDRINUSE"),
    (99, "EADDRNOTAVAIL"),
    (100, "ENETDOWN"),
    (101, "ENETUNREACH"),
    (103, "ECONNABORTED"),
    (104, "ECONNRESET"),
    (105, "ENOBUFS"),
    (107, "ENOTCONN"),
    (110, "ETIMEDOUT"),
    (111, "ECONNREFUSED"),
    (112, "EHOSTDOWN"),
    (113, "EHOSTUNREACH"),
    (116, "ESTALE"),
];

/// Source: Windows SDK, winerror.h.
const WINDOWS: Names = &[
    (2, "ERROR_FILE_NOT_FOUND"),
    (3, "ERROR_PATH_NOT_FOUND"),
    (4, "ERROR_TOO_MANY_OPEN_FILES"),
    (5, "ERROR_ACCESS_DENIED"),
    (6, "ERROR_INVALID_HANDLE"),
    (8, "ERROR_NOT_ENOUGH_MEMORY"),
    (21, "ERROR_NOT_READY"),
    (32, "ERROR_SHARING_VIOLATION"),
    (50, "ERROR_NOT_SUPPORTED"),
    (53, "ERROR_BAD_NETPATH"),
    (87, "ERROR_INVALID_PARAMETER"),
    (109, "ERROR_BROKEN_PIPE"),
    (112, "ERROR_DISK_FULL"),
    (123, "ERROR_INVALID_NAME"),
    (126, "ERROR_MOD_NOT_FOUND"),
    (127, "ERROR_PROC_NOT_FOUND"),
    (193, "ERROR_BAD_EXE_FORMAT"),
    (206, "ERROR_FILENAME_EXCED_RANGE"),
    (232, "ERROR_NO_DATA"),
    (267, "ERROR_DIRECTORY"),
    (1114, "ERROR_DLL_INIT_FAILED"),
    (1920, "ERROR_CANT_ACCESS_FILE"),
    (10013, "WSAEACCES"),
    (10022, "WSAEINVAL"),
    (10024, "WSAEMFILE"),
    (10035, "WSAEWOULDBLOCK"),
    (10047, "WSAEAFNOSUPPORT"),
    (10048, "WSAEADDRINUSE"),
    (10049, "WSAEADDRNOTAVAIL"),
    (10050, "WSAENETDOWN"),
    (10051, "WSAENETUNREACH"),
    (10053, "WSAECONNABORTED"),
    (10054, "WSAECONNRESET"),
    (10055, "WSAENOBUFS"),
    (10057, "WSAENOTCONN"),
    (10060, "WSAETIMEDOUT"),
    (10061, "WSAECONNREFUSED"),
    (10064, "WSAEHOSTDOWN"),
    (10065, "WSAEHOSTUNREACH"),
    (11001, "WSAHOST_NOT_FOUND"),
    (11002, "WSATRY_AGAIN"),
    (11003, "WSANO_RECOVERY"),
    (11004, "WSANO_DATA"),
];

/// Source: Apple XNU, bsd/sys/errno.h.
const MACOS: Names = &[
    (1, "EPERM"),
    (2, "ENOENT"),
    (4, "EINTR"),
    (5, "EIO"),
    (6, "ENXIO"),
    (8, "ENOEXEC"),
    (9, "EBADF"),
    (12, "ENOMEM"),
    (13, "EACCES"),
    (16, "EBUSY"),
    (17, "EEXIST"),
    (19, "ENODEV"),
    (20, "ENOTDIR"),
    (21, "EISDIR"),
    (22, "EINVAL"),
    (23, "ENFILE"),
    (24, "EMFILE"),
    (26, "ETXTBSY"),
    (27, "EFBIG"),
    (28, "ENOSPC"),
    (30, "EROFS"),
    (32, "EPIPE"),
    (35, "EAGAIN"),
    (38, "ENOTSOCK"),
    (47, "EAFNOSUPPORT"),
    (48, "EADDRINUSE"),
    (49, "EADDRNOTAVAIL"),
    (50, "ENETDOWN"),
    (51, "ENETUNREACH"),
    (53, "ECONNABORTED"),
    (54, "ECONNRESET"),
    (55, "ENOBUFS"),
    (57, "ENOTCONN"),
    (60, "ETIMEDOUT"),
    (61, "ECONNREFUSED"),
    (62, "ELOOP"),
    (63, "ENAMETOOLONG"),
    (64, "EHOSTDOWN"),
    (65, "EHOSTUNREACH"),
    (70, "ESTALE"),
    (78, "ENOSYS"),
    (102, "EOPNOTSUPP"),
];

#[test]
fn each_table_is_in_order_and_its_numbers_are_those_of_its_own_system() {
    for table in [LINUX, WINDOWS, MACOS] {
        assert!(table.is_sorted_by(|one, next| one.0 < next.0));
    }
    let refused = |table: Names| {
        let named = table
            .iter()
            .find(|(_, name)| name.ends_with("ECONNREFUSED"));
        named.map(|(number, _)| *number)
    };
    let numbers = [LINUX, WINDOWS, MACOS].map(refused);
    assert_eq!(numbers, [Some(111), Some(10061), Some(61)]);
}

#[test]
fn the_names_mean_what_the_standard_library_takes_the_numbers_for() {
    use std::io::{Error, ErrorKind};

    let kinds = [
        ("ENOENT ERROR_FILE_NOT_FOUND", ErrorKind::NotFound),
        ("EACCES ERROR_ACCESS_DENIED", ErrorKind::PermissionDenied),
        ("ECONNREFUSED WSAECONNREFUSED", ErrorKind::ConnectionRefused),
        ("ECONNRESET WSAECONNRESET", ErrorKind::ConnectionReset),
        ("ETIMEDOUT WSAETIMEDOUT", ErrorKind::TimedOut),
        ("EHOSTUNREACH WSAEHOSTUNREACH", ErrorKind::HostUnreachable),
        ("ENETUNREACH WSAENETUNREACH", ErrorKind::NetworkUnreachable),
    ];
    for (names, kind) in kinds {
        let here = |(_, name): &&(i32, &str)| names.split(' ').any(|known| known == *name);
        for (number, name) in HERE.iter().filter(here) {
            assert_eq!(Error::from_raw_os_error(*number).kind(), kind, "{name}");
        }
    }
}
