// A library that is preloaded, not called.
