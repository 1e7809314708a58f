/* What the test programs share. A test program prints nothing and ends with 0 where all is as it should be. */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdio.h>
#include <string.h>

#include "tomcheck.h"

#define EXPECT(is)                                                                                                     \
    do {                                                                                                               \
        if (!(is)) {                                                                                                   \
            printf("%s:%d: not: %s (%s)\n", __FILE__, __LINE__, #is, tomcheck_last_error());                           \
            return 1;                                                                                                  \
        }                                                                                                              \
    } while (0)

#endif
