/* Counts what a server syncs, and makes syncing slower where asked. Preloaded with LD_PRELOAD.
 *
 * SYNC_SHIM_COUNT     a file of 8 bytes that holds the count
 * SYNC_SHIM_DELAY_US  microseconds added to each sync
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Atomic unsigned long *count;
static useconds_t delay;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("SYNC_SHIM_COUNT");
    const char *microseconds = getenv("SYNC_SHIM_DELAY_US");
    if (microseconds) delay = (useconds_t)strtoul(microseconds, NULL, 10);
    if (!path) return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *shared = mmap(NULL, sizeof(unsigned long), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED) count = shared;
    close(file);
}

static int counted(int (*real)(int), int file) {
    if (count) atomic_fetch_add(count, 1);
    if (delay) usleep(delay);
    return real(file);
}

int fsync(int file) { return counted((int (*)(int))dlsym(RTLD_NEXT, "fsync"), file); }
int fdatasync(int file) { return counted((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"), file); }
