/*
 * What does a program do when a PKCS#11 module fails under it?
 *
 * A module with one slot, one token, one key and, if CERTIFICATE is defined, one certificate. It
 * answers every call as a sound module would, until the call named FAULTY_CALL: there it does
 * FAULT, one of CRASH, ABORT, HANG or NONE. "dlopen" names the moment it is loaded.
 *
 * DESCRIPTION is what C_GetInfo tells. With KNOWS_NO_TOKEN it recognises no card; KNOWN_ATR are bytes
 * it holds all the same.
 *
 * It computes nothing: C_Sign fails with CKR_FUNCTION_FAILED.
 *
 * Source of the types and numbers: PKCS #11 v2.40, pkcs11t.h and pkcs11f.h (OASIS).
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned char byte;
typedef unsigned long number;
typedef number result;
typedef struct { byte major, minor; } version;

#define CRASH 1
#define ABORT 2
#define HANG 3
#define NONE 4

static void fault(void) {
    volatile int *volatile nowhere = 0;
    switch (FAULT) {
    case CRASH: *nowhere = 1; break;
    case ABORT: abort();
    case HANG: for (;;) pause();
    default: break;
    }
}

#ifndef DESCRIPTION
#define DESCRIPTION "faulty module TEST"
#endif

/* What a module that knows a card by its answer to reset holds. */
#ifdef KNOWN_ATR
__attribute__((used)) static const volatile byte known_atr[] = { KNOWN_ATR };
#endif

#define ENTRY(call) if (strcmp(#call, FAULTY_CALL) == 0) fault()

enum {
    OK = 0x00, SLOT_ID_INVALID = 0x03, FUNCTION_FAILED = 0x06, ARGUMENTS_BAD = 0x07,
    ATTRIBUTE_TYPE_INVALID = 0x12, FUNCTION_NOT_SUPPORTED = 0x54, MECHANISM_INVALID = 0x70,
    OBJECT_HANDLE_INVALID = 0x82, SESSION_HANDLE_INVALID = 0xB3, TOKEN_NOT_RECOGNIZED = 0xE1, USER_NOT_LOGGED_IN = 0x101,
    BUFFER_TOO_SMALL = 0x150, NOT_INITIALIZED = 0x190, ALREADY_INITIALIZED = 0x191
};

static int initialised, session_open, logged_in;

#define SLOT 0
#define SESSION 1
#define NEEDS_INITIALISE() do { if (!initialised) return NOT_INITIALIZED; } while (0)
#define NEEDS_SLOT(slot) do { NEEDS_INITIALISE(); if ((slot) != SLOT) return SLOT_ID_INVALID; } while (0)
#define NEEDS_SESSION(session) \
    do { NEEDS_INITIALISE(); if ((session) != SESSION || !session_open) return SESSION_HANDLE_INVALID; } while (0)

/* Fixed fields are filled with blanks, not ended by a zero. */
static void blank(byte *field, size_t size, const char *text) {
    memset(field, ' ', size);
    memcpy(field, text, strlen(text));
}

__attribute__((constructor)) static void loaded(void) { ENTRY(dlopen); }

/* -- library -------------------------------------------------------------------------------- */

static result C_Initialize(void *arguments) {
    (void)arguments;
    ENTRY(C_Initialize);
    if (initialised) return ALREADY_INITIALIZED;
    initialised = 1;
    return OK;
}

static result C_Finalize(void *reserved) {
    (void)reserved;
    ENTRY(C_Finalize);
    NEEDS_INITIALISE();
    initialised = session_open = logged_in = 0;
    return OK;
}

typedef struct {
    version cryptoki;
    byte manufacturer[32];
    number flags;
    byte description[32];
    version library;
} library_info;

static result C_GetInfo(library_info *info) {
    ENTRY(C_GetInfo);
    NEEDS_INITIALISE();
    if (!info) return ARGUMENTS_BAD;
    memset(info, 0, sizeof *info);
    info->cryptoki = (version){2, 20};
    blank(info->manufacturer, 32, "TEST");
    blank(info->description, 32, DESCRIPTION);
    info->library = (version){1, 0};
    return OK;
}

/* -- slot and token ------------------------------------------------------------------------- */

static result C_GetSlotList(byte present, number *slots, number *count) {
    (void)present;
    ENTRY(C_GetSlotList);
    NEEDS_INITIALISE();
    if (!count) return ARGUMENTS_BAD;
    if (slots && *count < 1) return BUFFER_TOO_SMALL;
    if (slots) slots[0] = SLOT;
    *count = 1;
    return OK;
}

typedef struct {
    byte description[64], manufacturer[32];
    number flags;
    version hardware, firmware;
} slot_info;

static result C_GetSlotInfo(number slot, slot_info *info) {
    ENTRY(C_GetSlotInfo);
    NEEDS_SLOT(slot);
    if (!info) return ARGUMENTS_BAD;
    memset(info, 0, sizeof *info);
    blank(info->description, 64, "Virtual PCD 00 00");
    blank(info->manufacturer, 32, "TEST");
    info->flags = 0x7; /* token present, removable, hardware */
    return OK;
}

