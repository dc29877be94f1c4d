#ifndef CPNG_INFLATED_H
#define CPNG_INFLATED_H

#include <stddef.h>
#include <stdint.h>

/// The PNG in `bytes` with its image data inflated, in stored blocks (RFC 1951, 3.2.4) of one IDAT
/// chunk, whose CRC is left out: those of `bytes` were right.
///
/// Returns NULL, as if it had not been asked, for anything but a whole and plain file: interlaced, with
/// a wrong checksum, chunks out of order, more or fewer data than the header implies. It has at least
/// the 33 bytes of signature and header, whose image is of a bounded size. The caller frees the result.
uint8_t *cpng_inflated(const uint8_t *bytes, size_t count, size_t *inflated_count);

#endif
