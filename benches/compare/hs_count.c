/* hs_count som|nosom CHUNK_KIB PATTERNS FILE...: Hyperscan in block mode counts the matches of a list of
 * patterns (one a line). A chunk ends at the last newline in it, so no match is cut and the count
 * does not depend on the chunk. Prints "matches version". Built against either of two libraries. */
#include <errno.h>
#include <fcntl.h>
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *n) {
    (void)id, (void)from, (void)to, (void)flags;
    ++*(unsigned long long *)n;
    return 0;
}

static void die(const char *what) {
    fprintf(stderr, "hs_count: %s: %s\n", what, errno ? strerror(errno) : "failed");
    exit(1);
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    unsigned flags[64], ids[64], n = 0;
    const char *patterns[64];
    unsigned som = strcmp(argv[1], "som") == 0 ? HS_FLAG_SOM_LEFTMOST : 0;
    size_t chunk = (size_t)atol(argv[2]) << 10;
    char line[4096];
    FILE *list = fopen(argv[3], "r");
    if (!list) die(argv[3]);
    while (n < 64 && fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = 0;
        if (!*line) continue;
        patterns[n] = strdup(line), flags[n] = som, ids[n] = n;
        n++;
    }
    fclose(list);
    hs_database_t *db;
    hs_compile_error_t *error;
    hs_scratch_t *scratch = NULL;
    if (hs_compile_multi(patterns, flags, ids, n, HS_MODE_BLOCK, NULL, &db, &error)) die(error->message);
    if (hs_alloc_scratch(db, &scratch)) die("scratch");
    char *buffer = malloc(chunk);
    if (!buffer) die("memory");
    unsigned long long matches = 0;
    for (int i = 4; i < argc; i++) {
        int fd = open(argv[i], O_RDONLY);
        if (fd < 0) die(argv[i]);
        size_t have = 0;
        ssize_t got;
        while ((got = read(fd, buffer + have, chunk - have)) > 0) {
            have += (size_t)got;
            if (have < chunk) continue;
            char *last = memrchr(buffer, '\n', have);
            size_t cut = last ? (size_t)(last - buffer) + 1 : have;
            if (hs_scan(db, buffer, (unsigned)cut, 0, scratch, count, &matches)) die("scan");
            memmove(buffer, buffer + cut, have - cut);
            have -= cut;
        }
        if (got < 0) die(argv[i]);
        if (hs_scan(db, buffer, (unsigned)have, 0, scratch, count, &matches)) die("scan");
        close(fd);
    }
    printf("%llu %s\n", matches, hs_version());
    return 0;
}
