// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions of shared libraries that kexec calls, under their own names: each passes
 * its call on to the library. library_need has loaded them before.
 */
#include <gelf.h>
#include <json-c/json.h>
#include <stddef.h>
#include <zlib.h>
#ifdef HAVE_LIBLZMA
#include <lzma.h>
#endif
#ifdef HAVE_LIBZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif
#ifdef HAVE_EFIVAR
#include <efivar/efivar.h>
#endif
#ifdef HAVE_LIBXENCTRL
#include <xencall.h>
#include <xenctrl.h>
#endif

#include "util/library_internal.h"

/* Lists of CALL(type, name, parameters, arguments). */
#define ELF_CALLS                                                                       \
	CALL(unsigned int, elf_version, (unsigned int version), (version))              \
	CALL(Elf *, elf_begin, (int fd, Elf_Cmd cmd, Elf *ref), (fd, cmd, ref))         \
	CALL(int, elf_end, (Elf * elf), (elf))                                          \
	CALL(const char *, elf_errmsg, (int number), (number))                          \
	CALL(off_t, elf_update, (Elf * elf, Elf_Cmd cmd), (elf, cmd))                   \
	CALL(Elf_Kind, elf_kind, (Elf * elf), (elf))                                    \
	CALL(int, elf_getphdrnum, (Elf * elf, size_t * count), (elf, count))            \
	CALL(GElf_Phdr *, gelf_getphdr, (Elf * elf, int i, GElf_Phdr *header),          \
	     (elf, i, header))                                                          \
	CALL(GElf_Ehdr *, gelf_getehdr, (Elf * elf, GElf_Ehdr * header), (elf, header)) \
	CALL(void *, gelf_newehdr, (Elf * elf, int class), (elf, class))                \
	CALL(int, gelf_update_ehdr, (Elf * elf, GElf_Ehdr * header), (elf, header))     \
	CALL(void *, gelf_newphdr, (Elf * elf, size_t count), (elf, count))             \
	CALL(int, gelf_update_phdr, (Elf * elf, int i, GElf_Phdr *header),              \
	     (elf, i, header))

#define ZLIB_CALLS                                                                       \
	CALL(uLong, crc32, (uLong crc, const Bytef *data, uInt size), (crc, data, size)) \
	CALL(int, inflateInit2_, (z_streamp stream, int bits, const char *v, int size),  \
	     (stream, bits, v, size))                                                    \
	CALL(int, inflate, (z_streamp stream, int flush), (stream, flush))               \
	CALL(int, inflateReset, (z_streamp stream), (stream))                            \
	CALL(int, inflateEnd, (z_streamp stream), (stream))                              \
	CALL(int, deflateInit2_,                                                         \
	     (z_streamp stream, int level, int method, int bits, int memory,             \
	      int strategy, const char *v, int size),                                    \
	     (stream, level, method, bits, memory, strategy, v, size))                   \
	CALL(int, deflate, (z_streamp stream, int flush), (stream, flush))               \
	CALL(int, deflateEnd, (z_streamp stream), (stream))

#ifdef HAVE_LIBLZMA
#define LZMA_CALLS                                                                 \
	CALL(lzma_ret, lzma_alone_decoder, (lzma_stream * stream, uint64_t limit), \
	     (stream, limit))                                                      \
	CALL(lzma_ret, lzma_stream_decoder,                                        \
	     (lzma_stream * stream, uint64_t limit, uint32_t flags),               \
	     (stream, limit, flags))                                               \
	CALL(lzma_ret, lzma_code, (lzma_stream * stream, lzma_action action),      \
	     (stream, action))                                                     \
	CALL(void, lzma_end, (lzma_stream * stream), (stream))                     \
	CALL(const char *, lzma_version_string, (void), ())
#else
#define LZMA_CALLS
#endif

