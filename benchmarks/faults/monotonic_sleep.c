/* Sleeps on the monotonic clock go to the kernel as they are; preloaded before libfaketime.
 *
 * libfaketime 0.9.10 takes an absolute time of the monotonic clock for one of the wall clock, even
 * when told to leave the monotonic clock alone: every time.sleep() of Python 3.11 ends with EINVAL.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until,
                    struct timespec *left) {
    if (clock == CLOCK_REALTIME) {
        int (*faked)(clockid_t, int, const struct timespec *, struct timespec *) =
            (int (*)(clockid_t, int, const struct timespec *, struct timespec *))dlsym(
                RTLD_NEXT, "clock_nanosleep");
        return faked(clock, flags, until, left);
    }
    return syscall(SYS_clock_nanosleep, clock, flags, until, left) == 0 ? 0 : errno;
}
