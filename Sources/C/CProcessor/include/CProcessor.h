#pragma once
#include <stdbool.h>

// What instructions this processor and its operating system run.
bool switch_dist_has_avx2(void);
bool switch_dist_has_avx512(void);

// Denormal results and operands count as zero in the calling thread from now on.
void switch_dist_flush_denormals(void);

// The cores that this process was given, where a library has kept the calling thread from some of them since.
void switch_dist_restore_affinity(void);