#ifdef HAVE_LIBZSTD
#define ZSTD_CALLS                                                               \
	CALL(ZSTD_DCtx *, ZSTD_createDCtx, (void), ())                           \
	CALL(size_t, ZSTD_freeDCtx, (ZSTD_DCtx * context), (context))            \
	CALL(size_t, ZSTD_DCtx_setParameter,                                     \
	     (ZSTD_DCtx * context, ZSTD_dParameter parameter, int value),        \
	     (context, parameter, value))                                        \
	CALL(size_t, ZSTD_decompressStream,                                      \
	     (ZSTD_DStream * context, ZSTD_outBuffer * out, ZSTD_inBuffer * in), \
	     (context, out, in))                                                 \
	CALL(unsigned, ZSTD_isError, (size_t status), (status))                  \
	CALL(ZSTD_ErrorCode, ZSTD_getErrorCode, (size_t status), (status))       \
	CALL(const char *, ZSTD_getErrorName, (size_t status), (status))
#else
#define ZSTD_CALLS
#endif

#define JSON_CALLS                                                                      \
	CALL(struct json_object *, json_object_new_object, (void), ())                  \
	CALL(struct json_object *, json_object_new_array, (void), ())                   \
	CALL(struct json_object *, json_object_new_boolean, (json_bool value), (value)) \
	CALL(struct json_object *, json_object_new_uint64, (uint64_t value), (value))   \
	CALL(struct json_object *, json_object_new_string, (const char *text), (text))  \
	CALL(int, json_object_array_add,                                                \
	     (struct json_object * array, struct json_object * value), (array, value))  \
	CALL(int, json_object_object_add,                                               \
	     (struct json_object * object, const char *key, struct json_object *value), \
	     (object, key, value))                                                      \
	CALL(const char *, json_object_to_json_string_ext,                              \
	     (struct json_object * object, int flags), (object, flags))                 \
	CALL(struct json_object *, json_object_get, (struct json_object * object),      \
	     (object))                                                                  \
	CALL(int, json_object_put, (struct json_object * object), (object))             \
	CALL(struct json_object *, json_tokener_parse, (const char *text), (text))      \
	CALL(json_bool, json_object_object_get_ex,                                      \
	     (const struct json_object *object, const char *key,                        \
	      struct json_object **value),                                              \
	     (object, key, value))                                                      \
	CALL(int, json_object_is_type,                                                  \
	     (const struct json_object *object, enum json_type type), (object, type))   \
	CALL(const char *, json_object_get_string, (struct json_object * object),       \
	     (object))                                                                  \
	CALL(size_t, json_object_array_length, (const struct json_object *array),       \
	     (array))                                                                   \
	CALL(struct json_object *, json_object_array_get_idx,                           \
	     (const struct json_object *array, size_t index), (array, index))

#ifdef HAVE_EFIVAR
#define EFIVAR_CALLS                                                           \
	CALL(int, efi_variables_supported, (void), ())                         \
	CALL(int, efi_get_variable,                                            \
	     (efi_guid_t guid, const char *name, uint8_t **data, size_t *size, \
	      uint32_t *attributes),                                           \
	     (guid, name, data, size, attributes))                             \
	CALL(int, efi_guid_to_name, (efi_guid_t * guid, char **name), (guid, name))
#else
#define EFIVAR_CALLS
#endif

