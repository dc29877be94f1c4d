#pragma once
#include <stdbool.h>
#include <sys/types.h>

// Whether this process was started to ignore the signal, as by nohup, whatever libraries have made of it
// since: some that Open MPI brings along take signals for themselves as soon as they are loaded.
bool switch_dist_was_ignored(int signal);

// Starts a program in a session of its own, with no other open files than these, and with the signals that
// this process was started with. When the thread that calls ends, the program gets `farewell`.
//
// Returns its number, or -1 with errno. 126 and 127 are the codes of a program that could not be started.
pid_t switch_dist_start(const char *program, char *const arguments[], char *const environment[],
                        int input, int output, int farewell);
