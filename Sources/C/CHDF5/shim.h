#pragma once
#include <hdf5.h>

// From HDF5 1.12 these names are macros over versioned ones, which Swift cannot import.
#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info1_t chdf5_object_info;
typedef H5L_iterate1_t chdf5_link_visitor;
#define CHDF5_ITERATE H5Literate1
#else
typedef H5O_info_t chdf5_object_info;
typedef H5L_iterate_t chdf5_link_visitor;
#define CHDF5_ITERATE H5Literate
#endif

static inline herr_t chdf5_iterate(hid_t group, chdf5_link_visitor visitor, void *context) {
  return CHDF5_ITERATE(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, visitor, context);
}

// HDF5's constants are macros that open the library and read a global; Swift cannot import those.
#define CHDF5_CONSTANT(type, name, value) \
  static inline type chdf5_##name(void) { return value; }

CHDF5_CONSTANT(hid_t, default_properties, H5P_DEFAULT)
CHDF5_CONSTANT(hid_t, default_error_stack, H5E_DEFAULT)
CHDF5_CONSTANT(hid_t, whole_space, H5S_ALL)
CHDF5_CONSTANT(size_t, variable_length, H5T_VARIABLE)
CHDF5_CONSTANT(unsigned, read_only, H5F_ACC_RDONLY)
CHDF5_CONSTANT(unsigned, read_write, H5F_ACC_RDWR)
CHDF5_CONSTANT(unsigned, truncate, H5F_ACC_TRUNC)
CHDF5_CONSTANT(unsigned, object_info_basic, H5O_INFO_BASIC)

CHDF5_CONSTANT(hid_t, file_creation, H5P_FILE_CREATE)
CHDF5_CONSTANT(hid_t, file_access, H5P_FILE_ACCESS)
CHDF5_CONSTANT(hid_t, group_creation, H5P_GROUP_CREATE)
CHDF5_CONSTANT(hid_t, dataset_creation, H5P_DATASET_CREATE)
CHDF5_CONSTANT(hid_t, link_creation, H5P_LINK_CREATE)

CHDF5_CONSTANT(hid_t, native_float, H5T_NATIVE_FLOAT)
CHDF5_CONSTANT(hid_t, native_double, H5T_NATIVE_DOUBLE)
CHDF5_CONSTANT(hid_t, native_int8, H5T_NATIVE_INT8)
CHDF5_CONSTANT(hid_t, native_int16, H5T_NATIVE_INT16)
CHDF5_CONSTANT(hid_t, native_int32, H5T_NATIVE_INT32)
CHDF5_CONSTANT(hid_t, native_int64, H5T_NATIVE_INT64)
CHDF5_CONSTANT(hid_t, native_uint8, H5T_NATIVE_UINT8)
CHDF5_CONSTANT(hid_t, native_uint16, H5T_NATIVE_UINT16)
CHDF5_CONSTANT(hid_t, native_uint32, H5T_NATIVE_UINT32)
CHDF5_CONSTANT(hid_t, native_uint64, H5T_NATIVE_UINT64)

CHDF5_CONSTANT(hid_t, file_float, H5T_IEEE_F32LE)
CHDF5_CONSTANT(hid_t, file_double, H5T_IEEE_F64LE)
CHDF5_CONSTANT(hid_t, file_int8, H5T_STD_I8LE)
CHDF5_CONSTANT(hid_t, file_int16, H5T_STD_I16LE)
CHDF5_CONSTANT(hid_t, file_int32, H5T_STD_I32LE)
CHDF5_CONSTANT(hid_t, file_int64, H5T_STD_I64LE)
CHDF5_CONSTANT(hid_t, file_uint8, H5T_STD_U8LE)
CHDF5_CONSTANT(hid_t, file_uint16, H5T_STD_U16LE)
CHDF5_CONSTANT(hid_t, file_uint32, H5T_STD_U32LE)
CHDF5_CONSTANT(hid_t, file_uint64, H5T_STD_U64LE)
CHDF5_CONSTANT(hid_t, c_string, H5T_C_S1)

#undef CHDF5_CONSTANT
