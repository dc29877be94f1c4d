#define _GNU_SOURCE
#include "CProcessor.h"

#include <sched.h>
#include <string.h>

// The affinity mask at the start of the process: an OpenMP library narrows it as soon as it is loaded, where
// OMP_PROC_BIND or its like are set, and functions of .preinit_array run before those of any library.
static unsigned long first_mask[1024];
static int has_first_mask = 0;

static void keep_mask(int count, char **arguments, char **environment) {
  (void)count, (void)arguments, (void)environment;
  has_first_mask = sched_getaffinity(0, sizeof first_mask, (cpu_set_t *)first_mask) == 0;
}

__attribute__((section(".preinit_array"), used)) static void (*const hook)(int, char **,
                                                                          char **) = keep_mask;

void switch_dist_restore_affinity(void) {
  unsigned long mask[sizeof first_mask / sizeof *first_mask] = {0};
  if (!has_first_mask || sched_getaffinity(0, sizeof mask, (cpu_set_t *)mask) != 0) return;
  if (memcmp(mask, first_mask, sizeof mask) != 0) {
    sched_setaffinity(0, sizeof first_mask, (cpu_set_t *)first_mask);
  }
}

#if defined(__x86_64__)

#include <xmmintrin.h>

// What x86-64-v3 has of vectors.
bool switch_dist_has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

// What x86-64-v4 adds.
bool switch_dist_has_avx512(void) {
  return switch_dist_has_avx2() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

// Flush-to-zero and denormals-are-zero of MXCSR.
void switch_dist_flush_denormals(void) { _mm_setcsr(_mm_getcsr() | 0x8040); }

#else

bool switch_dist_has_avx2(void) { return false; }
bool switch_dist_has_avx512(void) { return false; }

#if defined(__aarch64__)

// FZ of FPCR.
void switch_dist_flush_denormals(void) {
  unsigned long control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | 1ul << 24));
}

#else

void switch_dist_flush_denormals(void) {}

#endif
#endif
