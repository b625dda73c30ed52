// SPDX-License-Identifier: GPL-2.0-only
/* GRUB's commands by name, and those for conditions and files. */
#include "entries/grub_commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entries/loader_variables.h"

const char *grub_call_option(const struct grub_call *call, const char *name,
			     const char *letter)
{
	size_t length = strlen(name), i;

	for (i = 1; i < call->argc; i++) {
		const char *word = call->argv[i];

		if (!strncmp(word, name, length) && word[length] == '=')
			return word + length + 1;
		if ((!strcmp(word, name) || (letter && !strcmp(word, letter))) &&
		    i + 1 < call->argc)
			return call->argv[i + 1];
	}
	return NULL;
}

static int do_test(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	struct string_list words = { call->words->list.items + 1, call->argc - 1 };

	(void)err;
	if (!strcmp(call->argv[0], "[") && words.count &&
	    !strcmp(words.items[words.count - 1], "]"))
		words.count--;
	context->status = call->words->unknown ? GRUB_UNKNOWN
					       : grub_test(context, &words);
	return 0;
}

static int do_false(struct grub_context *context, const struct grub_call *call,
		    struct error *err)
{
	(void)call;
	(void)err;
	context->status = GRUB_FALSE;
	return 0;
}

static int do_nothing(struct grub_context *context, const struct grub_call *call,
		      struct error *err)
{
	(void)context;
	(void)call;
	(void)err;
	return 0;
}

/* return [STATUS]; without a number, it is the status of the command before. */
static int do_return(struct grub_context *context, const struct grub_call *call,
		     struct error *err)
{
	const char *status = call->argc > 1 ? call->argv[1]
					    : grub_get(context->environment, "?");

	(void)err;
	context->returned = true;
	if (call->words->unknown || !status)
		context->status = GRUB_UNKNOWN;
	else
		context->status = strtoul(status, NULL, 0) ? GRUB_FALSE : GRUB_TRUE;
	return 0;
}

/* source FILE, . FILE: as if its text stood here. configfile FILE: a menu of its own. */
static int do_source(struct grub_context *context, const struct grub_call *call,
		     struct error *err)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	bool replaces = call->argv[0][0] == 'c' || call->argv[0][0] == 'n';
	int rc;

	if (context->entry && replaces)
		return grub_do_refuse(context, call, err);
	if (call->argc < 2)
		return 0;
	if (call->words->unknown)
		return grub_give_up(context, err,
				    "%s: only GRUB can evaluate the variable $%s in the "
				    "name of the file",
				    call->argv[0], call->words->unknown);
	rc = grub_find_file(context, call->argv[1], &path, err);
	if (rc < 0)
		return rc;
	if (!path || root_read_file(context->grub->root, path, BOOT_CONFIG_MAX, &text,
				    NULL, NULL) < 0) {
		context->status = GRUB_FALSE;
		return grub_give_up(context, err, "%s %s: the file cannot be read",
				    call->argv[0], call->argv[1]);
	}
	rc = grub_run_text(context, text, path, err);
	context->stopped = replaces;
	return rc;
}

/* eval WORD...: the words are a text to run. */
static int do_eval(struct grub_context *context, const struct grub_call *call,
		   struct error *err)
{
	_cleanup_free_ char *text = NULL, *path = NULL;
	size_t i;
	int rc = boot_text_set(&path, err, "%s: eval", call->body.script->path);

	if (!rc)
		rc = boot_text_set(&text, err, "%s", "");
	if (rc < 0)
		return rc;
	if (call->words->unknown)
		return grub_give_up(context, err,
				    "eval: only GRUB can evaluate the variable $%s",
				    call->words->unknown);
	for (i = 1; i < call->argc && !rc; i++) {
		_cleanup_free_ char *before = take_pointer(text);

		rc = boot_text_set(&text, err, "%s %s", before, call->argv[i]);
	}
	return rc ? rc : grub_run_text(context, text, path, err);
}

static int do_menus(struct grub_context *context, const struct grub_call *call,
		    struct error *err)
{
	return grub_give_up(context, err,
			    "/%s, line %u: %s adds entries that kexec does not read",
			    call->body.script->path, call->line, call->argv[0]);
}