#ifdef HAVE_LIBXENCTRL
#define XENCTRL_CALLS                                                                   \
	CALL(xc_interface *, xc_interface_open,                                         \
	     (xentoollog_logger * logger, xentoollog_logger * builder, unsigned flags), \
	     (logger, builder, flags))                                                  \
	CALL(int, xc_interface_close, (xc_interface * xen), (xen))                      \
	CALL(int, xc_get_machine_memory_map,                                            \
	     (xc_interface * xen, struct e820entry * entries, uint32_t count),          \
	     (xen, entries, count))                                                     \
	CALL(int, xc_kexec_get_range,                                                   \
	     (xc_interface * xen, int range, int number, uint64_t *size,                \
	      uint64_t *start),                                                         \
	     (xen, range, number, size, start))                                         \
	CALL(int, xc_kexec_load,                                                        \
	     (xc_interface * xen, uint8_t type, uint16_t arch, uint64_t entry,          \
	      uint32_t count, xen_kexec_segment_t * segments),                          \
	     (xen, type, arch, entry, count, segments))                                 \
	CALL(int, xc_availheap,                                                         \
	     (xc_interface * xen, int min_width, int max_width, int node,               \
	      uint64_t *bytes),                                                         \
	     (xen, min_width, max_width, node, bytes))                                  \
	CALL(int, xc_kexec_unload, (xc_interface * xen, int type), (xen, type))         \
	CALL(int, xc_kexec_status, (xc_interface * xen, int type), (xen, type))         \
	CALL(int, xc_kexec_exec, (xc_interface * xen, int type), (xen, type))           \
	CALL(xc_hypercall_buffer_array_t *, xc_hypercall_buffer_array_create,           \
	     (xc_interface * xen, unsigned count), (xen, count))                        \
	CALL(void *, xc__hypercall_buffer_array_alloc,                                  \
	     (xc_interface * xen, xc_hypercall_buffer_array_t * array, unsigned index,  \
	      xc_hypercall_buffer_t *buffer, size_t size),                              \
	     (xen, array, index, buffer, size))                                         \
	CALL(struct xencall_handle *, xc_interface_xcall_handle, (xc_interface * xen),  \
	     (xen))                                                                     \
	CALL(int, xencall1,                                                             \
	     (xencall_handle * calls, unsigned int number, uint64_t argument),          \
	     (calls, number, argument))                                                 \
	CALL(void *, xencall_alloc_buffer, (xencall_handle * calls, size_t size),       \
	     (calls, size))                                                             \
	CALL(void, xencall_free_buffer, (xencall_handle * calls, void *buffer),         \
	     (calls, buffer))                                                           \
	CALL(void, xc_hypercall_buffer_array_destroy,                                   \
	     (xc_interface * xen, xc_hypercall_buffer_array_t * array), (xen, array))
#else
#define XENCTRL_CALLS
#endif

/* The functions. */
#define CALL(type, name, parameters, arguments)                                \
	type name parameters                                                   \
	{                                                                      \
		type(*function) parameters = library_function(LIBRARY, #name); \
                                                                               \
		return function arguments;                                     \
	}

#define LIBRARY LIBRARY_ELF
ELF_CALLS
#undef LIBRARY
#define LIBRARY LIBRARY_ZLIB
ZLIB_CALLS
#undef LIBRARY
#define LIBRARY LIBRARY_LZMA
LZMA_CALLS
#undef LIBRARY
#define LIBRARY LIBRARY_ZSTD
ZSTD_CALLS
#undef LIBRARY
#define LIBRARY LIBRARY_JSON
JSON_CALLS
#undef LIBRARY
#define LIBRARY LIBRARY_EFIVAR
EFIVAR_CALLS
#undef LIBRARY
#define LIBRARY LIBRARY_XENCTRL
XENCTRL_CALLS
#undef LIBRARY
#undef CALL

/* Their names. */
#define CALL(type, name, parameters, arguments) #name,

const char *const *const library_functions[LIBRARY_COUNT] = {
	[LIBRARY_ELF] = (const char *const[]){ ELF_CALLS NULL },
	[LIBRARY_ZLIB] = (const char *const[]){ ZLIB_CALLS NULL },
	[LIBRARY_LZMA] = (const char *const[]){ LZMA_CALLS NULL },
	[LIBRARY_ZSTD] = (const char *const[]){ ZSTD_CALLS NULL },
	[LIBRARY_JSON] = (const char *const[]){ JSON_CALLS NULL },
	[LIBRARY_EFIVAR] = (const char *const[]){ EFIVAR_CALLS NULL },
	[LIBRARY_XENCTRL] = (const char *const[]){ XENCTRL_CALLS NULL },
};
