/* How long it takes to load the library, in milliseconds: see benches/README.md.
 *
 *   load LIBRARY */
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

int main(int argc, char **argv) {
    struct timespec began, ended;
    if (argc != 2) {
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &began);
    if (dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) == NULL) {
        printf("%s\n", dlerror());
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%.2f\n", (double)(ended.tv_sec - began.tv_sec) * 1e3 + (double)(ended.tv_nsec - began.tv_nsec) / 1e6);
    return 0;
}