typedef struct {
    byte label[32], manufacturer[32], model[16], serial[16];
    number flags, max_sessions, sessions, max_rw_sessions, rw_sessions, max_pin, min_pin;
    number total_public, free_public, total_private, free_private;
    version hardware, firmware;
    byte time[16];
} token_info;

static result C_GetTokenInfo(number slot, token_info *info) {
    ENTRY(C_GetTokenInfo);
    NEEDS_SLOT(slot);
#ifdef KNOWS_NO_TOKEN
    return TOKEN_NOT_RECOGNIZED;
#endif
    if (!info) return ARGUMENTS_BAD;
    memset(info, 0, sizeof *info);
    blank(info->label, 32, "TEST");
    blank(info->manufacturer, 32, "TEST");
    blank(info->model, 16, "TEST");
    blank(info->serial, 16, "26000000");
    blank(info->time, 16, "");
    info->flags = 0x40D; /* random numbers, login required, PIN and token initialised */
    info->max_pin = 8;
    info->min_pin = 4;
    info->total_public = info->free_public = info->total_private = info->free_private = ~0UL;
    return OK;
}

static const number MECHANISMS[] = {0x01 /* RSA_PKCS */, 0x40 /* SHA256_RSA_PKCS */};
#define MECHANISM_COUNT (sizeof MECHANISMS / sizeof *MECHANISMS)

static result C_GetMechanismList(number slot, number *list, number *count) {
    ENTRY(C_GetMechanismList);
    NEEDS_SLOT(slot);
    if (!count) return ARGUMENTS_BAD;
    if (list && *count < MECHANISM_COUNT) return BUFFER_TOO_SMALL;
    if (list) memcpy(list, MECHANISMS, sizeof MECHANISMS);
    *count = MECHANISM_COUNT;
    return OK;
}

typedef struct { number min_bits, max_bits, flags; } mechanism_info;

static result C_GetMechanismInfo(number slot, number mechanism, mechanism_info *info) {
    ENTRY(C_GetMechanismInfo);
    NEEDS_SLOT(slot);
    if (!info) return ARGUMENTS_BAD;
    if (mechanism != MECHANISMS[0] && mechanism != MECHANISMS[1]) return MECHANISM_INVALID;
    *info = (mechanism_info){2048, 2048, 0x801 /* hardware, sign */};
    return OK;
}

/* -- session -------------------------------------------------------------------------------- */

static result C_OpenSession(number slot, number flags, void *data, void *notify, number *session) {
    (void)flags, (void)data, (void)notify;
    ENTRY(C_OpenSession);
    NEEDS_SLOT(slot);
    if (!session) return ARGUMENTS_BAD;
    session_open = 1;
    *session = SESSION;
    return OK;
}

static result C_CloseSession(number session) {
    ENTRY(C_CloseSession);
    NEEDS_SESSION(session);
    session_open = logged_in = 0;
    return OK;
}

static result C_CloseAllSessions(number slot) {
    ENTRY(C_CloseAllSessions);
    NEEDS_SLOT(slot);
    session_open = logged_in = 0;
    return OK;
}

typedef struct { number slot, state, flags, device_error; } session_info;

static result C_GetSessionInfo(number session, session_info *info) {
    ENTRY(C_GetSessionInfo);
    NEEDS_SESSION(session);
    if (!info) return ARGUMENTS_BAD;
    *info = (session_info){SLOT, logged_in ? 1 : 0, 0x4 /* serial */, 0};
    return OK;
}

static result C_Login(number session, number user, byte *pin, number length) {
    (void)user, (void)pin, (void)length;
    ENTRY(C_Login);
    NEEDS_SESSION(session);
    logged_in = 1;
    return OK;
}

static result C_Logout(number session) {
    ENTRY(C_Logout);
    NEEDS_SESSION(session);
    logged_in = 0;
    return OK;
}

/* -- objects -------------------------------------------------------------------------------- */

typedef struct { number type; void *value; number length; } attribute;

static const number PRIVATE_KEY_CLASS = 3, RSA = 0;
static const byte YES = 1, NO = 0, ID[] = {0x01};
static const char LABEL[] = "TEST";
#ifdef CERTIFICATE
static const number CERTIFICATE_CLASS = 1, X509 = 0;
static const byte certificate[] = { CERTIFICATE };
#endif

#define IS(variable) {sizeof variable, &variable}

/* Ends with an entry without value. */
typedef struct { number type; struct { number length; const void *value; } is; } fact;

