#include "CSignals.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

// A bit for each signal; written once, before there is a second thread.
static uint64_t ignored_at_start;

static void look(void) {
  for (int number = 1; number < 64; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
      ignored_at_start |= (uint64_t)1 << number;
    }
  }
}

// Run before what shared libraries do when they are loaded.
__attribute__((section(".preinit_array"), used)) static void (*at_start)(void) = look;

bool switch_dist_was_ignored(int signal) {
  return signal > 0 && signal < 64 && (ignored_at_start >> signal & 1) != 0;
}
