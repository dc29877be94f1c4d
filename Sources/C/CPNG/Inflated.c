// Most of the time of decoding a PNG goes into inflating it, which libdeflate does in half of zlib's
// time. libpng is given what comes of it and remains the one that knows what a PNG is.

#include "Inflated.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

enum { header_end = 33, chunk_frame = 12, longest_block = 65535, block_frame = 5 };

static uint32_t read_word(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void write_word(uint8_t *bytes, uint32_t value) {
  for (int index = 0; index < 4; index++) {
    bytes[index] = (uint8_t)(value >> (24 - 8 * index));
  }
}

// Of all rows and the filter byte of each, or 0 where rows do not simply follow one another.
static size_t raw_count(const uint8_t *bytes) {
  const size_t width = read_word(bytes + 16), height = read_word(bytes + 20);
  const size_t depth = bytes[24];
  const uint8_t color_type = bytes[25], interlacing = bytes[28];
  const size_t channels = ((color_type & 3) == 2 ? 3 : 1) + ((color_type & 4) != 0 ? 1 : 0);
  if (interlacing != 0 || depth > 16) {
    return 0;
  }
  return height * (1 + (width * channels * depth + 7) / 8);
}

typedef struct {
  // Offsets of the first IDAT chunk and of the first chunk behind the last.
  size_t begin, end;
  uint8_t *data;
  size_t count;
} image_data;

// Joins the data of all IDAT chunks; false where a chunk is cut, damaged or out of order.
static int collect(const uint8_t *bytes, size_t count, image_data *found) {
  size_t offset = 8;
  while (count - offset >= chunk_frame) {
    const size_t length = read_word(bytes + offset);
    const uint8_t *type = bytes + offset + 4;
    if (length > count - offset - chunk_frame ||
        libdeflate_crc32(0, type, length + 4) != read_word(type + 4 + length)) {
      return 0;
    }
    if (memcmp(type, "IDAT", 4) == 0) {
      if (found->end != 0 && found->end != offset) {
        return 0;
      }
      if (found->end == 0) {
        found->begin = offset;
      }
      memcpy(found->data + found->count, type + 4, length);
      found->count += length;
      found->end = offset + chunk_frame + length;
    }
    offset += chunk_frame + length;
    if (memcmp(type, "IEND", 4) == 0) {
      return found->end != 0;
    }
  }
  return 0;
}

// Turns `count` bytes at `raw`, behind `target` in the same memory, into stored blocks at `target`.
static uint8_t *store_blocks(uint8_t *target, const uint8_t *raw, size_t count) {
  while (count > 0) {
    const size_t length = count < longest_block ? count : longest_block;
    target[0] = length == count;
    target[1] = (uint8_t)length;
    target[2] = (uint8_t)(length >> 8);
    target[3] = (uint8_t)~length;
    target[4] = (uint8_t)(~length >> 8);
    memmove(target + block_frame, raw, length);
    target += block_frame + length;
    raw += length;
    count -= length;
  }
  return target;
}

static int inflate_exactly(const image_data *source, uint8_t *raw, size_t count) {
  struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
  if (decompressor == NULL) {
    return 0;
  }
  const enum libdeflate_result result =
      libdeflate_zlib_decompress(decompressor, source->data, source->count, raw, count, NULL);
  libdeflate_free_decompressor(decompressor);
  return result == LIBDEFLATE_SUCCESS;
}

// The file around its inflated data: before them, a chunk of them, after them.
static uint8_t *rebuild(const uint8_t *bytes, size_t count, const image_data *source,
                        size_t *inflated_count) {
  const size_t raw = raw_count(bytes), after = count - source->end;
  const size_t blocks = (raw + longest_block - 1) / longest_block;
  const size_t length = 2 + raw + block_frame * blocks + 4;
  const size_t total = source->begin + chunk_frame + length + after;
  uint8_t *file = length <= INT32_MAX ? malloc(total) : NULL;
  if (file == NULL) {
    return NULL;
  }
  uint8_t *inflated = file + total - after - 8 - raw;
  if (!inflate_exactly(source, inflated, raw)) {
    free(file);
    return NULL;
  }
  uint8_t *target = file + source->begin;
  memcpy(file, bytes, source->begin);
  write_word(target, (uint32_t)length);
  memcpy(target + 4, "IDAT\x78\x01", 6);
  const uint32_t checksum = libdeflate_adler32(1, inflated, raw);
  target = store_blocks(target + 10, inflated, raw);
  // Not every build of libpng can be told to leave it unread (zlib's; the chunk's own can be).
  write_word(target, checksum);
  memset(target + 4, 0, 4);
  memcpy(target + 8, bytes + source->end, after);
  *inflated_count = total;
  return file;
}

uint8_t *cpng_inflated(const uint8_t *bytes, size_t count, size_t *inflated_count) {
  if (count < header_end || raw_count(bytes) == 0) {
    return NULL;
  }
  image_data source = {0, 0, malloc(count), 0};
  uint8_t *result = NULL;
  if (source.data != NULL && collect(bytes, count, &source)) {
    result = rebuild(bytes, count, &source, inflated_count);
  }
  free(source.data);
  return result;
}
