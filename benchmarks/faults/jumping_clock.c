/* A wall clock that jumps on command, for whatever program this is preloaded into (LD_PRELOAD).
 *
 * The file JUMPING_CLOCK_CONTROL holds the seconds that are added to the time of day. The monotonic
 * clock is left alone, as it is where a machine's clock is set. A look at the clock costs one look at
 * memory more. clock.py has the same layout of the file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define WALL_CLOCK_FROM_S 1000000000 /* no machine's monotonic clock is that old */

typedef int wait_for_condition(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
typedef int wait_for_semaphore(sem_t *, const struct timespec *);

static _Atomic int64_t *control;
static int (*true_clock)(clockid_t, struct timespec *);
static wait_for_condition *true_condition;
static wait_for_semaphore *true_semaphore;

__attribute__((constructor)) static void open_control(void) {
    true_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    true_condition = (wait_for_condition *)dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    true_semaphore = (wait_for_semaphore *)dlsym(RTLD_NEXT, "sem_timedwait");
    const char *path = getenv("JUMPING_CLOCK_CONTROL");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) control = mapped;
}

static int64_t offset_s(void) { return control ? atomic_load(control) : 0; }

int clock_gettime(clockid_t clock, struct timespec *now) {
    /* Other libraries may look at the clock before this one is ready. */
    int failed = true_clock ? true_clock(clock, now) : (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += offset_s();
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone; /* obsolete, and nobody's here */
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

/* Whoever waits until a time of day took it from the clock above; the kernel looks at the true one. */
static struct timespec truly(const struct timespec *until) {
    struct timespec at = *until;
    if (at.tv_sec > WALL_CLOCK_FROM_S) at.tv_sec -= offset_s();
    return at;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                           const struct timespec *until) {
    struct timespec at = truly(until);
    return true_condition(condition, mutex, &at);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    struct timespec at = truly(until);
    return true_semaphore(semaphore, &at);
}
