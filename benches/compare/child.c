/* child OUT ARGV...: run a command, wait for it, write its cost to OUT as one line:
 *     user_us system_us wall_us peak_rss_kib exit_code
 *
 * Linux carries the peak memory of the process that forked over into the child it forked, so a
 * number that Python asks for cannot be lower than Python itself. This program is about 1 MiB. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long us(struct timeval t) { return t.tv_sec * 1000000L + t.tv_usec; }

int main(int argc, char **argv) {
    struct timespec a, b;
    struct rusage use;
    int status;
    if (argc < 3) return 2;
    clock_gettime(CLOCK_MONOTONIC, &a);
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &use) < 0) return 126;
    clock_gettime(CLOCK_MONOTONIC, &b);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *out = fopen(argv[1], "w");
    if (!out) return 126;
    fprintf(out, "%ld %ld %ld %ld %d\n", us(use.ru_utime), us(use.ru_stime),
            (b.tv_sec - a.tv_sec) * 1000000L + (b.tv_nsec - a.tv_nsec) / 1000, use.ru_maxrss, code);
    return fclose(out) ? 126 : 0;
}
