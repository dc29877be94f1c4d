#pragma once
#include <dnnl.h>
#include <dnnl_debug.h>

// From the OpenMP runtime that oneDNN is built on (OpenMP 5.0, section 3.2.1); GCC ships no
// header for it that clang finds.
void omp_set_num_threads(int count);

#include <xmmintrin.h>

// Flush-to-zero and denormals-are-zero of the calling thread's MXCSR.
static inline void switch_dist_flush_denormals(void) { _mm_setcsr(_mm_getcsr() | 0x8040); }
