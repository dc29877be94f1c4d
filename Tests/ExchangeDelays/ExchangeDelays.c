#define _GNU_SOURCE
#include <dlfcn.h>
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Makes MPI's exchanges last as long as over a network, each rank on a host of its own. Preloaded;
// SWITCH_TEST_LATENCY_US is that of a message, SWITCH_TEST_GIGABYTES the bandwidth in GB/s. Every round of an
// exchange takes the latency and its bytes, from when the last rank has begun; the wire carries one after the
// other; what ended while the rank computed is followed by the next round when it calls MPI, as in Open MPI.

enum { most_rounds = 64, most_exchanges = 256 };

struct exchange {
  MPI_Request request;
  MPI_Comm communicator;
  int is_planned;
  double bytes[most_rounds];
  int rounds, done;
  int is_active;
  // When the last rank began, and the exchange of that.
  double beginning;
  MPI_Request agreement;
  double end;
};

static struct exchange exchanges[most_exchanges];
static int exchange_count;
static double wire_free;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double number(const char *name, double missing) {
  const char *text = getenv(name);
  return text ? atof(text) : missing;
}

static double latency(void) { return 1e-6 * number("SWITCH_TEST_LATENCY_US", 0); }
static double seconds_per_byte(void) { return 1e-9 / number("SWITCH_TEST_GIGABYTES", 1000); }

static void sleep_until(double moment) {
  double rest = moment - now();
  if (rest <= 0) return;
  struct timespec time = {(time_t)rest, (long)(1e9 * (rest - (double)(time_t)rest))};
  nanosleep(&time, 0);
}

static void begin_round(struct exchange *exchange, double moment) {
  double begin = moment > wire_free ? moment : wire_free;
  wire_free = begin + exchange->bytes[exchange->done] * seconds_per_byte();
  exchange->end = wire_free + latency();
}

// Whether all ranks have begun; the first round begins when this rank hears of it.
static int has_begun(struct exchange *exchange) {
  if (exchange->agreement == MPI_REQUEST_NULL) return 1;
  int flag = 0;
  PMPI_Test(&exchange->agreement, &flag, MPI_STATUS_IGNORE);
  if (flag && exchange->rounds > 0) begin_round(exchange, exchange->beginning);
  return flag;
}

// One more round at most: it begins with this call.
static void progress(double moment) {
  for (int index = 0; index < exchange_count; index++) {
    struct exchange *exchange = &exchanges[index];
    if (!exchange->is_active || exchange->done == exchange->rounds) continue;
    if (!has_begun(exchange) || exchange->end > moment) continue;
    if (++exchange->done < exchange->rounds) begin_round(exchange, moment);
  }
}

static void start(struct exchange *exchange) {
  progress(now());
  exchange->is_active = 1;
  exchange->done = 0;
  exchange->beginning = now();
  PMPI_Iallreduce(MPI_IN_PLACE, &exchange->beginning, 1, MPI_DOUBLE, MPI_MAX, exchange->communicator,
                  &exchange->agreement);
}

static void finish(struct exchange *exchange) {
  progress(now());
  while (exchange->done < exchange->rounds || exchange->agreement != MPI_REQUEST_NULL) {
    double next = exchange->agreement == MPI_REQUEST_NULL ? exchange->end : 0;
    for (int index = 0; index < exchange_count; index++) {
      struct exchange *other = &exchanges[index];
      if (!other->is_active || other->done == other->rounds) continue;
      if (other->agreement == MPI_REQUEST_NULL && other->end < next) next = other->end;
    }
    if (next > 0) sleep_until(next); else sched_yield();
    progress(now());
    if (exchange->rounds == 0) has_begun(exchange);
  }
  exchange->is_active = 0;
}

static struct exchange *another(void) {
  for (int index = 0; index < exchange_count; index++) {
    struct exchange *exchange = &exchanges[index];
    if (!exchange->is_planned && !exchange->is_active) return exchange;
  }
  if (exchange_count == most_exchanges) abort();
  exchanges[exchange_count].agreement = MPI_REQUEST_NULL;
  return &exchanges[exchange_count++];
}

static double size_of(int count, MPI_Datatype type) {
  int size = 0;
  PMPI_Type_size(type, &size);
  return (double)count * size;
}

static int ranks_of(MPI_Comm communicator) {
  int ranks = 1;
  PMPI_Comm_size(communicator, &ranks);
  return ranks;
}

