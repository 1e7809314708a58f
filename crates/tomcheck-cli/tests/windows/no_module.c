/* A library for Windows that loads well and is no PKCS#11 module. */
__declspec(dllexport) int unrelated(void)
{
    return 0;
}
