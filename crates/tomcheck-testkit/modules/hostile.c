/*
 * What can a PKCS#11 module do to the program that loads it?
 *
 * The module of faulty.c, whose misdeed stands in the name of its own file: MISDEED-in-CALL.so. One
 * compiled file, linked under many names, is a table of modules. "dlopen" names the moment it is
 * loaded; a misdeed it does not know is none.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char anchor;

static const char *own_name(void) {
    Dl_info info;
    if (!dladdr(&anchor, &info)) return "";
    const char *slash = strrchr(info.dli_fname, '/');
    return slash ? slash + 1 : info.dli_fname;
}

static const char *faulty_call(void) {
    static char call[64];
    const char *in = strstr(own_name(), "-in-");
    if (!in) return "";
    snprintf(call, sizeof call, "%s", in + 4);
    call[strcspn(call, ".")] = 0;
    return call;
}

static int is(const char *misdeed) {
    size_t length = strlen(misdeed);
    return strncmp(own_name(), misdeed, length) == 0 && strncmp(own_name() + length, "-in-", 4) == 0;
}

static void print(void) {
    static char line[1 << 20];
    memset(line, 'x', sizeof line);
    for (int stream = 0; stream < 3; stream++)
        if (write(stream, line, sizeof line) < 0) continue;
    puts("nothing anybody should read");
    fflush(stdout);
}

static void close_all(void) {
    for (int descriptor = 0; descriptor < 1024; descriptor++) close(descriptor);
}

static void crash(void) {
    volatile int *volatile nowhere = 0;
    *nowhere = 1;
}

/* No memory left is what ends it. */
static void eat(void) {
    for (;;) {
        char *piece = malloc(1 << 20);
        if (!piece) crash();
        memset(piece, 1, 1 << 20);
    }
}

static int overflow(volatile int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    return overflow(depth + 1) + room[0];
}

static void open_all(void) {
    while (open("/dev/null", O_RDONLY) >= 0) continue;
}

/* Writes a log where the file beside it says so, as the Cryptolib CPS does. */
static void trace(void) {
    char path[4096], line[256];
    Dl_info info;
    if (!dladdr(&anchor, &info)) return;
    int folder = (int)(strrchr(info.dli_fname, '/') - info.dli_fname), is_on = 0;
    snprintf(path, sizeof path, "%.*s/cps3_pkcs11.conf", folder, info.dli_fname);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) is_on |= strstr(line, "active = true") != 0;
    if (file) fclose(file);
    snprintf(path, sizeof path, "%.*s/log/cps3p11_%d_1.log", folder, info.dli_fname, (int)getpid());
    if (is_on && (file = fopen(path, "w"))) {
        fprintf(file, "Thu Nov 26 15:18:18.831 : C_Initialize\n"
                "Thu Nov 26 15:18:18.885 :       serialNumber:           '26000000        '\n"
                "Outgoing APDU data [    4 bytes]\n00 20 00 01 31 32 33 34 . ..1234\n");
        fclose(file);
    }
}

/* The numbers are those of faulty.c. */
static int misdeed(void) {
    if (is("crash")) return 1;
    if (is("abort")) return 2;
    if (is("hang")) return 3;
    if (is("exit")) exit(0);
    if (is("stop")) raise(SIGSTOP);
    if (is("spin")) for (volatile int turn = 0;; turn++) continue;
    if (is("overflow")) overflow(0);
    if (is("eat")) eat();
    if (is("print")) print();
    if (is("trace")) trace();
    if (is("close")) close_all();
    if (is("close-and-hang")) { close_all(); return 3; }
    if (is("open")) open_all();
    /* both go on, each as if it were the only one */
    if (is("fork")) (void)!fork();
    /* where its memory may be read from outside */
    if (is("readable")) return prctl(PR_GET_DUMPABLE) ? 1 : 4;
    if (is("fork-and-crash")) { if (fork() == 0) for (;;) pause(); return 1; }
    return 4;
}

#define FAULTY_CALL faulty_call()
#define FAULT misdeed()
#include "faulty.c"

/* -- lies: an answer that is none ----------------------------------------------------------- */

#define MANY 5000UL
#define HUGE (1UL << 32)

/* "many" really lists that many, "huge" only says so, "shifting" has one more each time. */
static result lying_list(number *items, number *count) {
    static number shifting = 1;
    number length = is("huge") ? HUGE : is("many") ? MANY : ++shifting;
    number room = *count;
    *count = length;
    if (!items || is("huge")) return OK;
    if (room < length) return BUFFER_TOO_SMALL;
    for (number i = 0; i < length; i++) items[i] = i;
    return OK;
}

static result lying_slots(byte present, number *slots, number *count) {
    (void)present;
    return lying_list(slots, count);
}

