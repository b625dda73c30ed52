// SPDX-License-Identifier: GPL-2.0-only
/* Runs the commands, conditions and functions of GRUB's configuration. */
#include "entries/grub_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct grub_function *find_function(const struct grub *grub,
						 const char *name)
{
	size_t i;

	for (i = grub->function_count; i-- > 0;)
		if (!strcmp(grub->functions[i].name, name))
			return &grub->functions[i];
	return NULL;
}

/* "function NAME {": the tokens at from, from + 1 and from + 2. */
static int define(struct grub_context *context, struct grub_block block, size_t *at,
		  struct error *err)
{
	const struct grub_token *tokens = block.script->tokens;
	struct grub *grub = context->grub;
	struct grub_function *functions;
	size_t open = *at + 2;

	if (open >= block.to || tokens[*at + 1].kind != GRUB_WORD ||
	    tokens[open].kind != GRUB_OPEN)
		return error_set(err, EBADMSG, "/%s: line %u: function lacks its body",
				 block.script->path, tokens[*at].line);
	/* GRUB 2.14 runs such a function without its arguments and its own return. */
	if (context->entry &&
	    boot_entry_refuse(context->entry, err,
			      "it defines the function %s, which only GRUB can evaluate",
			      tokens[*at + 1].text) < 0)
		return -ENOMEM;
	functions = reallocarray(grub->functions, grub->function_count + 1,
				 sizeof(*functions));
	if (!functions)
		return error_no_memory(err);
	grub->functions = functions;
	functions[grub->function_count] = (struct grub_function){
		.name = strdup(tokens[*at + 1].text),
		.body = { block.script, open + 1, tokens[open].next },
	};
	if (!functions[grub->function_count].name)
		return error_no_memory(err);
	grub->function_count++;
	*at = tokens[open].next + 1;
	return 0;
}

/* Returns the end of the command at from: the token that ends it. */
static size_t command_end(struct grub_block block)
{
	const struct grub_token *tokens = block.script->tokens;
	size_t at = block.from;

	while (at < block.to && tokens[at].kind != GRUB_END &&
	       tokens[at].kind != GRUB_OPEN)
		at++;
	return at;
}

/* Takes "!" away from the words of a command. Returns true if it was there. */
static bool take_inversion(struct string_list *words)
{
	if (words->count < 2 || strcmp(words->items[0], "!"))
		return false;
	free(words->items[0]);
	memmove(words->items, words->items + 1, --words->count * sizeof(*words->items));
	return true;
}

/* Leaves out the command in [block.from, block.to). */
static int skip_command(struct grub_context *context, struct grub_block block,
			struct error *err)
{
	const struct grub_token *token = &block.script->tokens[block.from];
	_cleanup_grub_words_ struct grub_words words = { 0 };
	struct grub_block body = { block.script, 0, 0 };
	int rc = 0;

	for (; !rc && block.from < block.to; block.from++)
		rc = grub_expand(context->environment, context->arguments,
				 block.script->tokens[block.from].text, &words, err);
	if (rc < 0 || !words.list.count)
		return rc;
	take_inversion(&words.list);
	return grub_leave_out(context, &words, token, body, err);
}

/* Leaves out a block whose condition is unknown, with the functions that it calls. */
static int skip(struct grub_context *context, struct grub_block block, unsigned depth,
		struct error *err)
{
	const struct grub_token *tokens = block.script->tokens;
	int rc = 0;

	while (!rc && block.from < block.to) {
		const struct grub_function *function;
		size_t end = block.from;

		while (end < block.to && tokens[end].kind == GRUB_WORD)
			end++;
		if (end == block.from) {
			block.from++;
			continue;
		}
		if (++context->grub->steps > GRUB_STEPS_MAX)
			return 0;
		function = find_function(context->grub, tokens[block.from].text);
		if (function && depth < 4)
			rc = skip(context, function->body, depth + 1, err);
		else
			rc = skip_command(
				context,
				(struct grub_block){ block.script, block.from, end },
				err);
		/* An entry's own commands run in the entry only. */
		block.from = end < block.to && tokens[end].kind == GRUB_OPEN
				     ? tokens[end].next + 1
				     : end;
	}
	return rc;
}

/* at: an if. Runs the branch whose condition is true, and moves *at behind the fi. */
static int run_if(struct grub_context *context, struct grub_block block, size_t *at,
		  struct error *err)
{
	const struct grub_script *script = block.script;
	const struct grub_token *tokens = script->tokens;
	bool done = false, unknown = false;
	size_t part = *at;
	int rc = 0;

