/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Strings that many processes share, one copy each: a fork then allocates nothing for
 * its cgroup. A name lives while a process uses it.
 */
#include "model/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static struct ll_name *name_new(struct ll_model *model, struct ll_str text)
{
	LL_AUTO_FREE struct ll_name *name = malloc(sizeof(*name) + text.length);
	if (name == NULL)
		return NULL;
	name->uses = 0;
	name->length = text.length;
	memcpy(name->bytes, text.data, text.length);
	HASH_ADD_KEYPTR(hh, model->names, name->bytes, name->length, name);
	return name->hh.tbl != NULL ? TAKE(name) : NULL;
}

int ll_name_set(struct ll_model *model, struct ll_name **slot, struct ll_str text,
		struct ll_str *ret_view)
{
	struct ll_name *name = NULL;

	if (text.length == 0)
		text.data = "";
	HASH_FIND(hh, model->names, text.data, text.length, name);
	if (name == NULL)
		name = name_new(model, text);
	if (name == NULL)
		return -ENOMEM;
	name->uses++;
	ll_name_drop(model, slot);
	*slot = name;
	*ret_view = ll_str_make(name->bytes, name->length);
	return 0;
}

void ll_name_drop(struct ll_model *model, struct ll_name **slot)
{
	struct ll_name *name = *slot;

	*slot = NULL;
	if (name == NULL || --name->uses > 0)
		return;
	HASH_DELETE(hh, model->names, name);
	free(name);
}