static result lying_mechanisms(number slot, number *mechanisms, number *count) {
    (void)slot;
    return lying_list(mechanisms, count);
}

static void garble(void *memory, size_t size) {
    for (byte *at = memory; size--; at++) *at = (byte)(0x80 + 37 * size);
}

static result garbled_info(library_info *info) { garble(info, sizeof *info); return OK; }
static result garbled_slot(number slot, slot_info *info) { (void)slot; garble(info, sizeof *info); return OK; }
static result garbled_token(number slot, token_info *info) { (void)slot; garble(info, sizeof *info); return OK; }

/* "many": as many as there is room for, without end. */
static result lying_find(number session, number *objects, number room, number *count) {
    (void)session;
    for (number i = 0; i < room; i++) objects[i] = 1;
    *count = is("huge") ? HUGE : room;
    return OK;
}

static result lying_attributes(number session, number object, attribute *wanted, number count) {
    (void)session, (void)object;
    for (number i = 0; i < count; i++) {
        attribute *one = &wanted[i];
        if (is("huge")) one->length = HUGE;
        else if (is("unavailable")) one->length = ~0UL;
        else if (is("longer")) one->length = one->value ? one->length + 100000 : 10;
        else if (!one->value) one->length = is("shorter") ? 16 : 9000;
        else if (is("shorter")) one->length = 3;
        else garble(one->value, one->length);
    }
    return OK;
}

static result lying_signature(number session, byte *data, number length, byte *signature, number *room) {
    (void)session, (void)data, (void)length, (void)signature;
    *room = HUGE;
    return OK;
}

/* -- a cache: what a file beside it holds is served as the certificate -------------------------- */

static const char *cache_file(void) {
    static char path[4096];
    Dl_info info;
    if (!dladdr(&anchor, &info)) return "";
    const char *slash = strrchr(info.dli_fname, '/');
    snprintf(path, sizeof path, "%.*s/cache/26000000_5031", (int)(slash - info.dli_fname), info.dli_fname);
    return path;
}

static result cached_attributes(number session, number object, attribute *wanted, number count) {
    static byte kept[16384];
    result outcome = C_GetAttributeValue(session, object, wanted, count);
    FILE *file = fopen(cache_file(), "rb");
    if (!file) {
        file = fopen(cache_file(), "wb");
        if (file && fwrite(certificate, 1, sizeof certificate, file)) fclose(file);
        return outcome;
    }
    size_t length = fread(kept, 1, sizeof kept, file);
    fclose(file);
    for (number i = 0; i < count; i++)
        if (wanted[i].type == 0x011 && outcome == OK) {
            if (wanted[i].value) memcpy(wanted[i].value, kept, length);
            wanted[i].length = length;
        }
    return outcome;
}

/* -- a reader with keys of its own: pinpad-in-OK.so, -in-CANCELED.so, -in-NOBODY.so -------------- */

static result pin_pad_token(number slot, token_info *info) {
    result outcome = C_GetTokenInfo(slot, info);
    if (outcome == OK) info->flags |= 0x100; /* protected authentication path */
    return outcome;
}

static result pin_pad_login(number session, number user, byte *pin, number length) {
    if (pin || length) return ARGUMENTS_BAD;
    if (strcmp(faulty_call(), "CANCELED") == 0) return 0x50; /* FUNCTION_CANCELED */
    while (strcmp(faulty_call(), "NOBODY") == 0) pause();
    return C_Login(session, user, pin, length);
}

static int lies(const char *call) { return strcmp(call, faulty_call()) == 0; }

__attribute__((constructor)) static void take_places(void) {
    static const char *const LIES[] = {"huge", "many", "shifting", "garbage", "unavailable", "longer", "shorter"};
    int liar = 0;
    if (is("pinpad")) functions.functions[6] = (function)pin_pad_token;
    if (is("pinpad")) functions.functions[18] = (function)pin_pad_login;
    if (is("cache")) functions.functions[24] = (function)cached_attributes;
    for (size_t i = 0; i < sizeof LIES / sizeof *LIES; i++) liar |= is(LIES[i]);
    if (!liar) return;
    if (lies("C_GetInfo")) functions.functions[2] = (function)garbled_info;
    if (lies("C_GetSlotList")) functions.functions[4] = (function)lying_slots;
    if (lies("C_GetSlotInfo")) functions.functions[5] = (function)garbled_slot;
    if (lies("C_GetTokenInfo")) functions.functions[6] = (function)garbled_token;
    if (lies("C_GetMechanismList")) functions.functions[7] = (function)lying_mechanisms;
    if (lies("C_GetAttributeValue")) functions.functions[24] = (function)lying_attributes;
    if (lies("C_FindObjects")) functions.functions[27] = (function)lying_find;
    if (lies("C_Sign")) functions.functions[43] = (function)lying_signature;
}
