#pragma once
#include <stdbool.h>

// Whether this process was started to ignore the signal, as by nohup, whatever libraries have made of it
// since: some that Open MPI brings along take signals for themselves as soon as they are loaded.
bool switch_dist_was_ignored(int signal);