static const fact KEY[] = {
    {0x000, IS(PRIVATE_KEY_CLASS)}, {0x001, IS(YES)} /* token */, {0x002, IS(YES)} /* private */,
    {0x003, {4, LABEL}}, {0x100, IS(RSA)}, {0x102, IS(ID)}, {0x103, IS(YES)} /* sensitive */,
    {0x108, IS(YES)} /* sign */, {0x162, IS(NO)} /* extractable */, {0, {0, 0}}
};
#ifdef CERTIFICATE
static const fact CERT[] = {
    {0x000, IS(CERTIFICATE_CLASS)}, {0x001, IS(YES)}, {0x002, IS(NO)}, {0x003, {4, LABEL}},
    {0x011, IS(certificate)} /* value */, {0x080, IS(X509)}, {0x102, IS(ID)}, {0, {0, 0}}
};
static const fact *const OBJECTS[] = {KEY, CERT};
#else
static const fact *const OBJECTS[] = {KEY};
#endif
#define OBJECT_COUNT (sizeof OBJECTS / sizeof *OBJECTS)

static const fact *fact_of(const fact *object, number type) {
    for (; object->is.value; object++)
        if (object->type == type) return object;
    return 0;
}

static int matches(const fact *object, const attribute *wanted, number count) {
    for (number i = 0; i < count; i++) {
        const fact *known = fact_of(object, wanted[i].type);
        if (!known || known->is.length != wanted[i].length) return 0;
        if (memcmp(known->is.value, wanted[i].value, wanted[i].length) != 0) return 0;
    }
    return object != KEY || logged_in;
}

static number found[OBJECT_COUNT], found_count, found_given;

static result C_FindObjectsInit(number session, attribute *wanted, number count) {
    ENTRY(C_FindObjectsInit);
    NEEDS_SESSION(session);
    found_count = found_given = 0;
    for (number i = 0; i < OBJECT_COUNT; i++)
        if (matches(OBJECTS[i], wanted, count)) found[found_count++] = i + 1;
    return OK;
}

static result C_FindObjects(number session, number *objects, number room, number *count) {
    ENTRY(C_FindObjects);
    NEEDS_SESSION(session);
    if (!objects || !count) return ARGUMENTS_BAD;
    for (*count = 0; *count < room && found_given < found_count;)
        objects[(*count)++] = found[found_given++];
    return OK;
}

static result C_FindObjectsFinal(number session) {
    ENTRY(C_FindObjectsFinal);
    NEEDS_SESSION(session);
    return OK;
}

static result C_GetAttributeValue(number session, number object, attribute *wanted, number count) {
    result outcome = OK;
    ENTRY(C_GetAttributeValue);
    NEEDS_SESSION(session);
    if (object < 1 || object > OBJECT_COUNT) return OBJECT_HANDLE_INVALID;
    for (number i = 0; i < count; i++) {
        const fact *known = fact_of(OBJECTS[object - 1], wanted[i].type);
        if (!known) {
            outcome = ATTRIBUTE_TYPE_INVALID;
        } else if (wanted[i].value && wanted[i].length < known->is.length) {
            outcome = BUFFER_TOO_SMALL;
        } else {
            if (wanted[i].value) memcpy(wanted[i].value, known->is.value, known->is.length);
            wanted[i].length = known->is.length;
            continue;
        }
        wanted[i].length = ~0UL;
    }
    return outcome;
}

/* -- signature ------------------------------------------------------------------------------ */

static result C_SignInit(number session, void *mechanism, number key) {
    (void)mechanism;
    ENTRY(C_SignInit);
    NEEDS_SESSION(session);
    if (!logged_in) return USER_NOT_LOGGED_IN;
    return key == 1 ? OK : OBJECT_HANDLE_INVALID;
}

static result C_Sign(number session, byte *data, number length, byte *signature, number *room) {
    (void)data, (void)length, (void)signature, (void)room;
    ENTRY(C_Sign);
    NEEDS_SESSION(session);
    return FUNCTION_FAILED;
}

static result unsupported(void) { return FUNCTION_NOT_SUPPORTED; }

/* -- the list ------------------------------------------------------------------------------- */

result C_GetFunctionList(void **list);

typedef void (*function)(void);
#define AT(position, call) [position] = (function)call
#define NOTHING(first, last) [first ... last] = (function)unsupported

/* The order is that of pkcs11f.h. */
static struct { version cryptoki; function functions[68]; } functions = {{2, 20}, {
    AT(0, C_Initialize), AT(1, C_Finalize), AT(2, C_GetInfo), AT(3, C_GetFunctionList),
    AT(4, C_GetSlotList), AT(5, C_GetSlotInfo), AT(6, C_GetTokenInfo), AT(7, C_GetMechanismList),
    AT(8, C_GetMechanismInfo), NOTHING(9, 11), AT(12, C_OpenSession), AT(13, C_CloseSession),
    AT(14, C_CloseAllSessions), AT(15, C_GetSessionInfo), NOTHING(16, 17), AT(18, C_Login),
    AT(19, C_Logout), NOTHING(20, 23), AT(24, C_GetAttributeValue), NOTHING(25, 25),
    AT(26, C_FindObjectsInit), AT(27, C_FindObjects), AT(28, C_FindObjectsFinal), NOTHING(29, 41),
    AT(42, C_SignInit), AT(43, C_Sign), NOTHING(44, 67),
}};

result C_GetFunctionList(void **list) {
    ENTRY(C_GetFunctionList);
    if (!list) return ARGUMENTS_BAD;
    *list = &functions;
    return OK;
}
