/*
 * What if a module signs well in one way and dies of another?
 *
 * Every call goes to the sound module REAL. A signature by CKM_RSA_PKCS_PSS does FAULT, one of CRASH
 * or HANG, in C_Sign; with NONE, C_SignInit refuses it.
 *
 * Source of the types and numbers: PKCS #11 v2.40, pkcs11t.h and pkcs11f.h (OASIS).
 */

#include <dlfcn.h>
#include <unistd.h>

typedef unsigned long number;
typedef struct { number kind; void *parameter; number length; } mechanism;
typedef number (*sign_init)(number, mechanism *, number);
typedef number (*sign)(number, unsigned char *, number, unsigned char *, number *);

/* In the order of pkcs11f.h. */
enum { SIGN_INIT = 42, SIGN = 43, CALLS = 68 };
enum { NONE = 0, CRASH = 1, HANG = 3, RSA_PKCS_PSS = 0x0D, GENERAL_ERROR = 0x05, MECHANISM_INVALID = 0x70 };

typedef struct { unsigned char version[2]; void *calls[CALLS]; } list;

static list *real, ours;
static number chosen;

static number our_sign_init(number session, mechanism *with, number key) {
    chosen = with->kind;
    if (chosen == RSA_PKCS_PSS && FAULT == NONE) return MECHANISM_INVALID;
    return ((sign_init)real->calls[SIGN_INIT])(session, with, key);
}

static number our_sign(number session, unsigned char *data, number length, unsigned char *out, number *size) {
    volatile int *volatile nowhere = 0;
    if (chosen == RSA_PKCS_PSS && FAULT == CRASH) *nowhere = 1;
    while (chosen == RSA_PKCS_PSS) pause();
    return ((sign)real->calls[SIGN])(session, data, length, out, size);
}

number C_GetFunctionList(list **out) {
    void *library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);
    number (*get)(list **) = library ? (number (*)(list **))dlsym(library, "C_GetFunctionList") : 0;
    if (!get || get(&real)) return GENERAL_ERROR;
    ours = *real;
    ours.calls[SIGN_INIT] = our_sign_init;
    ours.calls[SIGN] = our_sign;
    *out = &ours;
    return 0;
}
