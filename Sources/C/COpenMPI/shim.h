#pragma once
#include <dlfcn.h>
#include <mpi.h>

// Open MPI's predefined handles are macros over casts, which Swift cannot import.

static inline MPI_Comm cmpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm cmpi_comm_self(void) { return MPI_COMM_SELF; }
static inline MPI_Comm cmpi_comm_null(void) { return MPI_COMM_NULL; }
static inline MPI_Info cmpi_info_null(void) { return MPI_INFO_NULL; }
static inline MPI_Errhandler cmpi_errors_return(void) { return MPI_ERRORS_RETURN; }
static inline MPI_Request cmpi_request_null(void) { return MPI_REQUEST_NULL; }
static inline MPI_Status *cmpi_status_ignore(void) { return MPI_STATUS_IGNORE; }
static inline void *cmpi_in_place(void) { return MPI_IN_PLACE; }

static inline MPI_Datatype cmpi_uint8(void) { return MPI_UINT8_T; }
static inline MPI_Datatype cmpi_int32(void) { return MPI_INT32_T; }
static inline MPI_Datatype cmpi_uint32(void) { return MPI_UINT32_T; }
static inline MPI_Datatype cmpi_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype cmpi_uint64(void) { return MPI_UINT64_T; }
static inline MPI_Datatype cmpi_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype cmpi_double(void) { return MPI_DOUBLE; }

static inline MPI_Op cmpi_sum(void) { return MPI_SUM; }
static inline MPI_Op cmpi_min(void) { return MPI_MIN; }
static inline MPI_Op cmpi_max(void) { return MPI_MAX; }

typedef int (*cmpi_allreduce_init_function)(const void *, void *, int, MPI_Datatype, MPI_Op, MPI_Comm,
                                            MPI_Info, MPI_Request *);

// Persistent collectives: MPI-4.0 §6.13; Open MPI 4 has them as an extension with a name of its own. Looked
// for in the library that is loaded, so that a program built with one of them runs with the other.
static inline cmpi_allreduce_init_function cmpi_find_allreduce_init(void) {
  void *found = dlsym(RTLD_DEFAULT, "MPI_Allreduce_init");
  if (!found) found = dlsym(RTLD_DEFAULT, "MPIX_Allreduce_init");
  return (cmpi_allreduce_init_function)found;
}

// Whether the library that is loaded has persistent collectives.
static inline int cmpi_has_allreduce_init(void) { return cmpi_find_allreduce_init() != 0; }

// Only where the library has them.
static inline int cmpi_allreduce_init(void *buffer, int count, MPI_Datatype type, MPI_Op op,
                                      MPI_Comm communicator, MPI_Request *request) {
  return cmpi_find_allreduce_init()(MPI_IN_PLACE, buffer, count, type, op, communicator, MPI_INFO_NULL,
                                    request);
}

// An integer among the library's control variables (MPI-3.1 §14.3.6); null where it has none of that name.
// What looks for it stays initialized, since that takes Open MPI a fifth of a second.
static inline MPI_T_cvar_handle cmpi_control_variable(const char *name) {
  int provided = 0, index = -1, count = 0;
  MPI_T_cvar_handle handle = 0;
  if (MPI_T_init_thread(MPI_THREAD_SINGLE, &provided) != MPI_SUCCESS) return 0;
  if (MPI_T_cvar_get_index(name, &index) != MPI_SUCCESS) return 0;
  if (MPI_T_cvar_handle_alloc(index, 0, &handle, &count) != MPI_SUCCESS) return 0;
  return count == 1 ? handle : 0;
}
