/* A bcryptprimitives.dll for Wine 8, which has none: every Rust program asks it for random bytes before main().
 *
 * Only for tests under Wine; real Windows brings its own. Wine's advapi32 answers the same question, under the
 * ordinal name RtlGenRandom has carried since Windows XP.
 */
#include <windows.h>

#define CHUNK 65536u

BOOLEAN WINAPI SystemFunction036(void *buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *bytes, SIZE_T wanted)
{
    SIZE_T done = 0;
    while (done < wanted) {
        SIZE_T left = wanted - done;
        ULONG step = left < CHUNK ? (ULONG)left : CHUNK;
        if (!SystemFunction036(bytes + done, step))
            return FALSE;
        done += step;
    }
    return TRUE;
}
