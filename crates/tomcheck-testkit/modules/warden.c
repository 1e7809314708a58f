/* Stands between a program and the system: refuses it what it asks for, or never answers.
 *
 *   warden ORDER PROGRAM [ARGUMENT...]
 *
 * While the file ORDER says "refuse" or "hang", so are treated the calls by which the program and
 * all it starts open files and talk over sockets; the threads whose numbers or names follow in the
 * file are spared, and so are libraries where ".so" does. The kernel asks this process at each such call (seccomp, user notification), so that what
 * the program sees is what it would see of a machine that does the same.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const int WATCHED[] = {
#ifdef SYS_open
    SYS_open,
#endif
    SYS_openat, SYS_connect, SYS_sendto, SYS_sendmsg, SYS_writev, SYS_recvfrom, SYS_recvmsg,
};
#define WATCHED_COUNT (sizeof WATCHED / sizeof WATCHED[0])

static void fail(const char *what)
{
    perror(what);
    _exit(125);
}

/* The kernel asks before each of the watched calls. Returns the descriptor it asks on. */
static int watch(void)
{
    struct sock_filter code[WATCHED_COUNT + 3];
    struct sock_fprog program = { .len = WATCHED_COUNT + 3, .filter = code };
    code[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                           offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < WATCHED_COUNT; i++)
        code[i + 1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, WATCHED[i],
                                                   WATCHED_COUNT - i, 0);
    code[WATCHED_COUNT + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[WATCHED_COUNT + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                                           SECCOMP_RET_USER_NOTIF);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail("PR_SET_NO_NEW_PRIVS");
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static void be_the_program(int tell, int wait_for, char **arguments)
{
    char ready;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int listener = watch();
    if (listener < 0)
        fail("seccomp");
    /* the parent takes its copy meanwhile; this one is closed by execvp */
    if (write(tell, &listener, sizeof listener) != sizeof listener || read(wait_for, &ready, 1) != 1)
        fail("the warden");
    execvp(arguments[0], arguments);
    fail(arguments[0]);
}

/* What the file says now; empty: nothing. */
static void read_order(const char *path, char *order, size_t size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? 0 : read(file, order, size - 1);
    if (file >= 0)
        close(file);
    order[got < 0 ? 0 : got] = 0;
}

/* By its number or its name; a program that was started has the name of its file. */
static int is_spared(const char *order, unsigned int thread)
{
    char path[64], name[32] = "", words[512], *rest = words, *word;
    snprintf(path, sizeof path, "/proc/%u/comm", thread);
    read_order(path, name, sizeof name);
    name[strcspn(name, "\n")] = 0;
    snprintf(words, sizeof words, "%s", order);
    while ((word = strsep(&rest, " ")) != NULL)
        if (strtoul(word, NULL, 10) == thread || strcmp(word, name) == 0)
            return 1;
    return 0;
}

static int waits(unsigned int thread, int descriptor)
{
    char path[64], line[128];
    unsigned int flags = 0;
    snprintf(path, sizeof path, "/proc/%u/fdinfo/%d", thread, descriptor);
    FILE *info = fopen(path, "re");
    if (!info)
        return 1;
    while (fgets(line, sizeof line, info) && sscanf(line, "flags: %o", &flags) != 1)
        ;
    fclose(info);
    return !(flags & O_NONBLOCK);
}

static int opens(int call)
{
#ifdef SYS_open
    if (call == SYS_open)
        return 1;
#endif
    return call == SYS_openat;
}

/* What the loader of programs opens, where that is spared: glibc keeps a lock meanwhile, without
 * which no program ends. */
static int is_spared_library(const char *order, const struct seccomp_notif *asked)
{
    if (!strstr(order, " .so"))
        return 0;
    char memory[64], path[256] = "";
    int place = asked->data.nr == SYS_openat ? 1 : 0;
    snprintf(memory, sizeof memory, "/proc/%u/mem", asked->pid);
    int file = open(memory, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t got = pread(file, path, sizeof path - 1, (off_t)asked->data.args[place]);
    close(file);
    return got > 0 && strstr(path, ".so") != NULL;
}

static int receives(int call)
{
    return call == SYS_recvfrom || call == SYS_recvmsg;
}

enum { GO_ON, SAY_NOTHING, ANSWER, SWALLOW };

/* What becomes of a call; what it answers, an errno, in *answer. */
static int decide(const char *order, const struct seccomp_notif *asked, int *answer)
{
    int call = asked->data.nr;
    if (!order[0] || is_spared(order, asked->pid))
        return GO_ON;
    if (strncmp(order, "refuse", 6) == 0) {
        *answer = EACCES;
        return receives(call) ? GO_ON : ANSWER;
    }
    if (strncmp(order, "hang", 4) != 0)
        return GO_ON;
    if (opens(call))
        return is_spared_library(order, asked) ? GO_ON : SAY_NOTHING;
    if (waits(asked->pid, (int)asked->data.args[0]))
        return SAY_NOTHING;
    /* who does not wait in the call waits for news of the socket: there is none, and nobody hears */
    *answer = EAGAIN;
    return receives(call) ? ANSWER : call == SYS_sendto ? SWALLOW : GO_ON;
}

static void answer_next(int listener, const char *path)
{
    char order[512];
    int error = 0;
    struct seccomp_notif asked;
    struct seccomp_notif_resp said;
    memset(&asked, 0, sizeof asked);
    memset(&said, 0, sizeof said);
    /* who was killed meanwhile asks no more */
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
        return;
    read_order(path, order, sizeof order);
    int what = decide(order, &asked, &error);
    if (what == SAY_NOTHING)
        return;
    said.id = asked.id;
    said.error = what == ANSWER ? -error : 0;
    said.val = what == SWALLOW ? (__s64)asked.data.args[2] : 0;
    said.flags = what == GO_ON ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &said);
}

static void stand_guard(int listener, pid_t child, const char *path)
{
    for (;;) {
        int status;
        struct pollfd listening = { .fd = listener, .events = POLLIN };
        if (poll(&listening, 1, 20) > 0 && (listening.revents & POLLIN))
            answer_next(listener, path);
        else if (waitpid(child, &status, WNOHANG) == child)
            _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
}

int main(int count, char **arguments)
{
    int told[2], ready[2], theirs;
    if (count < 3) {
        fprintf(stderr, "usage: warden ORDER PROGRAM [ARGUMENT...]\n");
        return 125;
    }
    if (pipe2(told, O_CLOEXEC) != 0 || pipe2(ready, O_CLOEXEC) != 0)
        fail("pipe2");
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0)
        be_the_program(told[1], ready[0], arguments + 2);
    close(told[1]);
    if (read(told[0], &theirs, sizeof theirs) != sizeof theirs)
        fail("the program");
    int process = syscall(SYS_pidfd_open, child, 0);
    int listener = process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, theirs, 0);
    if (listener < 0 || write(ready[1], "", 1) != 1)
        fail("pidfd_getfd");
    stand_guard(listener, child, arguments[1]);
}
