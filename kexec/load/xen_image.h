/* SPDX-License-Identifier: GPL-2.0-only */
/* Handing an image to a Xen hypervisor. */
#ifndef KEXEC_XEN_IMAGE_H
#define KEXEC_XEN_IMAGE_H

#include "image/image.h"
#include "util/error.h"

/* Returns 0, or -E2BIG if the image has more segments than Xen takes, or -ENOMEM. */
__must_check int xen_image_require_possible(const struct image *image, struct error *err);

/*
 * Loads an image into the hypervisor of this dom0, as the crash kernel if its purpose is
 * IMAGE_CRASH, else as the normal one. A kernel loaded before is replaced on success and
 * kept on failure. Errors of xen_load and of xen_image_require_possible.
 */
__must_check int xen_load_image(const struct image *image, struct error *err);

#endif
