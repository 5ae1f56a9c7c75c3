# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# lifeline: build, test, install. `make help` lists the targets.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool /usr/bin/bpftool) bpftool)
LLVM_STRIP ?= $(firstword $(shell command -v llvm-strip llvm-strip-19 llvm-strip-14 2>/dev/null) llvm-strip)
INSTALL ?= install
V ?= 0
ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n'
endif

MACHINE ?= $(shell uname -m)
ARCH := $(if $(filter aarch64 arm64,$(MACHINE)),arm64,$(if $(filter x86_64,$(MACHINE)),x86_64,$(MACHINE)))
BPF_ARCH := $(if $(filter arm64,$(ARCH)),arm64,x86)
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef \
	-Wpointer-arith -Wvla -Wwrite-strings
ALL_CFLAGS = -std=gnu17 -O2 -g $(WARN) -D_GNU_SOURCE -Iinclude -Isrc -I$(BUILD)/gen \
	-fno-strict-aliasing -MMD -MP $(CFLAGS)
LIBS := -lbpf -lelf -lz
BPF_CFLAGS = -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter \
	-D__TARGET_ARCH_$(BPF_ARCH) -Iinclude -Ibpf -Ivmlinux/$(ARCH) \
	$(if $(MULTIARCH),-idirafter /usr/include/$(MULTIARCH)) -MMD -MP

BPF_SRC := $(sort $(wildcard bpf/*.bpf.c))
BPF_OBJ := $(BPF_SRC:%.c=$(BUILD)/%.o)
SKEL := $(BUILD)/gen/lifeline.skel.h

LIB_SRC := $(sort $(wildcard src/base/*.c src/event/*.c src/live/*.c src/capture/*.c src/model/*.c \
	src/analysis/*.c src/render/*.c src/export/*.c src/serve/*.c))
CLI_SRC := $(sort $(wildcard src/cli/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(BUILD)/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/*_test.c))
UNIT_BIN := $(UNIT_SRC:%.c=$(BUILD)/%)

.PHONY: all
all: $(BUILD)/lifeline ## Build build/lifeline

$(BUILD)/lifeline: $(CLI_OBJ) $(BUILD)/liblifeline.a
	$(say) LINK $@
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/liblifeline.a: $(LIB_OBJ)
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/src/live/%.o: | $(SKEL)
$(BUILD)/%.o: %.c
	$(say) CC $<
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c
	$(say) BPF $<
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(BUILD)/bpf/lifeline.o: $(BPF_OBJ)
	$(say) BPFLINK $@
	$(Q)$(BPFTOOL) gen object $@ $^ && $(LLVM_STRIP) -g $@

$(SKEL): $(BUILD)/bpf/lifeline.o
	$(say) SKEL $@
	$(Q)mkdir -p $(@D) && $(BPFTOOL) gen skeleton $< name lifeline_bpf > $@

$(BUILD)/tests/unit/%_test: tests/unit/%_test.c $(BUILD)/liblifeline.a
	$(say) TEST $@
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(LDFLAGS) -Itests -o $@ $^ -lcmocka $(LIBS)

.PHONY: unit
unit: $(UNIT_BIN) ## Run the unit tests
	$(Q)for t in $(UNIT_BIN); do $$t || exit 1; done

.PHONY: clean
clean: ## Remove the build directory
	rm -rf $(BUILD)

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(BPF_OBJ:.o=.d)
