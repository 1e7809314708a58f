/* A PKCS#11 module for Windows, with one call to its name: C_Initialize, which does what FAULT says. */
#include <windows.h>

#define HANGS 1
#define CRASHES 2

typedef unsigned long CK_RV;

static CK_RV initialise(void *arguments)
{
    (void)arguments;
    if (FAULT == HANGS)
        Sleep(INFINITE);
    *(volatile int *)0 = 0;
    return 0;
}

/* PKCS#11 v2.40, 2.1: on Windows its structures are packed to one byte, so the first function follows the two bytes of
 * the version at once. */
#pragma pack(push, 1)
static struct {
    unsigned char major, minor;
    CK_RV (*functions[68])(void *);
} list = { 2, 40, { initialise } };
#pragma pack(pop)

__declspec(dllexport) CK_RV C_GetFunctionList(void **out)
{
    *out = &list;
    return 0;
}
