/* Makes the n-th write, sync, rename, mkdir, truncation or creation under a directory fail with a chosen error.
 *
 * A seccomp filter traps those system calls whoever makes them: Python, SQLite's own, the SQLite and hnswlib inside
 * Chroma, tantivy, whose renames do not go through libc at all (so that a preloaded libc function would miss them).
 * The handler of the trap decides, and carries the call out itself with a mark in the unused sixth argument that the
 * filter lets pass. What it cannot see: stores into mapped memory, of which there is only SQLite's -shm.
 *
 * A program started from a process with the filter must have this library preloaded, for the filter outlives exec and
 * the handler does not. Linux, x86-64 or AArch64.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define PASS 0x0b71174e

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#define RESULT(context) ((context)->uc_mcontext.gregs[REG_RAX])
static const int ARGUMENT[5] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8};
#define GIVEN(context, i) ((long)(context)->uc_mcontext.gregs[ARGUMENT[i]])
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#define RESULT(context) ((context)->uc_mcontext.regs[0])
#define GIVEN(context, i) ((long)(context)->uc_mcontext.regs[i])
#else
#error "faults.c knows x86-64 and AArch64"
#endif

static char root[4096];
static size_t root_length;
static long fatal;   /* 0: only counts */
static int fault;
static int lasting;
static long counted;
static char first[4200]; /* the call that failed first */
static char calls[1 << 21]; /* one a line, when nothing is to fail */
static size_t calls_length;
static int calls_lock;

static const struct { int number; const char *name; int path; int directory; } CALLS[] = {
    /* path, directory: which arguments; -1 when there is none, and the first is a descriptor */
    {SYS_write, "write", -1, -1},
    {SYS_pwrite64, "pwrite", -1, -1},
    {SYS_writev, "writev", -1, -1},
    {SYS_pwritev, "pwritev", -1, -1},
    {SYS_fsync, "fsync", -1, -1},
    {SYS_fdatasync, "fdatasync", -1, -1},
    {SYS_ftruncate, "ftruncate", -1, -1},
    {SYS_fallocate, "fallocate", -1, -1},
    {SYS_openat, "create", 1, 0},
    {SYS_mkdirat, "mkdir", 1, 0},
    {SYS_renameat, "rename", 3, 2},
    {SYS_renameat2, "rename", 3, 2},
#ifdef __x86_64__
    {SYS_open, "create", 0, -1},
    {SYS_creat, "create", 0, -1},
    {SYS_mkdir, "mkdir", 0, -1},
    {SYS_rename, "rename", 1, -1},
#endif
};
#define NUMBER_OF_CALLS (sizeof CALLS / sizeof *CALLS)

static int path_of(long descriptor, char *path, size_t size) {
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%ld", descriptor);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

static int is_under_root(const char *path) {
    return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

static int concerns(size_t call, ucontext_t *context, char *path, size_t size) {
    if (CALLS[call].path < 0) return path_of(GIVEN(context, 0), path, size) && is_under_root(path);
    const char *given = (const char *)GIVEN(context, CALLS[call].path);
    if (given[0] != '/' && CALLS[call].directory >= 0 && (int)GIVEN(context, CALLS[call].directory) != AT_FDCWD) {
        if (!path_of((int)GIVEN(context, CALLS[call].directory), path, size)) return 0;
        size_t end = strlen(path);
        snprintf(path + end, size - end, "/%s", given);
    } else {
        snprintf(path, size, "%s", given);
    }
    return is_under_root(path);
}

static void trapped(int signal_number, siginfo_t *info, void *given) {
    (void)signal_number;
    int saved = errno;
    ucontext_t *context = given;
    char path[4096];
    for (size_t call = 0; root_length && call < NUMBER_OF_CALLS; call++) {
        if (CALLS[call].number != info->si_syscall) continue;
        if (!concerns(call, context, path, sizeof path)) break;
        long mine = __sync_add_and_fetch(&counted, 1);
        if (!fatal) {
            while (__sync_lock_test_and_set(&calls_lock, 1)) {}
            int added = snprintf(calls + calls_length, sizeof calls - calls_length, "%s %s\n", CALLS[call].name,
                                 path + root_length);
            if (added > 0 && calls_length + (size_t)added < sizeof calls) calls_length += (size_t)added;
            __sync_lock_release(&calls_lock);
        }
        if (fatal && (mine == fatal || (lasting && mine > fatal))) {
            if (mine == fatal) snprintf(first, sizeof first, "%s %s", CALLS[call].name, path + root_length);
            RESULT(context) = -fault;
            errno = saved;
            return;
        }
        break;
    }
    long result = syscall(info->si_syscall, GIVEN(context, 0), GIVEN(context, 1), GIVEN(context, 2), GIVEN(context, 3),
                          GIVEN(context, 4), (long)PASS);
    RESULT(context) = result < 0 ? -errno : result;
    errno = saved;
}

__attribute__((constructor)) static void handle(void) {
    struct sigaction action = {0};
    action.sa_sigaction = trapped;
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART;
    sigaction(SIGSYS, &action, NULL);
}

#define FIELD(name) offsetof(struct seccomp_data, name)
#define LOAD(place) (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (place))
#define SKIP_UNLESS(value, count) (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (count))
#define SKIP_IF(value, count) (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (count), 0)
#define SKIP_UNLESS_BIT(value, count) (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (value), 0, (count))
#define END(value) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, (value))

static int filter(void) {
    struct sock_filter program[16 + 8 * NUMBER_OF_CALLS];
    size_t at = 0;
    program[at++] = LOAD(FIELD(arch));
    program[at++] = SKIP_IF(ARCH, 1);
    program[at++] = END(SECCOMP_RET_ALLOW);
    program[at++] = LOAD(FIELD(args[5]));
    program[at++] = SKIP_UNLESS(PASS, 1);
    program[at++] = END(SECCOMP_RET_ALLOW);
    for (size_t call = 0; call < NUMBER_OF_CALLS; call++) {
        int number = CALLS[call].number;
        size_t flags = number == SYS_openat ? FIELD(args[2]) : 0;
#ifdef __x86_64__
        if (number == SYS_open) flags = FIELD(args[1]);
#endif
        program[at++] = LOAD(FIELD(nr));
        program[at++] = SKIP_UNLESS((unsigned)number, flags ? 3 : 1);
        if (flags) {
            program[at++] = LOAD(flags);
            program[at++] = SKIP_UNLESS_BIT(O_CREAT, 1);
        }
        program[at++] = END(SECCOMP_RET_TRAP);
    }
    program[at++] = END(SECCOMP_RET_ALLOW);
    struct sock_fprog all = {.len = (unsigned short)at, .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return errno;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) ? errno : 0;
}

/* From here on the call number `at` under `directory` fails with `error`, and with `every` those after it; `at` 0 only
 * counts. Before the process has threads. 0, or why not. */
int faults_arm(const char *directory, long at, int error, int every) {
    snprintf(root, sizeof root, "%s", directory);
    fatal = at;
    fault = error;
    lasting = every;
    counted = 0;
    root_length = strlen(root);
    return filter();
}

void faults_disarm(void) { root_length = 0; }
const char *faults_first(void) { return first; }
const char *faults_calls(void) { return calls; }
