/* Let every flush to disk take a while longer, as on a disk without a memory that survives a power cut:
 *
 *     cc -shared -fPIC -O2 -o slow_disk.so benchmarks/slow_disk.c -ldl
 *     LD_PRELOAD=./slow_disk.so FLUSH_MS=1 python -m benchmarks.ballots
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int slowly(const char *name, int file)
{
    int (*flush)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *said = getenv("FLUSH_MS");
    long ns = said ? (long)(atof(said) * 1e6) : 0;
    struct timespec pause = {ns / 1000000000L, ns % 1000000000L};
    int result = flush(file);
    if (ns > 0)
        nanosleep(&pause, NULL);
    return result;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