/* fwsetup --is-supported is a test; without it the command starts the setup. */
static int do_fwsetup(struct grub_context *context, const struct grub_call *call,
		      struct error *err)
{
	if (call->argc < 2)
		return grub_do_refuse(context, call, err);
	context->status = loader_is_efi(context->grub->root) ? GRUB_TRUE : GRUB_FALSE;
	return 0;
}

static const struct {
	const char *name;
	grub_handler *handler;
} commands[] = {
	{ "set", grub_do_set },
	{ "unset", grub_do_unset },
	{ "export", grub_do_export },
	{ "[", do_test },
	{ "test", do_test },
	{ "false", do_false },
	{ "return", do_return },
	{ "increment", grub_do_increment },
	{ "decrement", grub_do_increment },
	{ "search", grub_do_search },
	{ "search.fs_uuid", grub_do_search },
	{ "search.fs_label", grub_do_search },
	{ "search.file", grub_do_search },
	{ "load_env", grub_do_load_env },
	{ "source", do_source },
	{ ".", do_source },
	{ "configfile", do_source },
	{ "normal", do_source },
	{ "eval", do_eval },
	{ "fwsetup", do_fwsetup },
	{ "getenv", grub_do_unknown_words },
	{ "net_get_dhcp_option", grub_do_unknown_words },
	{ "read", grub_do_unknown_words },
	{ "zfs-bootfs", grub_do_unknown_words },
	{ "menuentry", grub_do_menuentry },
	{ "submenu", grub_do_menuentry },
	{ "blscfg", grub_do_blscfg },
	{ "bls_import", grub_do_blscfg },
	{ "linux", grub_do_linux },
	{ "linuxefi", grub_do_linux },
	{ "linux16", grub_do_linux },
	{ "initrd", grub_do_initrd },
	{ "initrdefi", grub_do_initrd },
	{ "initrd16", grub_do_initrd },
	{ "chainloader", grub_do_chainloader },
};

/* Commands with a result that only GRUB has. */
static const char unknown[] =
	"all_functional_test blocklist btrfs-list-subvols cmostest cmp "
	"cpuid crc cryptocheck date file functional_test hashsum hwmatch "
	"inb inl inw keystatus legacy_check_password lsefivar md5sum "
	"net_nslookup pcidump probe rdmsr read_byte read_dword read_word "
	"regexp setpci sha1sum sha256sum sha512sum sleep smbios "
	"test_blockarg testspeed tr verify_detached zfsinfo";

/* Commands that start something other than Linux. */
static const char refused[] =
	"appleloader exit freedos halt kfreebsd kfreebsd_loadenv "
	"kfreebsd_module kfreebsd_module_elf knetbsd knetbsd_module "
	"knetbsd_module_elf kopenbsd kopenbsd_ramdisk legacy_initrd "
	"legacy_kernel multiboot multiboot2 normal_exit ntldr plan9 reboot "
	"testload truecrypt xen_hypervisor xnu_devprop_load xnu_kernel "
	"xnu_kernel64 xnu_kext xnu_kextdir xnu_mkext xnu_ramdisk xnu_resume "
	"xnu_splash xnu_uuid";

/* Commands that add entries of a kind that is not read here. */
static const char menus[] =
	"extract_entries_configfile extract_entries_source "
	"extract_legacy_entries_configfile extract_legacy_entries_source "
	"extract_syslinux_entries_configfile "
	"extract_syslinux_entries_source legacy_configfile legacy_source "
	"syslinux_configfile syslinux_source uki";

