#pragma once
#include <dnnl.h>

// From the OpenMP runtime that oneDNN is built on (OpenMP 5.0, section 3.2.1); GCC ships no
// header for it that clang finds.
void omp_set_num_threads(int count);