	while (!rc && tokens[part].kind != GRUB_FI) {
		size_t next = tokens[part].next;
		struct grub_block inner = { script, part + 1, next };

		if (done || context->stopped || context->returned) {
			part = next;
			continue;
		}
		if (tokens[part].kind == GRUB_ELSE && !unknown) {
			rc = grub_run(context, inner, err);
		} else if (tokens[part].kind == GRUB_ELSE) {
			rc = skip(context, inner, 0, err);
		} else if (tokens[part].kind == GRUB_THEN) {
			unknown |= context->status == GRUB_UNKNOWN;
			if (unknown && context->status != GRUB_FALSE) {
				rc = skip(context, inner, 0, err);
			} else if (context->status == GRUB_TRUE) {
				rc = grub_run(context, inner, err);
				done = true;
			}
		} else {
			rc = grub_run(context, inner, err);
		}
		part = next;
	}
	if (unknown)
		context->status = GRUB_UNKNOWN;
	*at = part + 1;
	return rc;
}

static int run_loop(struct grub_context *context, struct grub_block block, size_t *at,
		    struct error *err)
{
	const struct grub_token *tokens = block.script->tokens;
	const struct grub_token *loop = &tokens[*at];
	size_t body = loop->next, end = tokens[body].next;
	int rc = grub_give_up(context, err,
			      "/%s, line %u: a %s loop, which kexec does not evaluate",
			      block.script->path, loop->line, loop->text);

	*at = end + 1;
	context->status = GRUB_UNKNOWN;
	return rc ? rc
		  : skip(context, (struct grub_block){ block.script, body, end }, 0, err);
}

static int call(struct grub_context *context, const struct grub_function *function,
		const struct grub_words *words, struct error *err)
{
	const struct string_list *before = context->arguments;
	struct string_list arguments = { words->list.items + 1, words->list.count - 1 };
	int rc;

	context->arguments = &arguments;
	rc = grub_run(context, function->body, err);
	context->arguments = before;
	context->returned = false;
	return rc;
}

/* Runs the command at *at and moves *at behind it and behind its block. */
static int run_command(struct grub_context *context, struct grub_block block, size_t *at,
		       struct error *err)
{
	const struct grub_token *tokens = block.script->tokens;
	_cleanup_grub_words_ struct grub_words words = { 0 };
	struct grub_block body = { block.script, 0, 0 };
	const struct grub_function *function;
	size_t first = *at, end;
	bool inverted;
	int rc = 0;

	end = command_end((struct grub_block){ block.script, first, block.to });
	if (end < block.to && tokens[end].kind == GRUB_OPEN) {
		body.from = end + 1;
		body.to = tokens[end].next;
		*at = tokens[end].next + 1;
	} else {
		*at = end;
	}
	for (; !rc && first < end; first++)
		rc = grub_expand(context->environment, context->arguments,
				 tokens[first].text, &words, err);
	if (rc < 0 || !words.list.count)
		return rc;
	inverted = take_inversion(&words.list);
	function = find_function(context->grub, words.list.items[0]);
	if (function)
		rc = call(context, function, &words, err);
	else
		rc = grub_command(context, &words, &tokens[end ? end - 1 : 0], body, err);
	if (inverted && context->status != GRUB_UNKNOWN)
		context->status = context->status == GRUB_TRUE ? GRUB_FALSE : GRUB_TRUE;
	return rc;
}

static int run_token(struct grub_context *context, struct grub_block block, size_t *at,
		     struct error *err)
{
	static const char *const statuses[] = { "0", "1", NULL };
	int rc;

	switch (block.script->tokens[*at].kind) {
	case GRUB_END:
		++*at;
		return 0;
	case GRUB_IF:
		return run_if(context, block, at, err);
	case GRUB_LOOP:
		return run_loop(context, block, at, err);
	case GRUB_FUNCTION:
		return define(context, block, at, err);
	case GRUB_OPEN:
		*at = block.script->tokens[*at].next + 1;
		return 0;
	default:
		rc = run_command(context, block, at, err);
		return rc ? rc
			  : grub_set(context->environment, "?", statuses[context->status],
				     err);
	}
}

int grub_run(struct grub_context *context, struct grub_block block, struct error *err)
{
	int rc = 0;

	if (++context->depth > GRUB_DEPTH_MAX)
		rc = error_set(err, ELOOP,
			       "/%s: more than %u functions, files and conditions "
			       "within each other",
			       block.script->path, GRUB_DEPTH_MAX);
	while (!rc && !context->stopped && !context->returned && block.from < block.to) {
		if (++context->grub->steps > GRUB_STEPS_MAX)
			rc = error_set(err, ELOOP,
				       "/%s: more than %u commands, which looks like an "
				       "endless loop",
				       block.script->path, GRUB_STEPS_MAX);
		else
			rc = run_token(context, block, &block.from, err);
	}
	context->depth--;
	return rc;
}
