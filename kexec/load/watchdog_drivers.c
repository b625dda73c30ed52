// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of watchdog drivers. It was made from drivers/watchdog of Linux 5.10, 6.1,
 * 6.12 and 7.3, for the drivers that Debian builds for x86: those that call
 * watchdog_stop_on_reboot() are ASKED, those with a reboot notifier or a shutdown
 * function of their own are ENDS, and the others are KEEPS. docs/watchdog.md has the
 * details.
 */
#include "load/watchdog_drivers.h"

#include <fnmatch.h>
#include <stddef.h>

static const struct {
	const char *identity; /* a pattern of fnmatch(3) */
	const char *driver;
	enum watchdog_habit habit;
} rows[] = {
	{ "i6300ESB timer", "i6300esb", WATCHDOG_ASKED },
	{ "iTCO_wdt", "iTCO_wdt", WATCHDOG_ASKED },
	{ "SP5100 TCO timer", "sp5100_tco", WATCHDOG_ASKED },
	{ "wdat_wdt", "wdat_wdt", WATCHDOG_ASKED },
	{ "HPE iLO2+ HW Watchdog Timer", "hpwdt", WATCHDOG_KEEPS },
	{ WATCHDOG_IPMI_IDENTITY, "ipmi_watchdog", WATCHDOG_KEEPS },
	{ "advantech_ec_wdt", "advantech_ec_wdt", WATCHDOG_ASKED },
	/* The names of the chips: f71808fg to f81966. */
	{ "f[78]* watchdog", "f71808e_wdt", WATCHDOG_ASKED },
	{ "IT87 WDT", "it87_wdt", WATCHDOG_ASKED },
	{ "KEMPLD Watchdog", "kempld_wdt", WATCHDOG_ASKED },
	{ "simatic_ipc_wdt", "simatic-ipc-wdt", WATCHDOG_ASKED },
	/* W83627HF to NCT6126; always "W83627HF Watchdog" in older kernels. */
	{ "W83* Watchdog", "w83627hf_wdt", WATCHDOG_ASKED },
	{ "NCT6* Watchdog", "w83627hf_wdt", WATCHDOG_ASKED },
	{ "Intel Atom E6xx Watchdog", "ie6xx_wdt", WATCHDOG_KEEPS },
	{ "NI Watchdog", "ni903x_wdt", WATCHDOG_KEEPS },
	{ "NIC7018 Watchdog", "nic7018_wdt", WATCHDOG_KEEPS },
	{ "VIA watchdog", "via_wdt", WATCHDOG_KEEPS },
	/* mei_me ends its clients, and with them this one, when the machine reboots. */
	{ "iamt_wdt", "mei_wdt", WATCHDOG_ENDS },
	{ "menf21bmc_wdt", "menf21bmc_wdt", WATCHDOG_ENDS },
	/* A timer of the running kernel. */
	{ "Software Watchdog", "softdog", WATCHDOG_ENDS },
};

enum watchdog_habit watchdog_driver_habit(const char *identity, const char **driver)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (fnmatch(rows[i].identity, identity, 0))
			continue;
		*driver = rows[i].driver;
		return rows[i].habit;
	}
	*driver = NULL;
	return WATCHDOG_UNKNOWN;
}
