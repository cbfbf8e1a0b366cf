/* A disk that is slow on command, for whatever program this is preloaded into (LD_PRELOAD).
 *
 * Calls that write or sync a file below SLOW_DISK_FOLDER sleep first, for as long as the control
 * file SLOW_DISK_CONTROL says at that moment, and are counted there for each process. With no
 * delay set a call costs one look at memory. slow_disk.py has the same layout of the file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 1023

struct slot { /* of one process */
    _Atomic int32_t pid;
    _Atomic int32_t syncs;
    _Atomic int32_t writes;
    _Atomic int32_t slept_ms;
};

struct control {
    _Atomic int32_t sync_from_ms, sync_to_ms;   /* both 0: the disk is quick */
    _Atomic int32_t write_from_ms, write_to_ms;
    struct slot slots[SLOTS];
};

static struct control *control;
static char folder[PATH_MAX];
static size_t folder_length;

__attribute__((constructor)) static void open_control(void) {
    const char *path = getenv("SLOW_DISK_CONTROL"), *below = getenv("SLOW_DISK_FOLDER");
    if (!path || !below || !realpath(below, folder)) return;
    folder_length = strlen(folder);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) control = mapped;
}

static struct slot *own_slot(void) {
    int32_t own = getpid();
    for (int number = 0; number < SLOTS; number++) {
        struct slot *slot = &control->slots[number];
        int32_t holder = 0;
        if (atomic_load(&slot->pid) == own) return slot;
        if (atomic_compare_exchange_strong(&slot->pid, &holder, own)) return slot;
        if (holder == own) return slot; /* another thread was quicker */
    }
    return NULL;
}

static int is_below_folder(int file) {
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > (ssize_t)folder_length && !strncmp(path, folder, folder_length) &&
           path[folder_length] == '/';
}

static void wait_for_disk(int file, int is_sync) {
    if (!control) return;
    int from = atomic_load(is_sync ? &control->sync_from_ms : &control->write_from_ms);
    int to = atomic_load(is_sync ? &control->sync_to_ms : &control->write_to_ms);
    if (to <= 0 || !is_below_folder(file)) return;
    static _Thread_local unsigned int chance;
    if (!chance) chance = (unsigned int)getpid() ^ (unsigned int)(uintptr_t)&chance;
    int delay = from + (int)(rand_r(&chance) % (unsigned int)(to - from + 1));
    struct slot *slot = own_slot();
    if (slot) {
        atomic_fetch_add(is_sync ? &slot->syncs : &slot->writes, 1);
        atomic_fetch_add(&slot->slept_ms, delay);
    }
    struct timespec pause = {delay / 1000, delay % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

#define INSTEAD(is_sync, result, name, parameters, arguments)         \
    result name parameters {                                          \
        static result(*real) parameters;                              \
        if (!real) real = (result(*) parameters)dlsym(RTLD_NEXT, #name); \
        wait_for_disk(file, is_sync);                                 \
        return real arguments;                                        \
    }

INSTEAD(1, int, fsync, (int file), (file))
INSTEAD(1, int, fdatasync, (int file), (file))
INSTEAD(0, ssize_t, write, (int file, const void *bytes, size_t size), (file, bytes, size))
INSTEAD(0, ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
INSTEAD(0, ssize_t, pwrite, (int file, const void *bytes, size_t size, off_t at),
        (file, bytes, size, at))
INSTEAD(0, ssize_t, pwrite64, (int file, const void *bytes, size_t size, off64_t at),
        (file, bytes, size, at))
INSTEAD(0, int, ftruncate, (int file, off_t size), (file, size))
INSTEAD(0, int, ftruncate64, (int file, off64_t size), (file, size))