// As SumAlgorithm chooses.
static void plan(struct exchange *exchange, double bytes, int ranks) {
  int halves = 0, is_power = (ranks & (ranks - 1)) == 0, is_doubled = ranks < 4 || bytes < 65536;
  while (2 << halves <= ranks) halves++;
  exchange->rounds = 0;
  if (!is_power) exchange->bytes[exchange->rounds++] = bytes;
  for (int index = 0; index < halves; index++)
    exchange->bytes[exchange->rounds++] = is_doubled ? bytes : bytes / (2 << index);
  for (int index = halves; index-- > 0 && !is_doubled;)
    exchange->bytes[exchange->rounds++] = bytes / (2 << index);
  if (!is_power) exchange->bytes[exchange->rounds++] = bytes;
}

int MPI_Allreduce(const void *from, void *to, int count, MPI_Datatype type, MPI_Op op, MPI_Comm communicator) {
  int code = PMPI_Allreduce(from, to, count, type, op, communicator);
  struct exchange *exchange = another();
  plan(exchange, size_of(count, type), ranks_of(communicator));
  exchange->request = 0;
  exchange->communicator = communicator;
  start(exchange);
  finish(exchange);
  return code;
}

typedef int (*init_function)(const void *, void *, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request *);

// Open MPI 4 has them under the name of an extension.
static init_function next_init(void) {
  void *next = dlsym(RTLD_NEXT, "MPI_Allreduce_init");
  return (init_function)(next ? next : dlsym(RTLD_NEXT, "MPIX_Allreduce_init"));
}

int MPI_Allreduce_init(const void *from, void *to, int count, MPI_Datatype type, MPI_Op op,
                       MPI_Comm communicator, MPI_Info info, MPI_Request *request) {
  int code = next_init()(from, to, count, type, op, communicator, info, request);
  struct exchange *exchange = another();
  exchange->request = *request;
  exchange->is_planned = 1;
  exchange->communicator = communicator;
  plan(exchange, size_of(count, type), ranks_of(communicator));
  return code;
}

static struct exchange *found(MPI_Request request) {
  for (int index = 0; index < exchange_count; index++) {
    struct exchange *exchange = &exchanges[index];
    if ((exchange->is_planned || exchange->is_active) && exchange->request == request) return exchange;
  }
  return 0;
}

int MPI_Start(MPI_Request *request) {
  int code = PMPI_Start(request);
  struct exchange *exchange = found(*request);
  if (exchange) start(exchange);
  return code;
}

int MPI_Request_free(MPI_Request *request) {
  struct exchange *exchange = found(*request);
  if (exchange) {
    exchange->is_planned = 0;
    exchange->is_active = 0;
  }
  return PMPI_Request_free(request);
}

int MPI_Wait(MPI_Request *request, MPI_Status *status) {
  struct exchange *exchange = found(*request);
  int code = PMPI_Wait(request, status);
  if (exchange) finish(exchange);
  return code;
}

int MPI_Test(MPI_Request *request, int *flag, MPI_Status *status) {
  struct exchange *exchange = found(*request);
  progress(now());
  if (exchange && exchange->is_active &&
      (exchange->done < exchange->rounds || exchange->agreement != MPI_REQUEST_NULL)) {
    *flag = 0;
    return MPI_SUCCESS;
  }
  int code = PMPI_Test(request, flag, status);
  if (exchange && *flag) exchange->is_active = 0;
  return code;
}

int MPI_Ibcast(void *buffer, int count, MPI_Datatype type, int root, MPI_Comm communicator,
               MPI_Request *request) {
  int code = PMPI_Ibcast(buffer, count, type, root, communicator, request);
  int ranks = ranks_of(communicator);
  double bytes = size_of(count, type), piece = 32 << 10;
  struct exchange *exchange = another();
  exchange->request = *request;
  exchange->communicator = communicator;
  exchange->rounds = 0;
  if (ranks > 1 && ranks <= 4) {
    exchange->bytes[exchange->rounds++] = bytes * (ranks - 1);
  } else if (ranks > 4) {
    while (exchange->rounds < ranks - 1) exchange->bytes[exchange->rounds++] = piece;
    exchange->bytes[exchange->rounds++] = bytes - piece;
  }
  start(exchange);
  return code;
}
