/* A sound library that has nothing to do with PKCS#11. */

int tomcheck_test_answer(void) { return 42; }