/* Commands that do not change what is started. */
static const char harmless[] =
	"acpi at_keyboard_fallback_set authenticate background_color "
	"background_image backtrace badram bli boot break btrfs-info "
	"btrfs-mount-subvol cat cbmemc clear cmosclean cmosdump cmosset "
	"continue coreboot_boottime cpufreq crypto cryptomount cutmem "
	"devicetree distrust drivemap dump echo efi-watchdog efifwsetup "
	"efitextmode fakebios fix_video gettext gptsync hdparm hello help "
	"hexdump hexdump_random insmod keymap legacy_initrd_nounzip "
	"legacy_password list_env list_trusted loadbios loadfont loopback "
	"ls lsacpi lscoreboot lsefi lsefimmap lsefisystab lsfonts lsmmap "
	"lsmod lspci lssal macppcbless mactelbless module module2 "
	"nativedisk net_add_addr net_add_dns net_add_route net_bootp "
	"net_bootp6 net_del_addr net_del_dns net_del_route net_dhcp "
	"net_ipv6_autoconf net_ls_addr net_ls_cards net_ls_dns "
	"net_ls_routes net_set_vlan outb outl outw pager parttool password "
	"password_pbkdf2 plainmount play power rmmod save_env serial "
	"set_background_image setparams shim_lock terminal_input "
	"terminal_output terminfo tpm tpm2_dump_pcr "
	"tpm2_key_protector_clear tpm2_key_protector_init tpm_record_pcrs "
	"true trust usb videoinfo videotest write_byte write_dword "
	"write_word wrmsr zfskey";

/* True if name is one of the words, which single blanks separate. */
static bool is_one_of(const char *name, const char *words)
{
	size_t length = strlen(name);

	while (*words) {
		size_t size = strcspn(words, " ");

		if (size == length && !strncmp(words, name, length))
			return true;
		words += size;
		words += *words == ' ';
	}
	return false;
}

static grub_handler *find_handler(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, name))
			return commands[i].handler;
	if (is_one_of(name, unknown))
		return grub_do_unknown;
	if (is_one_of(name, menus))
		return do_menus;
	if (is_one_of(name, refused))
		return grub_do_refuse;
	if (is_one_of(name, harmless))
		return do_nothing;
	/* NAME=VALUE is a command, too. */
	if (strchr(name, '=') && name[0] != '=')
		return grub_do_set;
	return NULL;
}

/* The result points into words. */
static struct grub_call make_call(const struct grub_words *words,
				  const struct grub_token *token, struct grub_block body)
{
	return (struct grub_call){
		.words = words,
		.argv = words->list.items,
		.argc = words->list.count,
		.line = token->line,
		.body = body,
	};
}

int grub_command(struct grub_context *context, const struct grub_words *words,
		 const struct grub_token *token, struct grub_block body,
		 struct error *err)
{
	const struct grub_call call = make_call(words, token, body);
	grub_handler *handler = find_handler(call.argv[0]);

	context->status = GRUB_TRUE;
	if (handler)
		return handler(context, &call, err);
	context->status = GRUB_UNKNOWN;
	return grub_give_up(context, err,
			    "/%s, line %u: kexec does not know GRUB's command \"%s\"",
			    body.script->path, token->line, call.argv[0]);
}

int grub_leave_out(struct grub_context *context, const struct grub_words *words,
		   const struct grub_token *token, struct grub_block body,
		   struct error *err)
{
	static const struct {
		grub_handler *command, *forget;
	} setting[] = {
		{ grub_do_set, grub_forget_set },
		{ grub_do_unset, grub_forget_words },
		{ grub_do_increment, grub_forget_words },
		{ grub_do_search, grub_forget_search },
		{ grub_do_unknown, grub_do_unknown },
		{ grub_do_unknown_words, grub_do_unknown_words },
	};
	static grub_handler *const deciding[] = {
		do_source,	  do_eval,
		do_return,	  do_menus,
		grub_do_load_env, grub_do_menuentry,
		grub_do_blscfg,	  grub_do_linux,
		grub_do_initrd,	  grub_do_chainloader,
	};
	const struct grub_call call = make_call(words, token, body);
	grub_handler *handler = find_handler(call.argv[0]);
	bool decides = context->entry && handler == grub_do_refuse;
	size_t i;

	for (i = 0; i < sizeof(setting) / sizeof(setting[0]); i++)
		if (handler == setting[i].command)
			return setting[i].forget(context, &call, err);
	for (i = 0; i < sizeof(deciding) / sizeof(deciding[0]); i++)
		decides |= handler == deciding[i];
	if (!decides)
		return 0;
	return grub_give_up(
		context, err,
		"/%s, line %u: only GRUB can evaluate the condition of this %s "
		"command",
		body.script->path, token->line, call.argv[0]);
}
